// SPDX-License-Identifier: Apache-2.0
// Bytes per second of the request trace readers, of files of 100 MB in $TMPDIR. The rate is of
// CPU seconds and counts contents (for gzip: decompressed).
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <stdexcept>
#include <string>

#include "sim/data/check_requests.hpp"
#include "sim/data/line_reader.hpp"
#include "sim/data/open_trace.hpp"
#include "sim/data/sha256.hpp"

namespace tokenfab {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t contents_bytes = 100'000'000;

std::string azure_contents() {
  std::string text = "TIMESTAMP,ContextTokens,GeneratedTokens\r\n";
  std::mt19937 random(1);
  for (std::uint64_t tick = 0; text.size() < contents_bytes; tick += random() % 400'000) {
    const std::uint64_t second = tick / 10'000'000;
    fmt::format_to(std::back_inserter(text), "2023-11-{:02} {:02}:{:02}:{:02}.{:07},{},{}\r\n",
                   second / 86'400 % 30 + 1, second / 3'600 % 24, second / 60 % 60, second % 60,
                   tick % 10'000'000, random() % 4'000 + 1, random() % 600 + 1);
  }
  return text;
}

std::string csv_contents(bool all_columns) {
  std::string text = "arrival_s,input_tokens,output_tokens";
  text += all_columns ? ",tenant,priority,session\n" : "\n";
  std::mt19937 random(1);
  for (std::uint64_t us = 0; text.size() < contents_bytes; us += random() % 40'000) {
    fmt::format_to(std::back_inserter(text), "{}.{:06},{},{}", us / 1'000'000, us % 1'000'000,
                   random() % 4'000 + 1, random() % 600 + 1);
    if (all_columns) {
      fmt::format_to(std::back_inserter(text), ",tenant-{},{},session-{:08}", random() % 100,
                     random() % 3, random() % 1'000'000);
    }
    text += '\n';
  }
  return text;
}

std::string burstgpt_contents() {
  std::string text = "Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n";
  std::mt19937 random(1);
  for (std::uint64_t second = 0; text.size() < contents_bytes; second += random() % 4) {
    const auto input = random() % 4'000 + 1;
    const auto output = random() % 20 == 0 ? 0 : random() % 600 + 1;
    fmt::format_to(std::back_inserter(text), "{},{},{},{},{},Conversation log\n", second,
                   random() % 4 == 0 ? "GPT-4" : "ChatGPT", input, output, input + output);
  }
  return text;
}

/// As many block ids per row as the public conversation trace has.
std::string mooncake_contents() {
  std::string text;
  std::mt19937 random(1);
  std::uint64_t block = 0;
  for (std::uint64_t ms = 0; text.size() < contents_bytes; ms += random() % 600) {
    const auto input = random() % 24'000 + 1;
    fmt::format_to(std::back_inserter(text),
                   "{{\"timestamp\": {}, \"input_length\": {}, \"output_length\": {}, "
                   "\"hash_ids\": [0",
                   ms, input, random() % 600 + 1);
    for (std::uint64_t tokens = 512; tokens < input; tokens += 512) {
      fmt::format_to(std::back_inserter(text), ", {}", ++block);
    }
    text += "]}\n";
  }
  return text;
}

/// The benchmark files, made once and removed at exit.
class Files {
 public:
  static const Files& instance() {
    static const Files files;
    return files;
  }
  ~Files() { fs::remove_all(folder_); }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }

 private:
  Files() {
    fs::create_directories(folder_);
    const std::string azure = azure_contents();
    write("azure.csv", azure);
    write("burstgpt.csv", burstgpt_contents());
    const std::string mooncake = mooncake_contents();
    write("mooncake.jsonl", mooncake);
    std::string packed(ZSTD_compressBound(mooncake.size()), '\0');
    packed.resize(ZSTD_compress(packed.data(), packed.size(), mooncake.data(), mooncake.size(), 3));
    write("mooncake.jsonl.zst", packed);
    write("csv.csv", csv_contents(false));
    write("csv_all.csv", csv_contents(true));
    const gzFile file = gzopen(path("azure.csv.gz").c_str(), "wb1");
    const int written = gzwrite(file, azure.data(), static_cast<unsigned>(azure.size()));
    if (gzclose(file) != Z_OK || written != static_cast<int>(azure.size())) {
      throw std::runtime_error("cannot write to " + folder_.string());
    }
  }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(path(name), std::ios::binary) << text;
  }

  fs::path folder_ = fs::temp_directory_path() / fmt::format("tokenfab-bench-{}", ::getpid());
};

void count_bytes(benchmark::State& state) {
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(contents_bytes));
}

void read_lines(benchmark::State& state, const char* file) {
  const auto path = Files::instance().path(file);
  for (auto _ : state) {
    LineReader lines{ByteStream(path)};
    std::string_view line;
    while (lines.next(line)) {
      benchmark::DoNotOptimize(line);
    }
  }
  count_bytes(state);
}

void read_rows(benchmark::State& state, const char* file, const char* format) {
  const auto path = Files::instance().path(file);
  for (auto _ : state) {
    const auto reader = open_request_trace(path, format);
    RequestRow row;
    while (reader->next(row)) {
      benchmark::DoNotOptimize(row.input_tokens);
    }
  }
  count_bytes(state);
}

void check(benchmark::State& state, const char* file, const char* format) {
  const auto path = Files::instance().path(file);
  for (auto _ : state) {
    benchmark::DoNotOptimize(check_requests(path, format).rows);
  }
  count_bytes(state);
}

void hash(benchmark::State& state) {
  const std::string bytes(contents_bytes, 'x');
  for (auto _ : state) {
    Sha256 digest;
    digest.update(bytes);
    benchmark::DoNotOptimize(digest.finish());
  }
  count_bytes(state);
}

BENCHMARK_CAPTURE(read_lines, azure, "azure.csv")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read_rows, azure, "azure.csv", "azure")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read_rows, azure_gzip, "azure.csv.gz", "azure")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read_rows, csv, "csv.csv", "csv")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read_rows, csv_all_columns, "csv_all.csv", "csv")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read_rows, burstgpt, "burstgpt.csv", "burstgpt")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read_rows, mooncake, "mooncake.jsonl", "mooncake")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read_rows, mooncake_zstd, "mooncake.jsonl.zst", "mooncake")
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(check, azure, "azure.csv", "azure")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(check, csv, "csv.csv", "csv")->Unit(benchmark::kMillisecond);
BENCHMARK(hash)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace tokenfab

BENCHMARK_MAIN();

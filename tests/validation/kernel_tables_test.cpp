// SPDX-License-Identifier: Apache-2.0
// Kernel times against the single-kernel timings of ai-dynamo/aiconfigurator @095f58a5 (Apache-2.0,
// vLLM 0.14 to 0.24, Parquet turned into CSV), by regime. Times in the tables are milliseconds.
// Sizes as in the fit: n and k from 512, head_dim 128, no sliding window, grouped-query attention,
// contexts from 256 tokens. The fit saw 30 % of the shapes of each table (all-reduce: 50 %). Served
// fp8 products launch 1.36 us faster than the tables', whose activation quantization is a kernel of
// its own: that is the fp8 bias of small products.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "models/chip/kernel_time.hpp"
#include "tests/validation/measurements.hpp"
#include "tests/validation/serving_point.hpp"

#undef CHECK
#include <catch2/catch.hpp>

using namespace tokenfab;
using namespace tokenfab::validation;

namespace {

ChipConfig chip_of(const std::string& node) {
  ServingPoint point;
  point.node = node;
  point.model = "qwen3-0.6b";
  point.isl = point.osl = 16;
  return scenario_of(point).pools.front().node->chip;
}

RequiredTable open_table(const std::string& name, const std::vector<std::string>& columns) {
  return {measurements_path(fmt::format("kernels/{}.csv.gz", name)), columns};
}

/// Without "window_size", which the oldest tables lack: no window.
const std::vector<std::string> attention_columns{
    "batch_size",          "isl",      "step",           "num_heads",
    "num_key_value_heads", "head_dim", "kv_cache_dtype", "latency"};

std::int64_t whole(MeasurementTable& table, std::string_view column) {
  return static_cast<std::int64_t>(table.number(column));
}

/// The largest errors that pass, in percent.
struct Limit {
  double median;
  double p90;
};

void report(const std::string& what, const std::string& regime, const ErrorSample& error,
            Limit limit) {
  fmt::print("{:<46} {:<16} {} | {:>4.0f} {:>4.0f}\n", what, regime, error.row(), limit.median,
             limit.p90);
  INFO(what << ", " << regime);
  REQUIRE(error.size() > 0);
  REQUIRE(error.median() < limit.median);
  REQUIRE(error.p90() < limit.p90);
}

/// A table's file name without the version.
std::string short_name(const std::string& file) { return file.substr(0, file.find(".vllm")); }

struct Table {
  const char* node;
  const char* file;
  const char* dtype;  // of the products, or of the KV cache
  Precision precision;
  std::array<Limit, 3> limits;  // by regime
};

void check_products(const Table& entry) {
  const auto chip = chip_of(entry.node);
  auto table = open_table(entry.file, {"gemm_dtype", "m", "n", "k", "latency"});
  std::array<ErrorSample, 3> errors;
  while (table.next()) {
    const auto m = whole(table, "m");
    const auto n = whole(table, "n");
    const auto k = whole(table, "k");
    const auto measured = table.number("latency") / 1e3;
    if (table.text("gemm_dtype") == entry.dtype && n >= 512 && k >= 512 && measured > 0) {
      const auto regime = m <= 64 ? 0U : m <= 1024 ? 1U : 2U;
      errors[regime].add(matmul_time(chip, entry.precision, m, n, k).total().si(), measured);
    }
  }
  const auto what = fmt::format("{} {}", short_name(entry.file), entry.dtype);
  report(what, "m <= 64", errors[0], entry.limits[0]);
  report(what, "64 < m <= 1024", errors[1], entry.limits[1]);
  report(what, "m > 1024", errors[2], entry.limits[2]);
}

bool is_attention_of(MeasurementTable& table, const Table& entry) {
  return table.text("kv_cache_dtype") == entry.dtype && whole(table, "head_dim") == 128 &&
         whole(table, "window_size") == 0 &&
         whole(table, "num_key_value_heads") < whole(table, "num_heads");
}

void check_decode_attention(const Table& entry) {
  const auto chip = chip_of(entry.node);
  auto table = open_table(entry.file, attention_columns);
  std::array<ErrorSample, 2> errors;
  while (table.next()) {
    const auto context = whole(table, "isl") + whole(table, "step");
    if (!is_attention_of(table, entry) || context < 256) {
      continue;
    }
    const auto kv_heads = whole(table, "num_key_value_heads");
    const auto sequences = table.number("batch_size");
    const auto tokens = sequences * static_cast<double>(context);
    const double cached =
        2 * static_cast<double>(kv_heads) * 128 * bytes_per_element(entry.precision);
    const auto time = decode_attention_time(
        chip, entry.precision, {whole(table, "num_heads"), kv_heads, 128, 128, cached});
    const auto seconds =
        time.fixed + time.per_sequence * sequences + time.per_context_token * tokens;
    const double bytes =
        2 * tokens * static_cast<double>(kv_heads) * 128 * bytes_per_element(entry.precision);
    errors[bytes > 1e8 ? 1 : 0].add(seconds.si(), table.number("latency") / 1e3);
  }
  const auto what = fmt::format("{} KV {}", short_name(entry.file), entry.dtype);
  report(what, "KV < 100 MB", errors[0], entry.limits[0]);
  report(what, "KV > 100 MB", errors[1], entry.limits[1]);
}

void check_prefill_attention(const Table& entry) {
  const auto chip = chip_of(entry.node);
  auto table = open_table(entry.file, attention_columns);
  std::array<ErrorSample, 2> errors;
  while (table.next()) {
    const auto prompt = table.number("isl");
    if (!is_attention_of(table, entry) || prompt < 256) {
      continue;
    }
    const auto time = prefill_attention_time(
        chip, entry.precision,
        {whole(table, "num_heads"), whole(table, "num_key_value_heads"), 128, 128, 0});
    const auto tokens = prompt * table.number("batch_size");
    const auto seconds = time.launch + (time.per_new_token + time.per_read_token) * tokens +
                         time.per_pair * (tokens * prompt / 2);
    errors[prompt >= 1024 ? 1 : 0].add(seconds.si(), table.number("latency") / 1e3);
  }
  const auto what = fmt::format("{} KV {}", short_name(entry.file), entry.dtype);
  report(what, "256 to 1023", errors[0], entry.limits[0]);
  report(what, "from 1024 tokens", errors[1], entry.limits[1]);
}

/// The fastest all-reduce by group size and message bytes: vLLM's own kernel in a CUDA graph, or
/// NCCL. `message_size` counts 2-byte elements. The NCCL table does not name its collectives; the
/// fourth of each size is the all-reduce.
std::map<std::pair<std::int64_t, double>, double> fastest_all_reduces(const std::string& own,
                                                                      const std::string& nccl) {
  std::map<std::pair<std::int64_t, double>, double> fastest;
  const auto take = [&](MeasurementTable& table) {
    const auto seconds = table.number("latency") / 1e3;
    const auto key = std::pair(whole(table, "num_gpus"), 2 * table.number("message_size"));
    const auto [at, is_new] = fastest.try_emplace(key, seconds);
    at->second = std::min(at->second, seconds);
  };
  auto own_table = open_table(own, {"num_gpus", "message_size", "latency", "backend"});
  while (own_table.next()) {
    if (own_table.text("backend") != "vllm_eager") {
      take(own_table);
    }
  }
  auto nccl_table = open_table(nccl, {"num_gpus", "message_size", "latency", "nccl_dtype"});
  std::map<std::pair<std::int64_t, double>, int> seen;
  while (nccl_table.next()) {
    const auto key = std::pair(whole(nccl_table, "num_gpus"), nccl_table.number("message_size"));
    if (nccl_table.text("nccl_dtype") == "half" && ++seen[key] == 4) {
      take(nccl_table);
    }
  }
  return fastest;
}

void check_all_reduce(const std::string& node, const std::string& own, const std::string& nccl,
                      Limit small, Limit large) {
  const auto chip = chip_of(node);
  std::array<ErrorSample, 2> errors;
  for (const auto& [key, measured] : fastest_all_reduces(own, nccl)) {
    const AllReduceTime time(chip, key.first);
    errors[key.second > 1 << 20 ? 1 : 0].add(time(Bytes(key.second)).si(), measured);
  }
  report(short_name(own), "to 1 MiB", errors[0], small);
  report(short_name(own), "above 1 MiB", errors[1], large);
}

void print_header() {
  fmt::print("{:<46} {:<16} {} | limits\n", "table", "regime", ErrorSample::header());
}

}  // namespace

TEST_CASE("Matrix products take the time that kernel tables measured") {
  print_header();
  const auto bf16 = Precision::Bf16;
  const auto fp8 = Precision::Fp8;
  const Table tables[] = {
      {"hgx-a100-80",
       "a100_sxm.gemm_perf.vllm-0.14.0",
       "bfloat16",
       bf16,
       {{{7, 21}, {11, 24}, {11, 21}}}},
      {"hgx-h100",
       "h100_sxm.gemm_perf.vllm-0.24.0",
       "bfloat16",
       bf16,
       {{{6, 19}, {9, 23}, {7, 16}}}},
      {"hgx-h100", "h100_sxm.gemm_perf.vllm-0.24.0", "fp8", fp8, {{{11, 22}, {20, 40}, {9, 25}}}},
      {"hgx-b200",
       "b200_sxm.gemm_perf.vllm-0.22.0",
       "bfloat16",
       bf16,
       {{{10, 31}, {10, 25}, {8, 21}}}},
      {"hgx-b200",
       "b200_sxm.gemm_perf.vllm-0.22.0",
       "nvfp4",
       Precision::Fp4,
       {{{8, 19}, {10, 31}, {8, 21}}}},
      {"hgx-b200", "gb200.gemm_perf.vllm-0.22.0", "fp8", fp8, {{{13, 26}, {12, 26}, {12, 22}}}},
  };
  for (const auto& table : tables) {
    check_products(table);
  }
}

TEST_CASE("Decode attention takes the time that kernel tables measured") {
  print_header();
  const Table tables[] = {
      {"hgx-a100-80",
       "a100_sxm.generation_attention_perf.vllm-0.14.0",
       "bfloat16",
       Precision::Bf16,
       {{{9, 22}, {8, 15}, {}}}},
      {"hgx-h100",
       "h100_sxm.generation_attention_perf.vllm-0.24.0",
       "bfloat16",
       Precision::Bf16,
       {{{9, 28}, {5, 12}, {}}}},
      {"hgx-h100",
       "h100_sxm.generation_attention_perf.vllm-0.24.0",
       "fp8",
       Precision::Fp8,
       {{{7, 21}, {5, 10}, {}}}},
      {"hgx-b200",
       "b200_sxm.generation_attention_perf.vllm-0.22.0",
       "bfloat16",
       Precision::Bf16,
       {{{14, 44}, {3, 14}, {}}}},
      {"hgx-b200",
       "b200_sxm.generation_attention_perf.vllm-0.22.0",
       "fp8",
       Precision::Fp8,
       {{{15, 37}, {4, 12}, {}}}},
  };
  for (const auto& table : tables) {
    check_decode_attention(table);
  }
}

TEST_CASE("Prefill attention takes the time that kernel tables measured") {
  print_header();
  const Table tables[] = {
      {"hgx-a100-80",
       "a100_sxm.context_attention_perf.vllm-0.14.0",
       "bfloat16",
       Precision::Bf16,
       {{{14, 28}, {4, 17}, {}}}},
      {"hgx-h100",
       "h100_sxm.context_attention_perf.vllm-0.24.0",
       "bfloat16",
       Precision::Bf16,
       {{{12, 23}, {7, 17}, {}}}},
      {"hgx-h100",
       "h100_sxm.context_attention_perf.vllm-0.24.0",
       "fp8",
       Precision::Fp8,
       {{{14, 25}, {8, 21}, {}}}},
      {"hgx-b200",
       "b200_sxm.context_attention_perf.vllm-0.22.0",
       "bfloat16",
       Precision::Bf16,
       {{{15, 35}, {5, 27}, {}}}},
      {"hgx-b200",
       "b200_sxm.context_attention_perf.vllm-0.22.0",
       "fp8",
       Precision::Fp8,
       {{{15, 39}, {10, 29}, {}}}},
  };
  for (const auto& table : tables) {
    check_prefill_attention(table);
  }
}

TEST_CASE("All-reduces take the time that kernel tables measured") {
  print_header();
  check_all_reduce("hgx-a100-80", "a100_sxm.custom_allreduce_perf.vllm-0.14.0",
                   "a100_sxm.nccl_perf.2.27.3", {3, 6}, {10, 31});
  check_all_reduce("hgx-h100", "h100_sxm.custom_allreduce_perf.vllm-0.24.0",
                   "h100_sxm.nccl_perf.2.29.2", {3, 7}, {7, 24});
  check_all_reduce("hgx-b200", "b200_sxm.custom_allreduce_perf.vllm-0.24.0",
                   "b200_sxm.nccl_perf.2.29.2", {4, 21}, {11, 21});
}

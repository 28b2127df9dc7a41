// SPDX-License-Identifier: Apache-2.0
// Data files: blocks, lines, compression, where they are found and what a check of one gives.
#include <fmt/format.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "sim/core/errors.hpp"
#include "sim/data/check_requests.hpp"
#include "sim/data/find_data_file.hpp"
#include "sim/data/line_reader.hpp"
#include "sim/data/open_trace.hpp"
#include "sim/data/sha256.hpp"
#include "tests/unit/data_contents.hpp"

namespace tokenfab {
namespace {

namespace fs = std::filesystem;
using Catch::Matchers::Contains;
using Catch::Matchers::Message;

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (fs::temp_directory_path() / "tokenfab-data-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  ~TemporaryFolder() { fs::remove_all(path_); }

  std::string path(const std::string& name = "") const { return (path_ / name).string(); }
  std::string write(const std::string& name, const std::string& contents) const {
    std::ofstream(path(name), std::ios::binary) << contents;
    return path(name);
  }

 private:
  fs::path path_;
};

std::vector<std::string> lines_of(const std::string& contents) {
  LineReader reader(ByteStream::from_memory("memory", contents));
  std::vector<std::string> lines;
  for (std::string_view line; reader.next(line);) {
    lines.emplace_back(line);
  }
  CHECK(reader.line_number() == static_cast<std::int64_t>(lines.size()));
  return lines;
}

std::string config_error(const auto& action) {
  try {
    action();
    return {};
  } catch (const ConfigError& error) {
    return error.what();
  }
}

Duration ticks(std::int64_t count) { return Duration::from_ticks(count); }

}  // namespace

TEST_CASE("data: lines end in LF, CRLF or the end of the file, and a BOM is skipped") {
  CHECK(lines_of("").empty());
  CHECK(lines_of("a\nb\n") == std::vector<std::string>{"a", "b"});
  CHECK(lines_of("a\r\n\r\nb") == std::vector<std::string>{"a", "", "b"});
  CHECK(lines_of("\xef\xbb\xbf"
                 "a\n\xef\xbb\xbf") == std::vector<std::string>{"a", "\xef\xbb\xbf"});
}

TEST_CASE("data: lines may span blocks, plain and gzip alike") {
  std::string contents;
  std::vector<std::string> expected;
  for (std::size_t i = 0; i < 40; ++i) {
    expected.emplace_back(i * 1'777, static_cast<char>('a' + i % 26));
    contents += expected.back() + (i % 2 ? "\r\n" : "\n");
  }
  REQUIRE(contents.size() > 1'000'000);
  CHECK(lines_of(contents) == expected);
  CHECK(lines_of(gzip(contents)) == expected);
}

TEST_CASE("data: a line of up to 1 MiB passes, a longer one is an error and ends the lines") {
  const std::string longest(LineReader::max_line_bytes, 'x');
  CHECK(lines_of("a\n" + longest + "\nb") == std::vector<std::string>{"a", longest, "b"});
  for (const std::size_t size : {LineReader::max_line_bytes + 1, std::size_t{10'000'000}}) {
    const std::string contents = "a\n" + std::string(size, 'x') + "\nb\n";
    LineReader reader(ByteStream::from_memory("long.csv", contents));
    std::string_view line;
    REQUIRE(reader.next(line));
    CHECK_THROWS_MATCHES(reader.next(line), DataError,
                         Message("long.csv:2: the line is longer than the limit of 1 MiB (1048576 "
                                 "bytes) (is this the right file?)"));
    CHECK_FALSE(reader.next(line));
  }
}

TEST_CASE("data: gzip is told by its bytes and may have several members") {
  const TemporaryFolder folder;
  const auto path = folder.write("plain_name.csv", gzip("a\nb") + gzip("") + gzip("c\nd\n"));
  LineReader reader{ByteStream(path)};
  std::vector<std::string> lines;
  for (std::string_view line; reader.next(line);) {
    lines.emplace_back(line);
  }
  CHECK(lines == std::vector<std::string>{"a", "bc", "d"});
  CHECK(lines_of("\x1f") == std::vector<std::string>{"\x1f"});
}

TEST_CASE("data: truncated or corrupt gzip is an error at the line reached") {
  std::string contents = csv_header;
  for (int i = 0; i < 50'000; ++i) {
    contents += fmt::format("{},{},{}\n", i, i % 977 + 1, i % 31 + 1);
  }
  const std::string packed = gzip(contents);
  const std::string half = packed.substr(0, packed.size() / 2);
  CHECK_THAT(data_error(half, "csv"), Contains("the file ends inside its gzip data"));
  CHECK_THAT(data_error(packed.substr(0, packed.size() - 1), "csv"),
             Contains("t.csv:50002: the file ends inside its gzip data"));
  std::string corrupt = packed;
  corrupt[packed.size() - 5] ^= 1;  // of the checksum
  CHECK_THAT(data_error(corrupt, "csv"), Contains("corrupt gzip data (incorrect data check)"));
  CHECK_THAT(data_error(packed + "rest", "csv"), Contains("corrupt gzip data"));
  CHECK_THAT(data_error("\x1f\x8b", "csv"), Contains("t.csv:1: the file ends inside"));

  const auto reader = open_request_trace(ByteStream::from_memory("half", half), "csv");
  CHECK_THROWS_AS(check_requests(*reader), DataError);
  RequestRow row;
  CHECK_FALSE(reader->next(row));  // not read as another member, nor told twice
}

TEST_CASE("data: a file that is missing, a directory or no regular file is a config error") {
  const TemporaryFolder folder;
  const auto open = [](const std::string& path) {
    return config_error([&] { open_request_trace(path, "csv"); });
  };
  CHECK(open(folder.path("none.csv")) == folder.path("none.csv") + ": no such file");
  CHECK_THAT(open(folder.path()), Contains("is a directory, expected a file"));
  CHECK_THAT(open("/dev/null"), Contains("is not a regular file"));
  if (::geteuid() != 0) {
    fs::permissions(folder.write("secret.csv", "x"), fs::perms::none);
    CHECK_THAT(open(folder.path("secret.csv")), Contains("cannot be read: Permission denied"));
  }
  CHECK_THAT(config_error([&] { open_request_trace("t.csv", "azur"); }),
             Contains("unknown trace format \"azur\", expected one of azure, burstgpt, csv, "
                      "mooncake, ragpulse (did you mean 'azure'?)"));
}

TEST_CASE("data: a check sums a trace up and hashes the raw file") {
  const TemporaryFolder folder;
  const std::string contents = csv_header + "0,10,5\n1,4,20\n2.5,12,1\n";
  const auto plain = check_requests(folder.write("a.csv", contents), "csv");
  CHECK(plain.rows == 3);
  CHECK(plain.input_tokens == 26);
  CHECK(plain.output_tokens == 26);
  CHECK(plain.max_input_tokens == 12);
  CHECK(plain.max_total_tokens == 24);
  CHECK(plain.last_arrival == ticks(2'500'000'000'000'000));
  const std::string packed = gzip(contents);
  const auto compressed = check_requests(folder.write("a.csv.gz", packed), "csv");
  CHECK(compressed.rows == 3);
  const auto digest = [](const std::string& bytes) {
    Sha256 sha;
    sha.update(bytes);
    return sha.finish();
  };
  CHECK(plain.sha256 == digest(contents));
  CHECK(compressed.sha256 == digest(packed));
  CHECK(digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_CASE("data: a check collects the problems of all rows, up to 20") {
  const auto problems = [](const std::string& contents) {
    const auto reader = open_request_trace(ByteStream::from_memory("t.csv", contents), "csv");
    try {
      check_requests(*reader);
    } catch (const DataError& error) {
      return error.problems();
    }
    return std::vector<Problem>();
  };
  const auto few = problems(csv_header + "0,1,1\nx,1,1\n\n9,0,1\n1,1,1\n5,1,1\n4,1,1\n6,1,1\n");
  std::vector<int> lines;
  for (const auto& problem : few) {
    lines.push_back(problem.place.line);
  }
  CHECK(lines == std::vector<int>{3, 4, 5, 8});
  std::string many = csv_header;
  for (int i = 0; i < 100; ++i) {
    many += "bad\n";
  }
  CHECK(problems(many).size() == 20);
  CHECK(problems(many).back().place.line == 21);
  CHECK(problems(csv_header).size() == 1);
}

TEST_CASE("data: files are found in the first folder that has them, under either public name") {
  const TemporaryFolder first;
  const TemporaryFolder second;
  const std::vector<std::string> folders{first.path(), "", "/nonexistent", second.path()};
  const auto find = [&](const std::string& name) { return find_data_file(name, "azure", folders); };
  const auto own = second.write("own.csv", "x");
  CHECK(fs::equivalent(find("own.csv"), own));
  CHECK(find(own) == own);
  second.write("azure2023_conv.csv.gz", "x");
  CHECK(fs::path(find("AzureLLMInferenceTrace_conv.csv")).filename() == "azure2023_conv.csv.gz");
  first.write("AzureLLMInferenceTrace_conv.csv", "x");
  CHECK(fs::path(find("azure2023_conv.csv.gz")).parent_path() / "" == fs::path(first.path()));
  fs::create_directory(first.path("sub"));
  first.write("sub/azure2023_code.csv.gz", "x");
  CHECK(fs::path(find("sub/AzureLLMInferenceTrace_code.csv")).filename() ==
        "azure2023_code.csv.gz");
  CHECK_THAT(config_error([&] { find("azure2023_code.csv.gz"); }),  // no recursion
             Contains("azure2023_code.csv.gz: no such data file in " + first.path()) &&
                 Contains("Azure LLM inference trace 2023 (Azure/AzurePublicDataset), CC-BY-4.0: "
                          "put AzureLLMInferenceTrace_conv.csv (or azure2023_conv.csv.gz) beside "
                          "the scenario or in a folder of TOKENFAB_DATA"));
  CHECK_THAT(config_error([&] { find(first.path("none")); }), Contains("no such data file ("));
  CHECK_THAT(config_error([&] { find("sub"); }), Contains("is a directory, expected a data file"));
  CHECK_THAT(config_error([&] { find(""); }), Contains("the name of the data file is empty"));
  CHECK_THAT(config_error([&] { find_data_file("x.csv", "weather", folders); }),
             Contains("put it beside the scenario"));
}

TEST_CASE("data: the public Azure conversation trace gives its published statistics") {
  const char* data = std::getenv("TOKENFAB_DATA");
  std::istringstream list(data ? data : "");
  std::string path;
  for (std::string folder; path.empty() && std::getline(list, folder, ':');) {
    const auto candidate = fs::path(folder) / "azure2023_conv.csv.gz";
    path = fs::exists(candidate) ? candidate.string() : "";
  }
  if (path.empty()) {
    std::cout << "skipped: TOKENFAB_DATA does not hold azure2023_conv.csv.gz" << std::endl;
    std::exit(77);
  }
  const auto summary = check_requests(path, "azure");
  CHECK(summary.rows == 19'366);
  CHECK(summary.input_tokens == 22'361'870);  // mean 1155
  CHECK(summary.output_tokens == 4'088'665);  // mean 211
  CHECK(summary.max_input_tokens == 14'050);
  CHECK(summary.max_total_tokens == 14'089);
  // 18:15:46.6805900 to 19:14:08.4025270
  CHECK(summary.last_arrival == 35'017'219'370 * ticks(100'000'000));
}

}  // namespace tokenfab

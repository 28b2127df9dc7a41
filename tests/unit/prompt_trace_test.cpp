// SPDX-License-Identifier: Apache-2.0
// Prompts by content in request traces: Mooncake's blocks, RAGPulse's sections, sessions by name.
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <numeric>
#include <string>
#include <vector>

#include "models/workload/trace_workload.hpp"
#include "sim/core/errors.hpp"
#include "sim/data/open_trace.hpp"
#include "sim/data/ragpulse_trace.hpp"
#include "tests/unit/data_contents.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using Catch::Matchers::Contains;

namespace {

std::uint64_t tokens_of(const std::vector<PromptSpan>& prompt) {
  std::uint64_t sum = 0;
  for (const auto& span : prompt) {
    sum += span.tokens;
  }
  return sum;
}

std::vector<std::uint32_t> lengths_of(const std::vector<PromptSpan>& prompt) {
  std::vector<std::uint32_t> lengths;
  for (const auto& span : prompt) {
    lengths.push_back(span.tokens);
  }
  return lengths;
}

std::string ragpulse_row(const std::string& timestamp, int input, const std::string& ids) {
  return fmt::format(
      "{{\"timestamp\": \"{}\", \"input_length\": {}, \"output_length\": 9, "
      "\"hash_ids\": {}, \"session_id\": \"s-{}\"}}\n",
      timestamp, input, ids, timestamp);
}

RagpulseLengths some_lengths() {
  RagpulseLengths lengths;
  lengths.tokens[0] = {{1, 500}};
  lengths.tokens[1] = {{10, 100}, {11, 200}};
  lengths.tokens[2] = {{20, 7}};
  lengths.tokens[4] = {{30, 5}};
  return lengths;
}

const std::string first_ids = R"({"sys_prompt": [1], "passages_ids": [10, 11], "history": [20],)"
                              R"( "web_search": [], "user_input": [30]})";
const std::string second_ids = R"({"sys_prompt": [1], "passages_ids": [11, 10], "history": [],)"
                               R"( "web_search": [], "user_input": [30]})";

std::vector<RequestRow> ragpulse_rows(const std::string& contents) {
  RagpulseTrace trace(ByteStream::from_memory("rag", contents), some_lengths());
  std::vector<RequestRow> rows;
  for (RequestRow row; trace.next(row);) {
    rows.push_back(row);
  }
  return rows;
}

std::string ragpulse_error(const std::string& contents) {
  try {
    ragpulse_rows(contents);
    return "";
  } catch (const DataError& error) {
    return error.what();
  }
}

}  // namespace

TEST_CASE("prompt traces: mooncake blocks are spans of 512 tokens, the last one partial") {
  const auto rows = rows_of(
      "{\"timestamp\": 0, \"input_length\": 1030, \"output_length\": 1, \"hash_ids\": [7, 8, 9]}\n"
      "{\"timestamp\": 1, \"input_length\": 1024, \"output_length\": 1, \"hash_ids\": [7, 8]}\n"
      "{\"timestamp\": 2, \"input_length\": 1536, \"output_length\": 1, \"hash_ids\": [8, 8, 9]}\n",
      "mooncake");
  REQUIRE(lengths_of(rows[0].prompt) == std::vector<std::uint32_t>{512, 512, 6});
  REQUIRE(lengths_of(rows[1].prompt) == std::vector<std::uint32_t>{512, 512});
  REQUIRE(rows[0].prompt[0].content == rows[1].prompt[0].content);
  REQUIRE(rows[0].prompt[1].content == rows[1].prompt[1].content);
  // Of another beginning, the same ids stand for other contents.
  REQUIRE(rows[2].prompt[1].content != rows[0].prompt[1].content);
  REQUIRE(rows[2].prompt[2].content != rows[0].prompt[2].content);
  REQUIRE(rows[2].prompt[0].content != rows[2].prompt[1].content);
}

TEST_CASE("prompt traces: the trace workload hands on prompts and sessions") {
  std::string text =
      "arrival_s,input_tokens,output_tokens,session\n0,5,5,a\n1,5,5,b\n2,5,5,a\n"
      "3,5,5,\n";
  TraceWorkload workload{TraceWorkloadConfig{}};
  WorkloadInputs inputs;
  inputs.trace = open_request_trace(ByteStream::from_memory("t", text), "csv");
  workload.open(std::move(inputs));
  std::vector<std::uint64_t> sessions;
  for (Arrival arrival; workload.next(arrival);) {
    REQUIRE(arrival.prompt.empty());
    sessions.push_back(arrival.session);
  }
  REQUIRE(sessions == std::vector<std::uint64_t>{sessions[0], sessions[1], sessions[0], 0});
  REQUIRE(sessions[0] != sessions[1]);
  REQUIRE(sessions[0] != 0);

  text =
      "{\"timestamp\": 0, \"input_length\": 600, \"output_length\": 1, \"hash_ids\": [7, 8]}\n"
      "{\"timestamp\": 0, \"input_length\": 9, \"output_length\": 1, \"hash_ids\": [7]}\n";
  TraceWorkload blocks{TraceWorkloadConfig{}};
  inputs = {};
  inputs.trace = open_request_trace(ByteStream::from_memory("t", text), "mooncake");
  blocks.open(std::move(inputs));
  Arrival arrival;
  REQUIRE(blocks.next(arrival));
  REQUIRE(lengths_of(arrival.prompt) == std::vector<std::uint32_t>{512, 88});
  REQUIRE(blocks.next(arrival));
  REQUIRE(lengths_of(arrival.prompt) == std::vector<std::uint32_t>{9});
}

TEST_CASE("prompt traces: ragpulse rows are sorted, sections are chained spans") {
  const auto rows =
      ragpulse_rows(ragpulse_row("12", 820, first_ids) + ragpulse_row("3.5", 805, second_ids) +
                    "\n" + ragpulse_row("12", 1000, second_ids) + "\n\n");
  REQUIRE(rows.size() == 3);
  REQUIRE(rows[0].arrival == Duration::from_seconds(3.5));
  REQUIRE(rows[1].arrival == Duration::from_seconds(12));
  REQUIRE(rows[1].input_tokens == 820);  // equal dates keep file order
  REQUIRE(rows[1].session == "s-12");
  REQUIRE(lengths_of(rows[1].prompt) == std::vector<std::uint32_t>{500, 100, 200, 7, 5, 8});
  REQUIRE(lengths_of(rows[0].prompt) == std::vector<std::uint32_t>{500, 200, 100, 5});
  for (const auto& row : rows) {
    REQUIRE(tokens_of(row.prompt) == row.input_tokens);
  }
  REQUIRE(rows[0].prompt[0].content == rows[1].prompt[0].content);
  REQUIRE(rows[0].prompt[1].content != rows[1].prompt[2].content);  // not at the same place
  REQUIRE(rows[0].prompt[3].content == rows[2].prompt[3].content);
}

TEST_CASE("prompt traces: ragpulse faults are told at once, with their lines") {
  const auto error = ragpulse_error(
      ragpulse_row("x", 820, first_ids) + ragpulse_row("1", 811, first_ids) +
      ragpulse_row("1", 0, first_ids) +
      ragpulse_row("1", 900, R"({"sys_prompt": [2], "passages_ids": 3, "history": [-1]})") +
      "[]\n{\n" + ragpulse_row("1", 900, "7"));
  REQUIRE_THAT(error, Contains("rag:1: timestamp is \"x\", expected decimal seconds"));
  REQUIRE_THAT(error, Contains("rag:2: input_length is 811, below the 812 tokens of its sections"));
  REQUIRE_THAT(error, Contains("rag:3: input_length is \"0\", expected a whole number from 1"));
  REQUIRE_THAT(error,
               Contains("rag:4: hash_ids: sys_prompt 2 has no length in 1_sys_prompt.jsonl"));
  REQUIRE_THAT(error, Contains("rag:4: hash_ids: passages_ids is \"3\", expected a list"));
  REQUIRE_THAT(error, Contains("rag:4: hash_ids: web_search is missing"));
  REQUIRE_THAT(error, Contains("rag:5: ") && Contains("is no JSON object"));
  REQUIRE_THAT(error, Contains("rag:6: ") && Contains("rag:7: hash_ids is no object of lists"));
  REQUIRE_THAT(ragpulse_error("\n\n"), Contains("the trace has no rows"));
}

TEST_CASE("prompt traces: ragpulse's lengths are read from the files beside it") {
  namespace fs = std::filesystem;
  std::string folder = (fs::temp_directory_path() / "tokenfab-rag-XXXXXX").string();
  REQUIRE(::mkdtemp(folder.data()) != nullptr);
  const auto write = [&](const std::string& name, const std::string& text) {
    std::ofstream(fs::path(folder) / name, std::ios::binary) << text;
    return (fs::path(folder) / name).string();
  };
  const auto path = write("0_trace.jsonl", ragpulse_row("1", 820, first_ids));
  REQUIRE(sniff_trace_format(ByteStream(path)) == "ragpulse");
  REQUIRE_THROWS_WITH(open_request_trace(path, "ragpulse"),
                      Contains("1_sys_prompt.jsonl, which tells the lengths") &&
                          Contains("put the files of RAGPulse in one folder"));
  write("1_sys_prompt.jsonl", "{\"sys_prompt_id\": 1, \"token_length\": 500}\n\n");
  write("2_passages.jsonl",
        "{\"passage_id\": 10, \"token_length\": 100}\n"
        "{\"passage_id\": 11, \"token_length\": 200}\n");
  write("3_history.jsonl.gz", gzip("{\"history_id\": 20, \"token_length\": 7}\n"));
  write("4_user_input.jsonl", "{\"user_input_id\": 30, \"token_length\": 5}\n");
  write("5_web_search.jsonl", "");
  const auto reader = open_request_trace(path, "ragpulse");
  RequestRow row;
  REQUIRE(reader->next(row));
  REQUIRE(lengths_of(row.prompt) == std::vector<std::uint32_t>{500, 100, 200, 7, 5, 8});
  write("2_passages.jsonl", "{\"passage_id\": 10}\n");
  REQUIRE_THROWS_WITH(open_request_trace(path, "ragpulse"),
                      Contains("2_passages.jsonl:1: token_length is missing"));
  fs::remove_all(folder);
}

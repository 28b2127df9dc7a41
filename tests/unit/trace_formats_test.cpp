// SPDX-License-Identifier: Apache-2.0
// The public trace formats besides Azure's, zstd, and how a format is told by a file's first line.
#include <fmt/format.h>
#include <zstd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <sstream>
#include <string>

#include "sim/core/errors.hpp"
#include "sim/data/check_requests.hpp"
#include "sim/data/open_trace.hpp"
#include "tests/unit/data_contents.hpp"

namespace tokenfab {
namespace {

using Catch::Matchers::Contains;

const std::string burstgpt_header =
    "Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n";

Duration ms(std::int64_t count) {
  return Duration::from_ticks(Int128{count} * (Duration::ticks_per_second / 1000));
}

std::string zstd(const std::string& contents) {
  std::string packed(ZSTD_compressBound(contents.size()), '\0');
  packed.resize(ZSTD_compress(packed.data(), packed.size(), contents.data(), contents.size(), 3));
  return packed;
}

std::string mooncake_row(int date_ms, const std::string& rest) {
  return fmt::format("{{\"timestamp\": {}, \"input_length\": 7, {}}}\n", date_ms, rest);
}

const std::string good_rest = "\"output_length\": 3, \"hash_ids\": [12]";

std::string sniff(const std::string& contents) {
  try {
    return std::string(sniff_trace_format(ByteStream::from_memory("t", contents)));
  } catch (const DataError& error) {
    return error.what();
  }
}

}  // namespace

TEST_CASE("data: mooncake rows are milliseconds, equal ones in file order") {
  const auto rows = rows_of(
      "{\"timestamp\": 1500, \"input_length\": 675, \"output_length\": 500, \"hash_ids\": [4, 5]}\n"
      "{\"hash_ids\":[1,-2,9007199254740993],\"output_length\":1,\"input_length\":1536,"
      "\"timestamp\":1500}\r\n"
      " {\"extra\": {\"a\": [null, \"}\"]}, \"timestamp\": 27000, \"input_length\": 1, "
      "\"output_length\": 2, \"hash_ids\": [3], \"model\": \"x\"} \n\n \n",
      "mooncake");
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].arrival == ms(1500));  // not shifted to 0
  CHECK(rows[0].input_tokens == 675);
  CHECK(rows[0].output_tokens == 500);
  CHECK(rows[1].arrival == rows[0].arrival);
  CHECK(rows[1].input_tokens == 1536);
  CHECK(rows[2].arrival == ms(27'000));
  CHECK(rows[2].tenant.empty());
}

TEST_CASE("data: mooncake faults are told with their line") {
  const auto error = [](const std::string& line) {
    return data_error(mooncake_row(0, good_rest) + line, "mooncake");
  };
  CHECK_THAT(data_error("", "mooncake"), Contains("the trace has no rows"));
  CHECK_THAT(data_error("\n\n", "mooncake"), Contains("the trace has no rows"));
  CHECK_THAT(error("\n" + mooncake_row(0, good_rest)),
             Contains("t.csv:2: blank line between rows"));
  CHECK_THAT(error(mooncake_row(1, "\"output_length\": 3")),
             Contains("t.csv:2: hash_ids is missing in"));
  CHECK_THAT(error("{\"hash_ids\": []}"), Contains("t.csv:2: timestamp is missing in"));
  CHECK_THAT(error(mooncake_row(1, good_rest + ", \"timestamp\": 2")),
             Contains("t.csv:2: timestamp is there twice in"));
  CHECK_THAT(error("{\"timestamp\": \"12\", " + mooncake_row(1, good_rest).substr(1)),
             Contains("t.csv:2: timestamp is \"\"12\"\", expected whole milliseconds from 0 to"));
  for (const char* date : {"1.5", "-1", "1e3", "null", "[1]", "1000000000000001"}) {
    INFO(date);
    CHECK_THAT(error(fmt::format("{{\"timestamp\": {}}}", date)),
               Contains("t.csv:2: timestamp is \""));
  }
  CHECK_THAT(error(mooncake_row(1, "\"output_length\": 0, \"hash_ids\": []")),
             Contains("t.csv:2: output_length is 0, expected at least 1 output token"));
  CHECK_THAT(error(mooncake_row(1, "\"output_length\": 10000001, \"hash_ids\": []")),
             Contains("output_length is \"10000001\", expected a whole number from 1 to 10000000"));
  CHECK_THAT(error(mooncake_row(1, "\"output_length\": \"3\", \"hash_ids\": []")),
             Contains("output_length is \"\"3\"\", expected a whole number"));
  CHECK_THAT(error(mooncake_row(1, "\"output_length\": 3, \"hash_ids\": {}")),
             Contains("hash_ids is \"{\", expected a list of integers"));
  for (const char* id : {"\"a\"", "1.5", "[2]", "true"}) {
    INFO(id);
    CHECK_THAT(
        error(mooncake_row(1, fmt::format("\"output_length\": 3, \"hash_ids\": [1, {}]", id))),
        Contains("t.csv:2: an element of hash_ids is \"") && Contains("expected an integer"));
  }
  for (const char* line :
       {"[]", "7", "{", "{\"timestamp\": 1, \"inp", "{\"timestamp\" 1}", "\xff{}"}) {
    INFO(line);
    CHECK_THAT(error(line), Contains("t.csv:2: ") && Contains("is no JSON object"));
  }
  CHECK_THAT(error(mooncake_row(1, "\"output_length\": 3, \"hash_ids\": []")),
             Contains("t.csv:2: 0 hash_ids for 7 input tokens, expected 1 of 512 tokens each"));
  CHECK_THAT(error(mooncake_row(1, "\"output_length\": 3, \"hash_ids\": [1, 2]")),
             Contains("t.csv:2: 2 hash_ids for 7 input tokens, expected 1 of 512 tokens each"));
  const auto row = mooncake_row(1, good_rest);
  CHECK(error(row.substr(0, row.size() - 1) + " {}") != "");
  CHECK_THAT(data_error(mooncake_row(2, good_rest) + mooncake_row(1, good_rest), "mooncake"),
             Contains("t.csv:2: the row") && Contains("arrives 0.001 s before the row above it"));
}

TEST_CASE("data: burstgpt rows count from the first one, with model and session") {
  const auto rows = rows_of(burstgpt_header +
                                "5,ChatGPT,472,18,490,Conversation log\n"
                                "45.25,ChatGPT,1087,230,1317,Conversation log\n"
                                "118,GPT-4,417,276,693,API log\n",
                            "burstgpt");
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].arrival == Duration());
  CHECK(rows[0].input_tokens == 472);
  CHECK(rows[0].output_tokens == 18);
  CHECK(rows[0].tenant == "ChatGPT");
  CHECK(rows[0].session.empty());
  CHECK(rows[1].arrival == ms(40'250));
  CHECK(rows[2].tenant == "GPT-4");
  const auto with_sessions = rows_of(
      "Timestamp,Session ID,Elapsed time,Model,Request tokens,Response tokens,Total tokens,Log "
      "Type\n7.5,s-1,2.25,GPT-4,10,2,12,Conversation log\n",
      "burstgpt");
  REQUIRE(with_sessions.size() == 1);
  CHECK(with_sessions[0].session == "s-1");
  CHECK(with_sessions[0].output_tokens == 2);
}

TEST_CASE("data: burstgpt requests that failed are left out and counted, but set date 0") {
  const std::string contents = burstgpt_header +
                               "5,ChatGPT,472,0,472,Conversation log\n"
                               "6,ChatGPT,0,0,0,Conversation log\n"
                               "45,ChatGPT,1087,230,1317,Conversation log\n";
  const auto rows = rows_of(contents, "burstgpt");
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].arrival == ms(40'000));
  const auto reader = open_request_trace(ByteStream::from_memory("t", contents), "burstgpt");
  const auto summary = check_requests(*reader);
  CHECK(summary.rows == 1);
  CHECK(summary.skipped_rows == 2);
  CHECK_THAT(data_error(burstgpt_header + "5,ChatGPT,472,0,472,API log\n", "burstgpt"),
             Contains("t.csv:2: none of the 1 rows is a request to play"));
  CHECK_THAT(data_error(burstgpt_header + "5,a,1,0,1,API log\n4,a,1,1,2,API log\n", "burstgpt"),
             Contains("t.csv:3: the row \"4,a,1,1,2,API log\" arrives 1 s before"));
}

TEST_CASE("data: burstgpt faults") {
  const auto error = [](const std::string& row) {
    return data_error(burstgpt_header + row, "burstgpt");
  };
  CHECK_THAT(error("x,a,1,1,2,API log\n"), Contains("t.csv:2: Timestamp is \"x\""));
  CHECK_THAT(error("1,a,0,1,1,API log\n"), Contains("Request tokens is 0, expected at least 1"));
  CHECK_THAT(error("1,a,1,-1,0,API log\n"), Contains("Response tokens is \"-1\""));
  CHECK_THAT(error("1,\"a\",1,1,2,API log\n"), Contains("Model is \"\"a\"\""));
  CHECK_THAT(error("1,a,1,1,2\n"), Contains("5 columns in"));
  CHECK_THAT(data_error("Timestamp,Model,Request tokens,Response tokens\n", "burstgpt"),
             Contains("column Total tokens is missing"));
  CHECK_THAT(data_error("Timestamp,Modell\n", "burstgpt"),
             Contains("unknown column \"Modell\"") && Contains("did you mean 'Model'?"));
}

TEST_CASE("data: zstd is told by its bytes and may have several frames") {
  std::string contents = csv_header;
  for (int i = 0; i < 200'000; ++i) {
    contents += fmt::format("{},{},{}\n", i, i % 977 + 1, i % 31 + 1);
  }
  const std::string packed = zstd(contents);
  CHECK(rows_of(packed, "csv").size() == 200'000);
  CHECK(rows_of(zstd(csv_header) + zstd("") + zstd("0,1,1\n"), "csv").size() == 1);
  // Highly compressible: one input block fills many output blocks.
  const auto blank = rows_of(zstd(csv_header + "0,1,1\n" + std::string(3'000'000, '\n')), "csv");
  CHECK(blank.size() == 1);
  for (const std::size_t size : {packed.size() / 2, packed.size() - 1, std::size_t{4}}) {
    CHECK_THAT(data_error(packed.substr(0, size), "csv"),
               Contains("the file ends inside its zstd data"));
  }
  std::string corrupt = packed;
  corrupt[packed.size() / 2] ^= 0x55;
  CHECK(data_error(corrupt, "csv") != "");
  CHECK_THAT(data_error(packed + "no frame", "csv"), Contains("corrupt zstd data ("));
}

TEST_CASE("data: the format is told by the first line, compressed or not") {
  CHECK(sniff(azure_header) == "azure");
  CHECK(sniff(csv_header + "0,1,1\n") == "csv");
  CHECK(sniff("session,output_tokens,arrival_s,input_tokens\r\n") == "csv");
  CHECK(sniff(burstgpt_header) == "burstgpt");
  CHECK(sniff(" \n" + mooncake_row(0, good_rest)) == "mooncake");
  CHECK(sniff(gzip(azure_header)) == "azure");
  CHECK(sniff(zstd(mooncake_row(0, good_rest))) == "mooncake");
  for (const char* contents : {"", "\n\n", "{}", "id,size\n", "\x01\x02"}) {
    INFO(contents);
    CHECK_THAT(sniff(contents), Contains("t:1: the first line ") &&
                                    Contains("is of no known trace format (known formats: azure, "
                                             "burstgpt, csv, mooncake, ragpulse)"));
  }
  CHECK_THAT(sniff("arrival_s,ContextTokens\n"), Contains("may be of the formats azure and csv"));
  CHECK_THAT(sniff(zstd(azure_header).substr(0, 12)), Contains("the file ends inside its zstd"));
}

TEST_CASE("data: the public Mooncake conversation trace gives its published statistics") {
  const char* data = std::getenv("TOKENFAB_DATA");
  std::istringstream list(data ? data : "");
  std::string path;
  for (std::string folder; path.empty() && std::getline(list, folder, ':');) {
    const auto candidate = std::filesystem::path(folder) / "mooncake_conversation.jsonl.gz";
    path = std::filesystem::exists(candidate) ? candidate.string() : "";
  }
  if (path.empty()) {
    std::cout << "skipped: TOKENFAB_DATA does not hold mooncake_conversation.jsonl.gz" << std::endl;
    std::exit(77);
  }
  CHECK(sniff_trace_format(ByteStream(path)) == "mooncake");
  const auto summary = check_requests(path, "mooncake");
  CHECK(summary.rows == 12'031);
  CHECK(summary.skipped_rows == 0);
  CHECK(summary.input_tokens == 144'793'823);  // mean 12,035
  CHECK(summary.output_tokens == 4'122'048);   // mean 343
  CHECK(summary.max_input_tokens == 126'195);
  CHECK(summary.max_total_tokens == 126'527);
  CHECK(summary.last_arrival == ms(3'536'999));
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// Trace files that are missing, broken or merely odd.
#include <catch2/catch.hpp>
#include <filesystem>

#include "tests/program/program.hpp"

namespace tokenfab::program {
namespace {

const std::string header = "arrival_s,input_tokens,output_tokens\n";

/// Runs over `trace`: it must be refused as bad data, with all words, and leave nothing.
void expect_bad_rows(const std::string& trace, const std::vector<std::string>& words) {
  const Sandbox sandbox;
  sandbox.write("trace.csv", trace);
  expect_refused(sandbox, trace_scenario("trace.csv"), data_invalid, words);
}

/// Runs over `trace` and gives the table that is printed.
std::string table_of(const std::string& trace, const std::string& format = "csv") {
  const Sandbox sandbox;
  sandbox.write("trace.csv", trace);
  return run_well(sandbox, trace_scenario("trace.csv", format)).out;
}

TEST_CASE("traces: a missing file says what it is, its licence and where to put it") {
  const Sandbox sandbox;
  const auto text = trace_scenario("AzureLLMInferenceTrace_conv.csv", "azure");
  expect_refused(sandbox, text, scenario_invalid,
                 {place_of(text, "\"AzureLLM"), "/workloads/load/path", "no such data file",
                  "Azure LLM inference trace 2023", "Azure/AzurePublicDataset", "CC-BY-4.0",
                  "AzureLLMInferenceTrace_conv.csv", "azure2023_conv.csv.gz", "beside the scenario",
                  "TOKENFAB_DATA"});
  expect_refused(sandbox, trace_scenario("gone-with-the-wind.csv"), scenario_invalid,
                 {"gone-with-the-wind.csv", "no such data file", "TOKENFAB_DATA"});
}

TEST_CASE("traces: paths that lead to no file") {
  const Sandbox sandbox;
  std::filesystem::create_directory(sandbox.folder() / "folder");
  const auto refuse = [&](const std::string& path, const std::string& word) {
    INFO(path);
    expect_refused(sandbox, trace_scenario(path), scenario_invalid,
                   {"scenario.json:28:39", "/workloads/load/path", word});
  };
  refuse("folder", "is a directory");
  refuse("/dev/null", "not a regular file");
  refuse("/dev/zero", "not a regular file");
  refuse("", "empty");
  refuse("/nowhere/at/all.csv", "no such data file");
  refuse("folder/../../x\\u0000y", "");
}

TEST_CASE("traces: an unknown format") {
  const Sandbox sandbox;
  sandbox.write("trace.csv", header + "0,5,5\n");
  expect_refused(sandbox, trace_scenario("trace.csv", "azur"), scenario_invalid,
                 {"/workloads/load/format", "azur", "did you mean \"azure\"?"});
}

TEST_CASE("traces: nothing in the file") {
  expect_bad_rows("", {"trace.csv:1: the file is empty", "arrival_s,input_tokens,output_tokens"});
  expect_bad_rows(header, {"trace.csv:1: the trace has no rows"});
  expect_bad_rows("\n\n\n", {"trace.csv:1: "});
  expect_bad_rows(gzipped(""), {"trace.csv:1: the file is empty"});
}

TEST_CASE("traces: headers") {
  expect_bad_rows("arrival_s,input_tokens\n0,1\n",
                  {"trace.csv:1: column output_tokens is missing"});
  expect_bad_rows("arrival_s,input_tokens,outptu_tokens\n0,1,1\n",
                  {"trace.csv:1: unknown column", "did you mean 'output_tokens'?"});
  expect_bad_rows("arrival_s,input_tokens,output_tokens,tenant,tenant\n",
                  {"trace.csv:1: column tenant is there twice"});
  expect_bad_rows("0,1,1\n1,1,1\n", {"trace.csv:1: unknown column \"0\""});
}

TEST_CASE("traces: every bad row is named") {
  expect_bad_rows(
      header +
          "0,1,1\n"
          "1,-5,2\n"
          "2,nan,3\n"
          "nan,1,1\n"
          "inf,1,1\n"
          "-1,1,1\n"
          "3,1\n"
          "4,1,1,1\n"
          "5,0,5\n"
          "6,5,0\n"
          "7,99999999999,1\n"
          "8,1.5,1\n"
          "9,,1\n"
          "\n",
      {"trace.csv:3: input_tokens is \"-5\"", "trace.csv:4: input_tokens is \"nan\"",
       "trace.csv:5: arrival_s is \"nan\"", "trace.csv:6: arrival_s is \"inf\"",
       "trace.csv:7: arrival_s is \"-1\"", "trace.csv:8: 2 columns", "trace.csv:9: 4 columns",
       "trace.csv:10: input_tokens is 0", "trace.csv:11: output_tokens is 0",
       "trace.csv:12: ", "trace.csv:13: ", "trace.csv:14: "});
}

TEST_CASE("traces: time may stand still but not go back") {
  expect_bad_rows(header + "0,5,5\n2,5,5\n1,5,5\n3,5,5\n",
                  {"trace.csv:4: ", "arrives 1 s before the row above", "1 problem\n"});
  expect_words(table_of(header + "0,5,5\n0,5,5\n0,5,5\n"), {"3 completed"});
}

TEST_CASE("traces: line ends, a byte order mark and a missing last newline are fine") {
  expect_words(table_of("\xef\xbb\xbf" + header + "0,5,5\n1,5,5\n"), {"2 completed"});
  expect_words(table_of(header + "0,5,5\n1,5,5"), {"2 completed"});
  expect_words(table_of("arrival_s,input_tokens,output_tokens\r\n0,5,5\r\n1,5,5\r\n"),
               {"2 completed"});
  expect_words(table_of("TIMESTAMP,ContextTokens,GeneratedTokens\r\n"
                        "2023-11-16 18:15:46.6805900,374,44\r\n"
                        "2023-11-16 18:15:50.9951690,396,109",
                        "azure"),
               {"2 completed"});
}

TEST_CASE("traces: azure rows are checked as well") {
  const Sandbox sandbox;
  sandbox.write("trace.csv",
                "TIMESTAMP,ContextTokens,GeneratedTokens\n"
                "2023-11-16 18:15:46.6805900,374,44\n"
                "2023-11-31 18:15:46.6805900,374,44\n"
                "yesterday,374,44\n"
                "2023-11-16 18:15:46.0000000,374,44\n"
                "2023-11-16 18:15:47.0000000,374,-1\n");
  expect_refused(sandbox, trace_scenario("trace.csv", "azure"), data_invalid,
                 {"trace.csv:3: ", "trace.csv:4: ", "trace.csv:5: ", "trace.csv:6: "});
}

TEST_CASE("traces: gzip, whole and cut") {
  std::string rows = header;
  for (int i = 0; i < 500; ++i) {
    rows += std::to_string(i) + ",40,3\n";
  }
  const auto packed = gzipped(rows);
  expect_words(table_of(packed), {"500 completed"});
  expect_bad_rows(packed.substr(0, packed.size() / 2),
                  {"trace.csv:", "the file ends inside its gzip data"});
  expect_bad_rows(packed.substr(0, packed.size() - 4), {"the file ends inside its gzip data"});
  auto corrupt = packed;
  corrupt[corrupt.size() / 2] = static_cast<char>(~corrupt[corrupt.size() / 2]);
  expect_bad_rows(corrupt, {"trace.csv:"});
  expect_bad_rows("\x1f\x8b garbage", {"trace.csv:1: corrupt gzip data"});
}

TEST_CASE("traces: lines without end and binary data") {
  const std::string giant(10'000'000, '7');
  expect_bad_rows(giant, {"trace.csv:1: the line is longer than"});
  expect_bad_rows(header + "0,5,5\n" + giant + "\n", {"trace.csv:3: the line is longer than"});
  std::string zeros(100'000, '\0');
  expect_bad_rows(zeros, {"trace.csv:1: "});
  expect_bad_rows(header + "0,5,\xff\xfe\x01\n", {"trace.csv:2: output_tokens is \"\\xff"});
}

TEST_CASE("traces: many bad rows do not flood the terminal") {
  std::string rows = header;
  for (int i = 0; i < 100'000; ++i) {
    rows += "x,y,z\n";
  }
  expect_bad_rows(rows, {"trace.csv:2: "});  // expect_refused bounds the length
}

TEST_CASE("traces: requests that cannot be served are rejected and counted") {
  const Sandbox sandbox;
  sandbox.write("trace.csv", header + "0,100,5\n0,200000,5\n1,131072,1\n1,131071,1\n2,5,5\n");
  const auto text = trace_scenario("trace.csv");
  expect_words(run_well(sandbox, text).out, {"3 completed, 2 rejected"});
  expect_words(sandbox.read("out/requests.csv"), {"\n1,chat,,rejected,0,,,,200000,0,0,,\n"});
  // 0.33 of the memory leaves a KV cache far smaller than the model's context.
  const auto tight = replaced(text, "\"tensor_parallel_size\": 8",
                              "\"tensor_parallel_size\": 8, \"gpu_memory_utilization\": 0.27");
  const auto finished = run_well(sandbox, tight);
  expect_words(finished.err, {"warning: ", "the KV cache holds", "longer requests are rejected"});
  expect_words(finished.out, {"2 completed, 3 rejected"});
}

TEST_CASE("traces: TOKENFAB_DATA is a list of folders") {
  Sandbox sandbox;
  sandbox.write("b/trace.csv", header + "0,5,5\n");
  sandbox.write("c/trace.csv", header + "0,5,5\n1,5,5\n");
  sandbox.write("c/azure2023_conv.csv.gz", gzipped("TIMESTAMP,ContextTokens,GeneratedTokens\n"
                                                   "2023-11-16 18:15:46.6805900,374,44\n"));
  const auto text = trace_scenario("trace.csv");
  for (const auto* value : {"", ":", "::", "a:", "a/missing:/nowhere"}) {
    INFO(value);
    sandbox.set_data_folders(value);
    expect_refused(sandbox, text, scenario_invalid, {"no such data file"});
  }
  const auto folder = sandbox.folder().string();
  for (const auto& value :
       std::vector<std::string>{folder + "/b", ":" + folder + "/b:", "a::" + folder + "/b", "a:b",
                                folder + "/b:" + folder + "/c"}) {
    INFO(value);
    sandbox.set_data_folders(value);
    expect_words(run_well(sandbox, text).out, {"1 completed"});
  }
  sandbox.set_data_folders("a::c:b");
  expect_words(run_well(sandbox, text).out, {"2 completed"});
  const auto published = trace_scenario("AzureLLMInferenceTrace_conv.csv", "azure");
  expect_words(run_well(sandbox, published).out, {"1 completed"});
  sandbox.write("trace.csv", header + "0,5,5\n1,5,5\n2,5,5\n");  // beside the scenario comes first
  expect_words(run_well(sandbox, text).out, {"3 completed"});
}

}  // namespace
}  // namespace tokenfab::program

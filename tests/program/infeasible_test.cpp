// SPDX-License-Identifier: Apache-2.0
// Valid scenarios that cannot work: exit 5, with the sizes and the smallest fix.
#include <catch2/catch.hpp>

#include "tests/program/program.hpp"

namespace tokenfab::program {
namespace {

const std::string engine = "\"tensor_parallel_size\": 8";

TEST_CASE("infeasible: a model too large for its chips") {
  const Sandbox sandbox;
  auto text = replaced(small_scenario(), "llama-3.1-70b", "llama-3.1-405b");
  text = replaced(text, engine, "\"tensor_parallel_size\": 1");
  expect_refused(sandbox, text, infeasible,
                 {"scenario.json:21:", "/services/chat/pools/main", "weights 811", " GB",
                  "leave no room for a KV cache in 85.9 GB x 0.9", "smallest fix: "});
  expect_refused(sandbox, replaced(text, "hgx-h100", "hgx-h200"), infeasible,
                 {"smallest fix: tensor_parallel_size 8"});
  expect_refused(sandbox, replaced(small_scenario(), engine, "\"tensor_parallel_size\": 1"),
                 infeasible, {"weights 141.1 GB", "smallest fix: tensor_parallel_size 2"});
}

TEST_CASE("infeasible: tensor parallel sizes that do not divide or do not fit") {
  const Sandbox sandbox;
  expect_refused(
      sandbox, replaced(small_scenario(), engine, "\"tensor_parallel_size\": 3"), infeasible,
      {"scenario.json:21:", "64 attention heads do not divide by tensor_parallel_size 3"});
  expect_refused(sandbox, replaced(small_scenario(), engine, "\"tensor_parallel_size\": 16"),
                 infeasible, {"scenario.json:21:", "tensor_parallel_size 16 exceeds the 8 chips"});
}

TEST_CASE("infeasible: more chips than the cluster has") {
  const Sandbox sandbox;
  expect_refused(sandbox, replaced(small_scenario(), "\"replicas\": 2", "\"replicas\": 3"),
                 infeasible,
                 {"scenario.json:13:", "/sites/site/clusters/h100",
                  "its pools need 24 chips, it has 16", "smallest fix: nodes 3"});
  const auto two_pools = replaced(
      small_scenario(), "\"main\": {",
      "\"more\": {\"cluster\": \"site/h100\", \"engine\": {" + engine + "}},\n\"main\": {");
  expect_refused(sandbox, two_pools, infeasible, {"its pools need 24 chips, it has 16"});
}

TEST_CASE("infeasible: engine settings that contradict each other") {
  const Sandbox sandbox;
  const auto tight = replaced(small_scenario(), engine, engine + ", \"max_num_batched_tokens\": 8");
  expect_refused(
      sandbox, tight, infeasible,
      {"max_num_seqs 1024 exceeds max_num_batched_tokens 8", "set max_num_batched_tokens to 1024"});
  const auto whole =
      replaced(small_scenario(), engine, engine + ", \"enable_chunked_prefill\": false");
  expect_refused(sandbox, whole, infeasible,
                 {"without chunked prefill", "set max_num_batched_tokens to 131072"});
  const auto starved =
      replaced(small_scenario(), engine, engine + ", \"gpu_memory_utilization\": 0.1");
  expect_refused(sandbox, starved, infeasible, {"leave no room for a KV cache in 85.9 GB x 0.1"});
}

TEST_CASE("infeasible: a PUE below the losses of the power chain") {
  const Sandbox sandbox;
  expect_refused(sandbox, replaced(small_scenario(), "1.25", "1.01"), infeasible,
                 {"scenario.json:12:", "/sites/site/cooling", "PUE cannot be lower than 1.0"});
}

TEST_CASE("infeasible: everything at once, and every command says so") {
  const Sandbox sandbox;
  auto text = replaced(small_scenario(), "1.25", "1.01");
  text = replaced(text, "\"replicas\": 2", "\"replicas\": 30");
  text = replaced(text, engine, engine + ", \"max_num_batched_tokens\": 8");
  const std::vector<std::string> words{"max_num_seqs 1024", "need 240 chips", "PUE cannot be lower",
                                       "tokenfab: 3 problems"};
  expect_refused(sandbox, text, infeasible, words);
  expect_refused(sandbox, text, infeasible, words, {"--dry-run"});
  const auto validated = sandbox.run({"validate", "scenario.json"});
  CHECK(validated.code == infeasible);
  expect_words(validated.err, words);
}

TEST_CASE("infeasible: an invalid scenario comes first") {
  const Sandbox sandbox;
  auto text = replaced(small_scenario(), engine, "\"tensor_parallel_size\": 3");
  text = replaced(text, "\"5 /s\"", "\"5 kg\"");
  expect_refused(sandbox, text, scenario_invalid, {"which is a mass"});
}

}  // namespace
}  // namespace tokenfab::program

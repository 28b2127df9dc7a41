// SPDX-License-Identifier: Apache-2.0
// Serving options that are known by name and range and do not fit together: all told at once.
#include <catch2/catch.hpp>

#include "tests/program/program.hpp"

namespace tokenfab::program {
namespace {

const std::string round_robin = "{\"model\": \"round_robin\"}";
const std::string engine = "\"engine\": {";
const std::string replicas = "\"replicas\": 2";
const std::string output = "\"output\": {\"series\"";

void expect_all(const std::string& text, std::vector<std::string> words, int problems) {
  const Sandbox sandbox;
  words.push_back("tokenfab: " + std::to_string(problems) +
                  (problems == 1 ? " problem\n" : " problems\n"));
  expect_refused(sandbox, text, scenario_invalid, words);
}

TEST_CASE("serving rules: unknown routers, autoscalers and faults, with the nearest known one") {
  auto text = replaced(small_scenario(), round_robin,
                       "\"prefix_awar\", \"decode_router\": \"least_k\", "
                       "\"autoscaler\": {\"model\": \"utilisation\"}");
  text = replaced(text, "\"nodes\": 2", "\"nodes\": 2, \"faults\": {\"model\": \"exponentail\"}");
  expect_all(text,
             {"did you mean \"prefix_aware\"?", "did you mean \"least_kv\"?",
              "did you mean \"utilization\"?", "did you mean \"exponential\"?",
              "/services/chat/router", "/services/chat/decode_router", "/services/chat/autoscaler",
              "/sites/site/clusters/h100/faults"},
             4);
}

TEST_CASE("serving rules: prefill and decode pools come together") {
  expect_all(replaced(small_scenario(), engine, "\"role\": \"decode\", " + engine),
             {"/services/chat/pools", "a decode pool needs a prefill pool that feeds it",
              "give a pool the role \"prefill\""},
             1);
  expect_all(replaced(small_scenario(), engine, "\"role\": \"prefill\", " + engine),
             {"/services/chat/pools", "a prefill pool needs a decode pool that goes on"}, 1);
  expect_all(replaced(small_scenario(), engine, "\"role\": \"decod\", " + engine),
             {"/services/chat/pools/main/role", "did you mean \"decode\"?"}, 1);
}

TEST_CASE("serving rules: the bounds of a fleet") {
  expect_all(
      replaced(small_scenario(), replicas, replicas + ", \"min_replicas\": 3, \"max_replicas\": 1"),
      {"replicas 2 must lie between min_replicas 3 and max_replicas 1",
       "min_replicas and max_replicas bound an autoscaler; the service has none",
       "set \"autoscaler\" of the service"},
      2);
  expect_all(replaced(small_scenario(), replicas, "\"replicas\": 0"),
             {"a pool that never has a replica serves nothing", "set max_replicas"}, 1);
}

TEST_CASE("serving rules: tenants bound to places that are not there") {
  expect_all(replaced(small_scenario(), output,
                      "\"tenants\": {\"acme\": {\"allowed_sites\": [\"sites\"]}, "
                      "\"bolt\": {\"allowed_countries\": [\"FR\"]}, "
                      "\"core\": {\"allowed_countries\": [\"Germany\"], \"request_burst\": 3}}, " +
                          output),
             {"/tenants/acme/allowed_sites/0", "did you mean \"site\"?",
              "/tenants/bolt/allowed_countries/0", "\"FR\"",
              "\"Germany\" is no ISO 3166-1 code of two capital letters",
              "request_burst limits nothing without request_rate"},
             5);
}

TEST_CASE("serving rules: tiers below the KV cache") {
  const std::string tier =
      R"("kv_tiers": {"dram": {"capacity": "1 TB", "bandwidth": "50 GB/s", "scope": "service"}}, )";
  const std::string caching = "\"enable_prefix_caching\": ";
  expect_all(replaced(small_scenario(), engine, tier + engine + caching + "false, "),
             {"/services/chat/pools/main/kv_tiers", "tiers below the KV cache need prefix caching",
              "set engine/enable_prefix_caching to true"},
             1);
  const auto other = replaced(tier, "50 GB/s", "60 GB/s");
  const auto text = replaced(small_scenario(), "\"main\": {",
                             "\"more\": {\"cluster\": \"site/h100\", " + other + engine + caching +
                                 "true}},\n\"main\": {");
  expect_all(replaced(text, replicas, tier + replicas),
             {"/services/chat/pools/more/kv_tiers/dram",
              "pools that share a store must describe it alike"},
             1);
  const auto blocks = replaced(small_scenario(), "\"main\": {",
                               "\"more\": {\"cluster\": \"site/h100\", " + tier + engine +
                                   "\"block_size\": 32}},\n\"main\": {");
  expect_all(replaced(blocks, replicas, tier + replicas),
             {"pools that share a store must have one block_size and one kv_cache_dtype"}, 1);
}

TEST_CASE("serving rules: speculation and faults that contradict themselves") {
  expect_all(
      replaced(small_scenario(), engine, engine + R"("speculative": {"method": "draft_model",
                                  "acceptance": {"2": 0.5}}, )"),
      {"acceptance \"2\" is no position from 1 to 1",
       "acceptance needs the ratio of position \"1\"", "method draft_model needs a draft_model"},
      3);
}

}  // namespace
}  // namespace tokenfab::program

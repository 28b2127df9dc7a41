// SPDX-License-Identifier: Apache-2.0
// Engine options that a scenario leaves open come from the engine profile.
#include <fmt/format.h>

#include <cstdio>
#include <fstream>

#include "sim/scenario/loader.hpp"
#include "tests/catalogue_entries.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;

namespace {

using Overrides = std::vector<std::pair<std::string, std::string>>;

const std::string engine = "/services/service/pools/pool/engine";

Scenario with(const Overrides& overrides) {
  ScenarioRequest request;
  request.path = TOKENFAB_SOURCE_DIR "/tests/validation/point.json";
  request.overrides = overrides;
  request.overrides.emplace_back("/models/model/use", "qwen3-0.6b");
  return load_scenario(request);
}

const EngineConfig& engine_of(const Scenario& scenario) {
  return *scenario.pools.front().config->engine;
}

}  // namespace

TEST_CASE("engine defaults: an option that is not written is the profile's") {
  const auto scenario = with({{engine + "/profile/use", "sglang"}});
  const auto& options = engine_of(scenario);
  REQUIRE(options.profile.version == "0.5.9");
  REQUIRE(options.block_size == 1);
  REQUIRE(options.gpu_memory_utilization == 0.88);
  REQUIRE(options.max_num_seqs == 1024);  // written in the scenario
  // Where it came from is the catalogue.
  REQUIRE(scenario.origins.at(engine + "/block_size").place().file.find("engines") !=
          std::string::npos);
}

TEST_CASE("engine defaults: a profile's own default may be changed, and goes before ours") {
  const auto scenario = with({{engine + "/profile/use", "sglang"},
                              {engine + "/profile/defaults", R"({"block_size": 64})"},
                              {engine + "/enable_prefix_caching", "false"}});
  REQUIRE(engine_of(scenario).block_size == 64);
  REQUIRE_FALSE(engine_of(scenario).enable_prefix_caching);
}

TEST_CASE("engine defaults: every plain engine name works") {
  for (const auto* name : {"vllm", "sglang", "tensorrt-llm", "mindie"}) {
    INFO(name);
    const auto scenario =
        with({{engine + "/profile/use", name}, {engine + "/max_num_seqs", "100"}});
    REQUIRE(scenario.pools.front().placement.obstacle.empty());
    REQUIRE(scenario.pools.front().placement.context_tokens > 1024);
  }
}

TEST_CASE("engine defaults: without chunked prefill longer requests are not accepted") {
  const auto scenario = with({{engine + "/profile/use", "tensorrt-llm"}});
  REQUIRE_FALSE(engine_of(scenario).enable_chunked_prefill);
  REQUIRE(scenario.pools.front().placement.context_tokens == 8192);
  // Asked for more, the budget must hold it.
  REQUIRE_THROWS_AS(
      with({{engine + "/profile/use", "tensorrt-llm"}, {engine + "/max_model_len", "20000"}}),
      InfeasibleError);
}

TEST_CASE("engine defaults: a resolved scenario resolves to itself") {
  for (const auto* name : {"vllm", "sglang", "mindie"}) {
    const auto once =
        with({{engine + "/profile/use", name},
              {engine + "/speculative", R"({"method": "ngram", "acceptance": {"1": 0.5}})"},
              {engine + "/max_num_seqs", "100"}});
    const std::string path = fmt::format("{}/engine-defaults-{}.json", TOKENFAB_BINARY_DIR, name);
    std::ofstream(path) << once.resolved_text;
    ScenarioRequest again;
    again.path = path;
    REQUIRE(load_scenario(again).resolved_text == once.resolved_text);
    std::remove(path.c_str());
  }
}

TEST_CASE("engine defaults: contradictions of the engine are told with the names") {
  try {
    with({{engine + "/speculative", R"({"method": "ngram", "acceptance": {"2": 0.5}})"},
          {engine + "/activation_dtype", "fp8"},
          {engine + "/enable_two_batch_overlap", "true"},
          {engine + "/redundant_experts", "8"},
          {engine + "/expert_load", R"({"shares": {"0": 1}})"}});
    FAIL("accepted");
  } catch (const ConfigError& error) {
    REQUIRE(error.problems().size() == 6);
    for (const auto& problem : error.problems()) {
      REQUIRE(problem.pointer == engine);
    }
  }
}

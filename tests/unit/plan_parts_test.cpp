// SPDX-License-Identifier: Apache-2.0
// The pieces of a plan: sizes, limits, layouts, stretches, patches.
#include <cmath>

#include "sim/plan/bracket.hpp"
#include "sim/plan/plan_context.hpp"
#include "sim/plan/plan_text.hpp"
#include "sim/plan/unbeaten.hpp"
#include "tests/line_scenario.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;

namespace {

/// Tries what the bracket asks for against a service that needs at least `needed` units and whose
/// budget ends at `allowed`; every trial but those of sizes too dear is counted.
std::optional<std::int64_t> smallest(Bracket& bracket, std::int64_t needed, std::int64_t allowed,
                                     int& trials) {
  for (trials = 0; const auto units = bracket.next(); ++trials) {
    REQUIRE(trials < 64);
    const bool meets = *units >= needed;
    const bool pays = *units <= allowed;
    bracket.hear(*units, meets ? (pays ? Size::Right : Size::TooLarge)
                               : (pays ? Size::TooSmall : Size::Hopeless));
  }
  return bracket.answer();
}

ScenarioRequest line_request(const testing::LineScenario& line = {}) {
  ScenarioRequest request;
  request.path = "line.json";
  request.text = line.text();
  return request;
}

PlanRequest plan_request() {
  PlanRequest request;
  request.scenario = line_request();
  request.slo = {"ttft_p99_s < 2 s"};
  request.space.tensor_parallel_sizes = {4, 8};
  return request;
}

std::vector<std::string> problems_of(const PlanRequest& request) {
  std::vector<std::string> texts;
  try {
    plan_context(request);
  } catch (const ConfigError& error) {
    for (const auto& problem : error.problems()) {
      texts.push_back(describe(problem));
    }
  }
  return texts;
}

}  // namespace

TEST_CASE("plan bracket: the smallest size that does, from any start") {
  for (const std::int64_t most : {1, 2, 7, 40}) {
    for (std::int64_t needed = 1; needed <= most + 1; ++needed) {
      for (std::int64_t allowed = 0; allowed <= most; ++allowed) {
        for (std::int64_t start = 0; start <= most + 1; start += 3) {
          Bracket bracket(1, most, start);
          int trials = 0;
          const auto found = smallest(bracket, needed, allowed, trials);
          INFO(most << " most, " << needed << " needed, " << allowed << " allowed");
          REQUIRE(found.has_value() == (needed <= std::min(most, allowed)));
          REQUIRE(found.value_or(needed) == needed);
          // Doubling and halving: twice the logarithm, and the first one.
          REQUIRE(trials <= 2 * std::ceil(std::log2(static_cast<double>(most) + 1)) + 2);
        }
      }
    }
  }
  REQUIRE_FALSE(Bracket(3, 2, 1).next());
}

TEST_CASE("plan: how prefill and decode replicas are written") {
  REQUIRE(pool_split_of("mixed") == PoolSplit{});
  REQUIRE(pool_split_of("2:1") == PoolSplit{2, 1});
  REQUIRE(name_of(PoolSplit{2, 1}) == "2:1");
  REQUIRE(PoolSplit{2, 1}.replicas() == 3);
  for (const char* text : {"", "2", "2:", ":1", "0:1", "1:0", "1:1:1", "a:b", "2:1x", "-1:1"}) {
    REQUIRE_FALSE(pool_split_of(text));
  }
}

TEST_CASE("plan: by how much a limit is missed") {
  const Limit most{"tpot_p50_s < 30 ms", "tpot_p50_s", Comparison::Less, 0.03, false};
  REQUIRE(miss_of(most, 0.029) == 0);
  REQUIRE(miss_of(most, 0.033) == Approx(0.1));
  REQUIRE(miss_of(most, 0.03) > 0);  // below, not at
  REQUIRE(std::isinf(miss_of(most, std::nullopt)));
  REQUIRE(miss_text(most, 0.1) == "misses tpot_p50_s < 30 ms by 10 %");
  REQUIRE(miss_text(most, 4.6) == "misses tpot_p50_s < 30 ms by 460 %");
  const Limit least{"slo_attainment >= 0.99", "slo_attainment", Comparison::AtLeast, 0.99, false};
  REQUIRE(miss_of(least, 0.99) == 0);
  REQUIRE(miss_of(least, 0.495) == Approx(0.5));
}

TEST_CASE("plan: layouts are all combinations that make sense") {
  auto request = plan_request();
  auto& space = request.space;
  space.tensor_parallel_sizes = {1, 3, 8, 8};
  space.quantizations = {"bf16", "fp8"};
  space.splits = {{}, {1, 2}};
  space.expert_parallel = {ExpertChoice::Cut, ExpertChoice::Spread};  // it has none
  const auto subject = plan_subject(request, load_scenario(request.scenario));
  const auto list = layouts_of(space, subject);
  // Sizes 1 and 8, two formats, two splits; three chips fill no server of eight.
  REQUIRE(list.layouts.size() == 8);
  REQUIRE(list.dropped.size() == 1);
  REQUIRE(list.dropped.begin()->second == 4);
  REQUIRE(label_of(list.layouts.front(), 3) == "3 x hgx-h100 tp1 bf16");
  const auto& last = list.layouts.back();
  REQUIRE(label_of(last) == "hgx-h100 tp8 fp8 1:2");
  REQUIRE(last.chips_per_unit() == 24);
  REQUIRE(last.nodes(2) == 6);
  REQUIRE(list.layouts.front().nodes(9) == 2);
  REQUIRE(list.layouts.front().units_of_full_nodes(9) == 16);
}

TEST_CASE("plan: settings of a layout load as what they say") {
  auto request = plan_request();
  request.space.splits = {{1, 2}};
  request.space.nodes = {{"h200", "hgx-h200", 8}};
  request.space.quantizations = {"fp8"};
  const auto subject = plan_subject(request, load_scenario(request.scenario));
  const auto layout = layouts_of(request.space, subject).layouts.front();
  auto changed = request.scenario;
  changed.overrides = settings_of(layout, 2, subject);
  const auto scenario = load_scenario(changed);
  REQUIRE(scenario.pools.size() == 2);
  for (const auto& pool : scenario.pools) {
    REQUIRE(pool.config->replicas == (pool.config->role == ReplicaRole::Prefill ? 2 : 4));
    REQUIRE(pool.config->engine->tensor_parallel_size == 4);
    REQUIRE(pool.config->engine->max_num_seqs == 16);  // as the scenario says
    REQUIRE(pool.config->startup_time.si() == 2);
    REQUIRE(name_of(pool.config->engine->quantization) == "fp8");
  }
  const auto& cluster = scenario.config->sites.at("site").clusters.at("c");
  REQUIRE(cluster.nodes == 3);
  REQUIRE(cluster.node.name == "HGX H200, 8 GPUs");
}

TEST_CASE("plan: all that is wrong at once, with the nearest fix") {
  auto request = plan_request();
  request.slo = {"ttft_p99 < 2 s", "tpot_p50_s == 1 s"};
  request.budget = {"chips >= 4", "capex_usd <= 1 s"};
  request.objective = "cost_per_mtok";
  request.space.quantizations = {"fp9"};
  request.space.units = {{3, 2}};
  request.space.max_num_seqs = {0};
  const auto problems = problems_of(request);
  REQUIRE(problems.size() == 8);
  const auto tells = [&problems](const std::string& words) {
    for (const auto& problem : problems) {
      if (problem.find(words) != std::string::npos) {
        return true;
      }
    }
    return false;
  };
  for (const char* words :
       {"did you mean \"ttft_p99_s\"?", "write <, <=, > or >=", "a budget is an upper limit",
        "is a time", "did you mean \"cost_per_mtok_usd\"?", "did you mean \"fp8\"?", "found 3..2",
        "--max-num-seqs: expected at least 1, found 0"}) {
    INFO(words);
    REQUIRE(tells(words));
  }
  auto without = plan_request();
  without.slo.clear();
  REQUIRE(problems_of(without).front().find("nothing says how well") != std::string::npos);
  without.slo = {"tpot_p50_s < 1 s"};
  REQUIRE(plan_context(without).warnings.size() == 1);
}

TEST_CASE("plan: as many combinations as nobody can wait for are refused with their number") {
  auto request = plan_request();
  for (std::int64_t i = 1; i <= 200; ++i) {
    request.space.max_num_seqs.push_back(i);
    request.space.max_num_batched_tokens.push_back(1024 * i);
  }
  const auto problems = problems_of(request);
  REQUIRE(problems.size() == 1);
  REQUIRE(problems.front().find("80,000 combinations") != std::string::npos);
}

TEST_CASE("plan: the cluster must be the service's own") {
  auto request = plan_request();
  request.service = "chta";
  REQUIRE(problems_of(request).front().find("there is no service \"chta\"") != std::string::npos);
  request.service = "chat";
  request.scenario.overrides = {
      {"/jobs",
       R"({"other": {"cluster": "site/c", "fixed": {"chips": 8, "duration": "10 min"}}})"}};
  const auto problems = problems_of(request);
  REQUIRE(problems.size() == 1);
  REQUIRE(problems.front().find("jobs run on site/c") != std::string::npos);
}

TEST_CASE("plan: one configuration beats another where it is nowhere worse") {
  const Criteria cheap{1.0, 5.0, 2.0};
  REQUIRE(beats(cheap, {1.0, 5.0, 3.0}));
  REQUIRE_FALSE(beats(cheap, cheap));
  REQUIRE_FALSE(beats(cheap, {2.0, 4.0, 3.0}));
  REQUIRE(beats(cheap, {2.0, std::nullopt, 2.0}));  // what is not known does not count
  REQUIRE_FALSE(beats({std::nullopt, 5.0}, {1.0, 5.0}));
}

TEST_CASE("plan: stretches hold enough requests") {
  testing::LineScenario line;
  line.workloads = R"("load": {"model": "synthetic", "service": "chat", "request_rate": "20 /s",
  "num_prompts": 2000, "isl": 100, "osl": 50})";
  auto request = plan_request();
  request.scenario = line_request(line);
  request.scenario.overrides = {{"/horizon", "null"}, {"/warmup", "20 s"}};
  const auto stretches_of = [&request] {
    const auto scenario = load_scenario(request.scenario);
    return Stretches(scenario, plan_subject(request, scenario));
  };
  // 1600 requests after the warmup: 200 of an eighth are too few.
  const auto stretches = stretches_of();
  REQUIRE(stretches.fractions() == std::vector<double>{0.25, 0.5});
  // From the warmup's end at 20 s a quarter of the 80 s that are left.
  REQUIRE(stretches.settings_of(0.25).front().second == "40 s");
  REQUIRE(stretches.settings_of(1).empty());
  request.scenario.overrides = {{"/horizon", "null"},
                                {"/workloads/load/request_rate", "null"},
                                {"/workloads/load/concurrency", "100"}};
  // Five rounds of a hundred users are 500 requests.
  const auto loops = stretches_of();
  REQUIRE(loops.fractions() == std::vector<double>{0.25, 0.5});
  REQUIRE(loops.settings_of(0.25).front() ==
          std::pair<std::string, std::string>("/workloads/load/num_prompts", "500"));
}

TEST_CASE("plan: a patch makes one document of another") {
  const auto from = parse_document(R"({"a": {"x": 1, "y": [1]}, "b": 2, "c": "same"})", "from");
  const auto to = parse_document(R"({"a": {"y": [1, 2], "z": {}}, "c": "same", "d": null})", "to");
  const auto patch = merge_patch_between(from, to);
  REQUIRE(patch.find("c") == nullptr);
  REQUIRE(patch.find("b")->kind == NodeKind::Null);
  auto patched = from;
  merge_patch(patched, patch);
  // A member that is null cannot be told from one that is not there (RFC 7396).
  REQUIRE(to_json(patched, -1) == R"({"a":{"y":[1,2],"z":{}},"c":"same"})");
}

// SPDX-License-Identifier: Apache-2.0
// The search for a plan against playing everything, on random small spaces.
#include <fmt/format.h>

#include <algorithm>

#include "sim/core/random.hpp"
#include "sim/plan/layout_bounds.hpp"
#include "sim/plan/search.hpp"
#include "sim/plan/unbeaten.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;

namespace {

/// A service of a small model whose load needs one to a few replicas.
std::string scenario_text(RandomStream& random) {
  const auto whole = [&random](int low, int high) {
    return low + static_cast<int>(random.uniform() * (high - low + 1));
  };
  return fmt::format(R"({{"scenario_version": 1, "name": "small",
"sites": {{"site": {{"energy": {{"grid": {{"tariff": {{"model": "flat", "price": "0.1 USD/kWh"}},
  "carbon": {{"model": "flat", "intensity": "400 g/kWh"}}}}}},
  "clusters": {{"c": {{"node": {{"use": "hgx-h100"}}, "nodes": 1}}}}}}}},
"models": {{"m": {{"use": "llama-3.1-8b"}}}},
"services": {{"chat": {{"model": "m", "pools": {{"main": {{"cluster": "site/c",
  "engine": {{"tensor_parallel_size": 4, "max_num_seqs": {}}}}}}}}}}},
"workloads": {{"load": {{"model": "synthetic", "service": "chat", "request_rate": "{} /s",
  "num_prompts": 80, "isl": {{"model": "uniform", "low": 50, "high": {}}},
  "osl": {{"model": "uniform", "low": 20, "high": {}}}}}}}}})",
                     whole(4, 32), whole(5, 60), whole(200, 1500), whole(60, 200));
}

PlanRequest random_request(std::uint64_t seed) {
  RandomStream random(seed, 0, "plan", "space");
  PlanRequest request;
  request.scenario.path = "small.json";
  request.scenario.text = scenario_text(random);
  request.slo = {fmt::format("ttft_p99_s < {} s", 0.05 + random.uniform()),
                 fmt::format("tpot_p50_s < {} ms", 5 + 10 * random.uniform())};
  request.budget = {"chips <= 24"};
  request.space.nodes = {{"h100", "hgx-h100", 8}, {"a100", "hgx-a100-80", 8}};
  // At most two replicas fit a server, so that a size is the smallest or fills its servers.
  request.space.tensor_parallel_sizes = {4, 8};
  request.space.units = {{1, 3}};
  request.processes = 2;
  return request;
}

struct Found {
  PlanResult result;
  std::map<Trial, Verdict> trials;
  std::vector<std::size_t> unbeaten;
};

Found found(PlanContext context, bool is_exhaustive) {
  context.request.is_exhaustive = is_exhaustive;
  Trials trials(context, [](std::size_t, std::size_t) { return true; });
  auto result = search(context, trials);
  auto unbeaten = unbeaten_layouts(context, result, trials);
  return {std::move(result), trials.all(), std::move(unbeaten)};
}

}  // namespace

TEST_CASE("plan: the same winner and front as from playing everything; bounds are bounds") {
  int winners = 0;
  for (const std::uint64_t seed : {1, 2, 3}) {
    INFO("seed " << seed);
    const auto context = plan_context(random_request(seed));
    const auto all = found(context, true);
    const auto some = found(context, false);
    REQUIRE(some.result.winner == all.result.winner);
    REQUIRE(some.result.front == all.result.front);
    winners += some.result.winner ? 1 : 0;
    // What is on the front of two stands on the front of five too.
    for (const auto layout : all.result.front) {
      REQUIRE(std::count(all.unbeaten.begin(), all.unbeaten.end(), layout) == 1);
    }
    if (some.result.winner) {
      REQUIRE(some.result.layouts[*some.result.winner].best ==
              all.result.layouts[*all.result.winner].best);
    }
    REQUIRE(some.trials.size() <= all.trials.size());
    for (const auto& [trial, verdict] : all.trials) {
      if (!verdict.is_played) {
        continue;
      }
      INFO(label_of(context.layouts[trial.layout], trial.units));
      const auto rate = metric_of(verdict.answer, "chat", "total_tokens_per_s");
      const double least =
          cost_bound_usd(context.screened[trial.layout], context.layouts[trial.layout],
                         context.subject.demand, rate, trial.units);
      REQUIRE(least > 0);
      REQUIRE(least <= *verdict.objective);
      REQUIRE(*metric_of(verdict.answer, "chat", "interactivity_tokens_per_s_per_user") <=
              context.screened[trial.layout].interactivity_max_per_s);
      REQUIRE(layout_bound_usd(context, trial.layout, rate) <= least * (1 + 1e-12));
    }
  }
  REQUIRE(winners >= 2);
}

TEST_CASE("plan: rounds on stretches of the load find the winner with fewer full runs") {
  auto request = random_request(2);
  request.scenario.overrides = {{"/workloads/load/num_prompts", "1600"}};
  request.slo = {"ttft_p99_s < 5 s", "tpot_p50_s < 40 ms"};
  request.space.quantizations = {"bf16", "int8"};
  request.finalists = 2;
  const auto context = plan_context(request);
  // A quarter of the load and half of it hold 400 requests.
  REQUIRE(context.stretches.fractions().size() == 2);
  const auto all = found(context, true);
  const auto some = found(context, false);
  REQUIRE(all.result.winner);
  REQUIRE(some.result.winner == all.result.winner);
  const auto full_runs = [](const Found& each) {
    return std::count_if(each.trials.begin(), each.trials.end(),
                         [](const auto& trial) { return trial.first.fraction == 1; });
  };
  REQUIRE(full_runs(some) < full_runs(all));
  REQUIRE(some.result.rounds.front().fraction < 1);
}

TEST_CASE("plan: a replica makes no more tokens than its bound allows") {
  auto request = random_request(7);
  request.scenario.overrides = {{"/workloads/load/request_rate", "100000 /s"},
                                {"/workloads/load/num_prompts", "400"}};
  request.budget.clear();
  request.slo = {"ttft_p99_s < 1000 s"};
  request.space.units = {{1, 1}};
  request.space.tensor_parallel_sizes = {1, 4};
  request.space.splits = {{}, {1, 1}};
  const auto context = plan_context(request);
  const auto all = found(context, true);
  for (const auto& [trial, verdict] : all.trials) {
    INFO(label_of(context.layouts[trial.layout], trial.units));
    REQUIRE(verdict.is_played);
    const double most = *context.screened[trial.layout].rate_max_per_s;
    const double rate = 400 / *metric_of(verdict.answer, "chat", "duration_s");
    REQUIRE(rate <= most);
    REQUIRE(rate >= 0.3 * most);  // filling and draining cost the rest
  }
}

// SPDX-License-Identifier: Apache-2.0
// What must hold for every whole run of images and video. Ledgers of requests, money and energy
// are closed by CHECKs in the run itself.
#include "tests/render_scenario.hpp"

#include <sstream>

#include "sim/core/random.hpp"
#include "tests/property/scenario_runs.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

/// Batches, shapes, faults, limits and a horizon that cuts, by seed.
RenderScenario random_render(std::uint64_t seed) {
  RandomStream random(seed, 0, "render", "scenario");
  const auto pick = [&](std::uint64_t n) { return static_cast<int>(random.uniform() * n); };
  RenderScenario scenario;
  scenario.top = fmt::format(R"("seed": {}, "horizon": "{} s",)", seed, 20 + pick(60));
  const int replicas = 1 + pick(8);
  scenario.pool =
      fmt::format(R"("replicas": {}, "cold_start": {})", replicas, pick(2) == 0 ? "true" : "false");
  scenario.engine = fmt::format(R"("max_batch_size": {})", 1 + pick(8));
  const double load = 0.3 + 1.2 * random.uniform();
  scenario.load = fmt::format(R"("request_rate": "{} /s")", load * replicas * 1.5);
  scenario.mix = R"("a": {}, "b": {"images": 3}, "c": {"width": 512, "height": 512, "share": 2})";
  if (pick(2) == 0) {
    scenario.cluster =
        R"(, "faults": {"model": "exponential", "node_mtbf": "60 s", "repair_time": "4 s"})";
  }
  scenario.service = fmt::format(R"(, "retry_budget": {})", pick(3));
  if (pick(2) == 0) {
    scenario.service += R"(, "admission": {"request_rate": "1 /s"})";
  }
  return scenario;
}

}  // namespace

TEST_CASE("render scenario: every request has a row and one end, and twice is the same") {
  for (std::uint64_t seed = 1; seed <= 24; ++seed) {
    INFO("seed " << seed);
    auto scenario = random_render(seed);
    const auto played = play(scenario.text());
    double ended = 0;
    for (const auto* status : {"completed", "rejected", "failed", "in_flight"}) {
      ended += played.metric(std::string("/metrics/requests_") + status);
    }
    const auto rows = std::count(played.requests.begin(), played.requests.end(), '\n') - 1;
    REQUIRE(static_cast<double>(rows) == ended);
    REQUIRE(ended > 0);
    REQUIRE(played.report_text == play(scenario.text()).report_text);
    // A batch is one event either way: there is nothing to take together.
    scenario.top += R"("stepping": "iteration",)";
    REQUIRE(differences(played.report, play(scenario.text()).report, 0) == "");
  }
}

TEST_CASE("render scenario: one server of one shape is M/D/1") {
  const double service_s = play(RenderScenario{}.text()).metric("/metrics/e2el_mean_s");
  for (const double load : {0.3, 0.6, 0.8}) {
    INFO("load " << load);
    RenderScenario scenario;
    scenario.load =
        fmt::format(R"("request_rate": "{} /s", "num_prompts": 200000)", load / service_s);
    scenario.top = R"("output": {"requests": false}, "plant_interval": "1 min",)";
    const double wait = play(scenario.text()).metric("/metrics/e2el_mean_s") - service_s;
    // Pollaczek and Khinchine with no variance: load / (2 (1 - load)) service times.
    REQUIRE(wait / service_s == Approx(load / (2 * (1 - load))).epsilon(0.03));
  }
}

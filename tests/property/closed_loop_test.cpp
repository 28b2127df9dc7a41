// SPDX-License-Identifier: Apache-2.0
// The short cut that fits play against the whole scenario: the same replica under the same load.
#include "sim/calibration/closed_loop.hpp"

#include <string>

#include "sim/measured/case_runner.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;

namespace {

ServingScenario point(std::int64_t users, std::int64_t isl, std::int64_t osl) {
  ServingScenario served;
  served.node = "hgx-h100";
  served.model = "llama-3.1-8b";
  served.profile = "vllm-2025-10";
  served.quantization = "fp8";
  served.tensor_parallel_size = 2;
  served.concurrency = users;
  served.num_prompts = 20 * users;
  served.isl = isl;
  served.osl = osl;
  served.shortest = 0.8;
  return served;
}

ServedRates whole_scenario(const ServingScenario& served) {
  MeasuredCase row;
  row.measured = {{Observable::TimeToFirstToken, 1},
                  {Observable::TimePerOutputToken, 1},
                  {Observable::OutputRatePerChip, 1}};
  row.predict = [&](const Overrides& more) {
    return served_measurements(serve(served, more), row.measured, 1);
  };
  const auto answer = run_cases({{&row, {}}}, 1).front();
  REQUIRE(answer.failure.empty());
  ServedRates rates;
  rates.ttft_mean_s = answer.predicted[0].value;
  rates.tpot_mean_s = answer.predicted[1].value;
  rates.output_rate_per_s = answer.predicted[2].value;
  return rates;
}

}  // namespace

TEST_CASE("closed loop: a replica alone says what the scenario says") {
  for (const auto& served : {point(1, 1024, 256), point(16, 1024, 512), point(64, 4096, 256)}) {
    INFO(served.concurrency << " users");
    const ClosedLoop loop(served);
    const auto alone = loop.play(loop.profile());
    const auto whole = whole_scenario(served);
    // Lengths are drawn in another way: evenly here, at random there.
    CHECK(alone.tpot_mean_s == Approx(whole.tpot_mean_s).epsilon(0.02));
    CHECK(alone.output_rate_per_s == Approx(whole.output_rate_per_s).epsilon(0.03));
    CHECK(alone.ttft_mean_s == Approx(whole.ttft_mean_s).epsilon(0.12));
  }
}

TEST_CASE("closed loop: lone requests of one length are the same to the last tick") {
  auto served = point(1, 512, 64);
  served.shortest = 1;
  const ClosedLoop loop(served);
  const auto alone = loop.play(loop.profile());
  const auto whole = whole_scenario(served);
  CHECK(alone.tpot_mean_s == Approx(whole.tpot_mean_s).epsilon(1e-12));
  CHECK(alone.ttft_mean_s == Approx(whole.ttft_mean_s).epsilon(1e-12));
}

TEST_CASE("closed loop: what an engine adds makes it slower") {
  const ClosedLoop loop(point(16, 1024, 256));
  const auto base = loop.play(loop.profile());
  auto slower = loop.profile();
  slower.step_overhead = slower.step_overhead + Seconds(1e-3);
  CHECK(loop.play(slower).tpot_mean_s > base.tpot_mean_s + 0.9e-3);
  auto later = loop.profile();
  later.request_overhead = later.request_overhead + Seconds(0.1);
  CHECK(loop.play(later).ttft_mean_s > base.ttft_mean_s + 0.05);
}

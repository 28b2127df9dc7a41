// SPDX-License-Identifier: Apache-2.0
#include "models/workload/generation_workload.hpp"

#include <cmath>
#include <map>
#include <stdexcept>

#include "tests/with_catch.hpp"

using namespace tokenfab;

namespace {

GenerationWorkloadConfig two_shapes() {
  GenerationWorkloadConfig config;
  config.mix["clip"] = {3, 832, 480, 81, 50, 1};
  config.mix["image"] = {1, 1024, 1024, 1, 28, 4};
  return config;
}

WorkloadInputs inputs() {
  WorkloadInputs inputs;
  inputs.stream = [](std::string_view purpose) { return RandomStream(1, 0, "g", purpose); };
  return inputs;
}

std::string refusal(const GenerationWorkloadConfig& config) {
  try {
    GenerationWorkload{config};
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return {};
}

}  // namespace

TEST_CASE("generation workload: open loop with shapes by share") {
  auto config = two_shapes();
  config.request_rate = PerSecond(2);
  config.num_prompts = 40'000;
  GenerationWorkload workload(config);
  REQUIRE(workload.generation_shapes().size() == 2);
  workload.open(inputs());
  std::map<std::uint16_t, int> by_width;
  Arrival arrival;
  arrival.input_tokens = 7;  // an earlier request's
  Instant last;
  while (workload.next(arrival)) {
    REQUIRE(arrival.date >= last);
    REQUIRE(arrival.input_tokens == 0);
    REQUIRE_FALSE(arrival.generation.is_text());
    REQUIRE(arrival.generation.images == (arrival.generation.width == 1024 ? 4 : 1));
    last = arrival.date;
    ++by_width[arrival.generation.width];
  }
  REQUIRE(by_width[832] + by_width[1024] == 40'000);
  // Four standard deviations of a binomial share and of a Poisson rate.
  REQUIRE(by_width[832] / 40'000.0 == Approx(0.75).margin(4 * std::sqrt(0.1875 / 40'000)));
  REQUIRE(last.since_start().seconds() == Approx(20'000).epsilon(4 / std::sqrt(40'000.0)));
}

TEST_CASE("generation workload: closed loop keeps its clients busy") {
  auto config = two_shapes();
  config.concurrency = 3;
  config.num_prompts = 5;
  GenerationWorkload workload(config);
  workload.open(inputs());
  Arrival arrival;
  for (int i = 0; i < 3; ++i) {
    REQUIRE(workload.next(arrival));
  }
  REQUIRE_FALSE(workload.next(arrival));
  std::vector<Arrival> next;
  const Instant date(Duration::from_seconds(5));
  for (int i = 0; i < 4; ++i) {
    workload.departed({date, 0, true}, next);
  }
  REQUIRE(next.size() == 2);
  REQUIRE(next[1].date == date);
  REQUIRE_FALSE(next[1].generation.is_text());
}

TEST_CASE("generation workload: what is wrong is told at once") {
  auto config = two_shapes();
  REQUIRE(refusal(config).find("needs request_rate (open loop) or concurrency") !=
          std::string::npos);
  config.concurrency = 1;
  config.request_rate = PerSecond(1);
  config.diurnal["0"] = 1;
  config.mix["clip"].share = config.mix["image"].share = 0;
  const auto all = refusal(config);
  REQUIRE(all.find("and not both; diurnal varies") != std::string::npos);
  REQUIRE(all.find("; mix names no shape with a share above 0") != std::string::npos);
}

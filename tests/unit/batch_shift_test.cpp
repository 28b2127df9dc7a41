// SPDX-License-Identifier: Apache-2.0
// Batches that wait for cheap or clean hours.
#include <memory>

#include "models/catalog.hpp"
#include "models/workload/batch_workload.hpp"
#include "tests/play_sessions.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;

namespace {

constexpr double hour_s = 3600;

PluginConfig fixed(std::uint32_t value) {
  auto config = std::make_shared<FixedLengthConfig>();
  config->value = value;
  return {"fixed", std::move(config)};
}

/// 48 requests of 10 min, 4 at a time: 2 h. Date 0 is 9:00.
BatchWorkloadConfig two_hours() {
  BatchWorkloadConfig config;
  config.isl = fixed(100);
  config.osl = fixed(10);
  config.num_prompts = 48;
  config.concurrency = 4;
  config.shift.emplace().duration = Seconds(2 * hour_s);
  return config;
}

/// 0.3 from 8 to 22, 0.1 before and after.
double time_of_use(Instant date) {
  const auto hour = static_cast<int>(date.seconds() / hour_s + 9 + 1e-9) % 24;
  return hour >= 8 && hour < 22 ? 0.3 : 0.1;
}

WorkloadInputs inputs() {
  WorkloadInputs inputs;
  inputs.time_of_day = Duration::from_seconds(9 * hour_s);
  inputs.price_usd_per_j = time_of_use;
  inputs.carbon_kg_per_j = time_of_use;
  return inputs;
}

struct Outcome {
  double cost = 0;  // price x time in service
  double first_h = 1e9;
  double last_h = 0;  // departure
  std::uint64_t tokens = 0;
  std::uint64_t most_at_once = 0;
};

Outcome play(const BatchWorkloadConfig& config, double answer_s = 600) {
  BatchWorkload workload(config, plugin_table());
  PlayRules rules;
  rules.answer_time_s = [answer_s](const Arrival&) { return answer_s; };
  const auto played = play_sessions(workload, inputs(), rules);
  REQUIRE(played.in_order);
  REQUIRE(played.sent.size() == static_cast<std::size_t>(config.num_prompts));
  Outcome outcome;
  outcome.most_at_once = played.on_the_way_max;
  for (const auto& sent : played.sent) {
    const auto& arrival = sent.arrival;
    outcome.cost += time_of_use(arrival.date) * (sent.left - arrival.date).seconds();
    outcome.tokens += arrival.input_tokens + arrival.output_tokens;
    outcome.first_h = std::min(outcome.first_h, arrival.date.seconds() / hour_s);
    outcome.last_h = std::max(outcome.last_h, sent.left.seconds() / hour_s);
  }
  return outcome;
}

}  // namespace

TEST_CASE("shift: a batch that waits costs a third, with the same tokens, before its deadline") {
  auto config = two_hours();
  config.deadline = Seconds(20 * hour_s);
  const auto shifted = play(config);
  config.shift.reset();
  const auto plain = play(config);
  REQUIRE(plain.first_h == 0);
  REQUIRE(plain.last_h == Approx(2));
  REQUIRE(shifted.first_h == Approx(13));  // 22:00
  REQUIRE(shifted.last_h == Approx(15));
  REQUIRE(shifted.tokens == plain.tokens);
  REQUIRE(shifted.most_at_once == plain.most_at_once);
  REQUIRE(shifted.cost == Approx(plain.cost / 3));
}

// Ten hours of 24 are cheap, and any five of them tie for the best eight.
TEST_CASE("shift: hours run out and the rest waits for the next night") {
  auto config = two_hours();
  config.num_prompts = 4 * 6 * 15;  // 15 h of work; a night has 10
  config.shift->duration = Seconds(15 * hour_s);
  const auto outcome = play(config);
  REQUIRE(outcome.first_h == Approx(13));
  REQUIRE(outcome.last_h == Approx(13 + 24 + 5));
  REQUIRE(outcome.cost == Approx(0.1 * 600 * 360));
}

// Deadline 13:00; 2 h are needed, with reserve 2.5: it starts at 10:30 and ends at 12:30.
TEST_CASE("shift: a near deadline does not wait for the night") {
  auto config = two_hours();
  config.deadline = Seconds(4 * hour_s);
  const auto outcome = play(config);
  REQUIRE(outcome.first_h == Approx(1.5));
  REQUIRE(outcome.last_h <= 4);
}

// Planned 2 h, in truth 24 rounds of 40 min = 16 h: the first night shows it, and the rest is not
// held back the next day.
TEST_CASE("shift: what turns out slower than planned still meets its deadline") {
  auto config = two_hours();
  config.num_prompts = 96;
  config.deadline = Seconds(36 * hour_s);
  const auto outcome = play(config, 2400);
  REQUIRE(outcome.first_h == Approx(13));
  REQUIRE(outcome.last_h <= 36);
}

TEST_CASE("shift: a threshold, of price or carbon") {
  auto config = two_hours();
  config.deadline = Seconds(48 * hour_s);
  config.shift->price_below = DollarsPerJoule(0.2);
  REQUIRE(play(config).first_h == Approx(13));
  config.shift->price_below = DollarsPerJoule(0.3);
  REQUIRE(play(config).first_h == 0);
  config.shift->price_below.reset();
  config.shift->signal = ShiftSignal::Carbon;
  config.shift->carbon_below = KilogramsPerJoule(0.05);  // never: as late as the deadline allows
  REQUIRE(play(config).first_h == Approx(45.5));
}

TEST_CASE("shift: contradictions are told") {
  const auto make = [](const BatchWorkloadConfig& config) {
    BatchWorkload(config, plugin_table()).open(inputs());
  };
  auto config = two_hours();
  config.shift->carbon_below = KilogramsPerJoule(1);
  REQUIRE_THROWS_WITH(make(config), "shift: signal \"price\" with carbon_below; use price_below");
  config.shift->signal = ShiftSignal::Carbon;
  REQUIRE_THROWS_WITH(make(config), Catch::Contains("give the batch a deadline"));
  config.deadline = Seconds(hour_s);
  REQUIRE_THROWS_WITH(make(config), Catch::Contains("of 7200 s that starts at 0 s ends after"));
  BatchWorkload workload(two_hours(), plugin_table());
  WorkloadInputs none;
  none.stream = [](std::string_view purpose) { return RandomStream(1, 0, "w", purpose); };
  REQUIRE_THROWS_WITH(workload.open(std::move(none)),
                      "shift: the service's site tells no energy price");
}

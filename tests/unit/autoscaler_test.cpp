// SPDX-License-Identifier: Apache-2.0
// Autoscalers: hand-computed decisions, then laws over random loads.
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "models/catalog.hpp"
#include "models/scheduler/predictive_autoscaler.hpp"
#include "models/scheduler/queue_autoscaler.hpp"
#include "models/scheduler/utilization_autoscaler.hpp"
#include "models/scheduler/whole_replicas.hpp"
#include "sim/core/random.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;

namespace {

Instant at(double seconds) { return Instant(Duration::from_seconds(seconds)); }

/// A pool of `ready` replicas with 100 sequence slots each.
PoolLoad load_at(double seconds, std::uint32_t ready, std::uint64_t waiting = 0,
                 std::uint64_t running = 0) {
  PoolLoad load;
  load.now = at(seconds);
  load.ready = ready;
  load.waiting = waiting;
  load.running = running;
  load.sequence_slots = 100ULL * ready;
  return load;
}

constexpr PoolBounds one_to_ten{1, 10};
constexpr PoolBounds none_to_ten{0, 10};

}  // namespace

TEST_CASE("autoscaler: whole replicas do not fall for rounding errors") {
  REQUIRE(whole_replicas(0) == 0);
  REQUIRE(whole_replicas(3) == 3);
  REQUIRE(whole_replicas(0.1 * 30) == 3);  // 3.0000000000000004
  REQUIRE(whole_replicas(3.001) == 4);
  REQUIRE(whole_replicas(1e300) == 4294967295U);
}

TEST_CASE("autoscaler: queue divides what waits and what is under way by their targets") {
  QueueAutoscaler scaler{QueueAutoscalerConfig{}};
  REQUIRE(scaler.interval().si() == 15);
  REQUIRE(scaler.desired(load_at(0, 2, 12, 0), one_to_ten) == 3);     // 12 / 5
  REQUIRE(scaler.desired(load_at(15, 3, 0, 280), one_to_ten) == 4);   // 280 / 70
  REQUIRE(scaler.desired(load_at(30, 4, 1, 306), one_to_ten) == 4);   // 307 / 70 = 4.39: tolerated
  REQUIRE(scaler.desired(load_at(30, 4, 1, 308), one_to_ten) == 5);   // 309 / 70 = 4.41
  REQUIRE(scaler.desired(load_at(45, 5, 200, 9), one_to_ten) == 10);  // 40, bounded
}

TEST_CASE("autoscaler: scale-down waits for the delay, and then goes to the most wanted in it") {
  QueueAutoscaler scaler{QueueAutoscalerConfig{}};  // a delay of 300 s
  REQUIRE(scaler.desired(load_at(0, 4, 0, 350), one_to_ten) == 5);
  REQUIRE(scaler.desired(load_at(15, 5, 0, 210), one_to_ten) == 5);  // wants 3
  REQUIRE(scaler.desired(load_at(299, 5, 0, 70), one_to_ten) == 5);  // wants 1; 5 is 299 s old
  REQUIRE(scaler.desired(load_at(300, 5, 0, 70), one_to_ten) == 3);
  REQUIRE(scaler.desired(load_at(316, 3, 0, 70), one_to_ten) == 1);
  REQUIRE(scaler.desired(load_at(317, 1, 0, 140), one_to_ten) == 2);  // up at once
}

TEST_CASE("autoscaler: replicas of the start go only after the delay") {
  QueueAutoscaler scaler{QueueAutoscalerConfig{}};
  REQUIRE(scaler.desired(load_at(0, 8, 0, 7), one_to_ten) == 8);
  REQUIRE(scaler.desired(load_at(299, 8, 0, 7), one_to_ten) == 8);
  REQUIRE(scaler.desired(load_at(300, 8, 0, 7), one_to_ten) == 1);
}

TEST_CASE("autoscaler: zero after the idle time, one at once when something waits") {
  for (const std::string id : {"queue", "utilization", "predictive"}) {
    INFO(id);
    const auto* entry = plugin_table().find("autoscaler", id);
    REQUIRE(entry != nullptr);
    const PluginConfig chosen{id, entry->make_config()};
    const auto scaler = plugin_table().make<Autoscaler>("autoscaler", chosen);
    REQUIRE(scaler->desired(load_at(0, 1, 0, 1), none_to_ten) == 1);
    REQUIRE(scaler->desired(load_at(15, 1), none_to_ten) == 1);
    REQUIRE(scaler->desired(load_at(104.9, 1), none_to_ten) == 1);
    REQUIRE(scaler->desired(load_at(105, 1), none_to_ten) == 0);  // 90 s after 15 s
    REQUIRE(scaler->desired(load_at(120, 0), none_to_ten) == 0);
    auto woken = load_at(135, 0, 1);
    woken.arrivals = 1;
    REQUIRE(scaler->desired(woken, none_to_ten) == 1);
    auto starting = load_at(150, 0, 1);
    starting.starting = 1;
    REQUIRE(scaler->desired(starting, none_to_ten) == 1);
    const auto kept = plugin_table().make<Autoscaler>("autoscaler", chosen);
    for (int i = 0; i < 100; ++i) {
      REQUIRE(kept->desired(load_at(15 * i, 1), one_to_ten) == 1);
    }
  }
}

TEST_CASE("autoscaler: an idle pool that may not be empty keeps its delay") {
  QueueAutoscaler scaler{QueueAutoscalerConfig{}};
  REQUIRE(scaler.desired(load_at(0, 6), one_to_ten) == 6);
  REQUIRE(scaler.desired(load_at(299, 6), one_to_ten) == 6);
  REQUIRE(scaler.desired(load_at(300, 6), one_to_ten) == 1);
}

// The example of the Kubernetes documentation in our words: 50 replicas at 90 % with a target of
// 75 % become 60.
TEST_CASE("autoscaler: utilization follows the formula of Kubernetes") {
  UtilizationAutoscalerConfig config;
  config.metric = UtilizationMetric::Sequences;
  config.target = 0.75;
  config.scale_down_delay = Seconds(0);
  const PoolBounds bounds{1, 100};
  UtilizationAutoscaler scaler{config};
  REQUIRE(scaler.desired(load_at(0, 50, 0, 4500), bounds) == 60);
  REQUIRE(scaler.desired(load_at(15, 60, 0, 4500), bounds) == 60);  // exactly on target
  REQUIRE(scaler.desired(load_at(30, 60, 0, 4940), bounds) == 60);  // 1.098: tolerated
  REQUIRE(scaler.desired(load_at(45, 60, 0, 4960), bounds) == 67);  // 1.102 x 60 = 66.1
  REQUIRE(scaler.desired(load_at(60, 60, 0, 4060), bounds) == 60);  // 0.902: tolerated
  REQUIRE(scaler.desired(load_at(75, 60, 0, 3000), bounds) == 40);
}

TEST_CASE("autoscaler: starting replicas count as unused on the way up, and not on the way down") {
  UtilizationAutoscalerConfig config;
  config.metric = UtilizationMetric::Sequences;
  config.target = 0.5;
  config.scale_down_delay = Seconds(0);
  UtilizationAutoscaler scaler{config};
  auto load = load_at(0, 4, 0, 300);  // 75 %: 6 replicas
  REQUIRE(scaler.desired(load, one_to_ten) == 6);
  load.starting = 2;  // 300 / (6 x 100) is the target
  REQUIRE(scaler.desired(load, one_to_ten) == 6);
  load.starting = 1;  // 0.6 / 0.5 = 1.2 is not tolerated
  REQUIRE(scaler.desired(load, one_to_ten) == 6);
  load = load_at(15, 4, 0, 100);
  load.starting = 2;
  REQUIRE(scaler.desired(load, one_to_ten) == 2);  // 4 x 0.25 / 0.5
}

TEST_CASE("autoscaler: utilization of the KV cache, and the highest of both") {
  UtilizationAutoscalerConfig config;
  config.target = 0.5;
  config.scale_down_delay = Seconds(0);
  auto load = load_at(0, 2, 0, 120);  // 60 %
  load.kv_utilization = 0.9;
  REQUIRE(UtilizationAutoscaler(config).desired(load, one_to_ten) == 4);  // 2 x 1.8
  config.metric = UtilizationMetric::KvCache;
  REQUIRE(UtilizationAutoscaler(config).desired(load, one_to_ten) == 4);
  config.metric = UtilizationMetric::Sequences;
  REQUIRE(UtilizationAutoscaler(config).desired(load, one_to_ten) == 3);  // 2 x 1.2
}

// Rates 10, 20, 30 per second at gains of 0.5 and 0.5:
//   level 10                          trend 0
//   level 0.5 x 20 + 0.5 x 10 = 15    trend 0.5 x 5 = 2.5
//   level 0.5 x 30 + 0.5 x 17.5 = 23.75, trend 0.5 x 8.75 + 0.5 x 2.5 = 5.625
// Two intervals ahead: 35. At 4 per second and replica, used to 80 %: 35 / 3.2 = 10.9.
TEST_CASE("autoscaler: predictive extrapolates Holt's trend") {
  PredictiveAutoscalerConfig config;
  config.interval = Seconds(10);
  config.horizon = Seconds(20);
  config.level_gain = config.trend_gain = 0.5;
  config.replica_rate = PerSecond(4);
  PredictiveAutoscaler scaler{config};
  const PoolBounds bounds{1, 100};
  auto load = load_at(10, 1, 0, 5);
  load.arrivals = 100;
  REQUIRE(scaler.desired(load, bounds) == 4);  // 10 / 3.2
  load.now = at(20);
  load.arrivals = 200;
  REQUIRE(scaler.desired(load, bounds) == 7);  // (15 + 5) / 3.2
  load.now = at(30);
  load.arrivals = 300;
  REQUIRE(scaler.desired(load, bounds) == 11);
  REQUIRE(scaler.rate_ahead() == Approx(35));
  load.waiting = 100;  // to be served in 20 s: 5 per second more. The rate stays at 30:
  load.now = at(40);   // level 29.6875, trend 5.78125, ahead 41.25; 46.25 / 3.2 = 14.45
  REQUIRE(scaler.desired(load, bounds) == 15);
}

TEST_CASE("autoscaler: a falling forecast takes nothing from the present load") {
  PredictiveAutoscalerConfig config;
  config.interval = Seconds(10);
  config.scale_down_delay = Seconds(0);
  config.level_gain = config.trend_gain = 1;
  config.replica_rate = PerSecond(1);
  config.target = 1;
  PredictiveAutoscaler scaler{config};
  auto load = load_at(10, 5, 0, 5);
  load.arrivals = 90;
  REQUIRE(scaler.desired(load, one_to_ten) == 9);
  load.now = at(20);
  load.arrivals = 50;
  REQUIRE(scaler.desired(load, one_to_ten) == 5);
  REQUIRE(scaler.rate_ahead() == Approx(5 - 4 * 12));
}

TEST_CASE("autoscaler: predictive measures the capacity of a replica while requests wait") {
  PredictiveAutoscalerConfig config;
  config.interval = Seconds(10);
  config.level_gain = 0.5;
  PredictiveAutoscaler scaler{config};
  auto load = load_at(10, 2, 3, 20);
  load.arrivals = 100;
  load.completions = 60;
  REQUIRE(scaler.desired(load, one_to_ten) == 2);  // waited at the end only: nothing known yet
  REQUIRE_FALSE(scaler.capacity().has_value());
  load.now = at(20);
  REQUIRE(scaler.desired(load, one_to_ten) == 5);  // 3 per second; (10 + 0.025) / 2.4 = 4.2
  REQUIRE(scaler.capacity().value() == Approx(3));
  load.now = at(30);
  load.completions = 100;
  scaler.desired(load, one_to_ten);
  REQUIRE(scaler.capacity().value() == Approx(4));  // (3 + 5) / 2
  load.now = at(40);
  load.waiting = 0;
  load.completions = 40;
  scaler.desired(load, one_to_ten);
  REQUIRE(scaler.capacity().value() == Approx(4));  // less without a queue says nothing
  load.now = at(50);
  load.completions = 120;
  scaler.desired(load, one_to_ten);
  REQUIRE(scaler.capacity().value() == Approx(6));  // more does
}

TEST_CASE("autoscaler: yesterday's rate at the horizon") {
  PredictiveAutoscalerConfig config;
  config.forecast = Forecast::Yesterday;
  config.interval = Seconds(3600);
  config.horizon = Seconds(7200);
  config.replica_rate = PerSecond(1);
  PredictiveAutoscaler scaler{config};
  const PoolBounds bounds{1, 100};
  for (int hour = 1; hour <= 30; ++hour) {
    auto load = load_at(3600.0 * hour, 1, 0, 1);
    load.arrivals = 3600ULL * static_cast<std::uint64_t>(hour % 24);  // rate: the hour of the day
    scaler.desired(load, bounds);
    if (hour >= 24) {
      REQUIRE(scaler.rate_ahead() == Approx((hour + 2) % 24));
    }
  }
}

TEST_CASE("autoscaler: decisions stay within the bounds and repeat themselves") {
  for (const std::string id : {"queue", "utilization", "predictive"}) {
    INFO(id);
    RandomStream random(1, 0, "autoscaler", id);
    const auto* entry = plugin_table().find("autoscaler", id);
    const PluginConfig chosen{id, entry->make_config()};
    for (int pool = 0; pool < 50; ++pool) {
      const auto low = static_cast<std::uint32_t>(random.next_u64() % 4);
      const PoolBounds bounds{low, low + 1 + static_cast<std::uint32_t>(random.next_u64() % 8)};
      const auto scaler = plugin_table().make<Autoscaler>("autoscaler", chosen);
      const auto twin = plugin_table().make<Autoscaler>("autoscaler", chosen);
      auto ready = bounds.replicas_max;
      for (int i = 0; i < 100; ++i) {
        auto load = load_at(15.0 * i, ready, random.next_u64() % 40, 0);
        load.running = load.sequence_slots == 0 ? 0 : random.next_u64() % load.sequence_slots;
        load.kv_utilization = random.uniform();
        load.arrivals = random.next_u64() % 100;
        load.completions = random.next_u64() % 100;
        const auto wanted = scaler->desired(load, bounds);
        REQUIRE(wanted == twin->desired(load, bounds));
        REQUIRE(wanted >= std::max(bounds.replicas_min, 1U));  // arrivals: never idle long enough
        REQUIRE(wanted <= bounds.replicas_max);
        ready = wanted;
      }
    }
  }
}

// A replica serves 2 requests per second, each within 10 s, and has 25 slots. 9 requests per second
// arrive, evenly or at random; a decision to add takes effect after two intervals.
struct Settled {
  std::uint32_t replicas = 0;
  int changes = 0;  // after the first 50 minutes, in 7.5 hours
};

Settled settled(const std::string& id, bool at_random) {
  const auto config = plugin_table().find("autoscaler", id)->make_config();
  if (id == "queue") {
    static_cast<QueueAutoscalerConfig*>(config.get())->in_flight_target = 15;
  }
  const auto scaler = plugin_table().make<Autoscaler>("autoscaler", {id, config});
  RandomStream random(3, 0, "autoscaler", id);
  Settled result;
  std::uint32_t ready = 2;
  std::uint32_t starting_next = 0;
  std::uint32_t starting_later = 0;
  std::uint64_t waiting = 0;
  double unspent = 0;
  for (int i = 0; i < 2000; ++i) {
    PoolLoad load = load_at(15.0 * i, ready);
    for (unspent += 15 * 9; unspent > 0; ++load.arrivals) {
      unspent -= at_random ? random.standard_exponential() : 1;
    }
    load.completions = std::min<std::uint64_t>(waiting + load.arrivals, ready * 30ULL);
    waiting += load.arrivals - load.completions;
    load.waiting = waiting;
    load.sequence_slots = 25ULL * ready;
    load.running = load.completions * 10 / 15;
    load.starting = starting_next + starting_later;
    const auto wanted = scaler->desired(load, {1, 20});
    result.changes += i > 200 && wanted != result.replicas ? 1 : 0;
    result.replicas = wanted;
    const auto present = ready + load.starting;
    ready += starting_next;
    starting_next = starting_later;
    starting_later = wanted > present ? wanted - present : 0;
    if (wanted < present) {
      ready = std::min(ready, wanted);
      starting_next = std::min(starting_next, wanted - ready);
    }
  }
  return result;
}

TEST_CASE("autoscaler: a constant load settles without flapping") {
  for (const std::string id : {"queue", "utilization", "predictive"}) {
    INFO(id);
    const auto steady = settled(id, false);
    REQUIRE(steady.changes == 0);
    const auto noisy = settled(id, true);
    REQUIRE(noisy.changes <= 24);  // about three per hour: the delay takes most of the noise off
    for (const auto replicas : {steady.replicas, noisy.replicas}) {
      REQUIRE(replicas >= 5);  // 9 / 2 = 4.5
      REQUIRE(replicas <= 12);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
#include "models/training/checkpoint.hpp"

#include <cmath>

#include "tests/with_catch.hpp"

using namespace tokenfab;

TEST_CASE("checkpoint: Young's and Daly's intervals by hand") {
  // sqrt(2 x 60 s x 11124 s) = 1155.4 s: 19.3 min at the MTBF of 3.09 h of Llama 3's run.
  REQUIRE(young_interval(Seconds(60), Seconds(11124)).si() == Approx(1155.37).epsilon(1e-5));
  // C / 2M = 0.0026969: 1155.37 x (1 + 0.051931 / 3 + 0.0026969 / 9) - 60 = 1115.72.
  REQUIRE(daly_interval(Seconds(60), Seconds(11124)).si() == Approx(1115.72).epsilon(1e-5));
  REQUIRE(daly_interval(Seconds(200), Seconds(90)) == Seconds(90));
}

TEST_CASE("checkpoint: Daly's interval is where the exact expectation is best") {
  for (const double cost_s : {1.0, 30.0, 300.0}) {
    const double mtbf_s = 11124;
    const auto ratio = [&](double interval_s) {
      return exact_ettr(1 / mtbf_s, Seconds(300), Seconds(interval_s), Seconds(cost_s));
    };
    double best_s = 1;
    for (double interval_s = 10; interval_s < 20000; interval_s *= 1.002) {
      best_s = ratio(interval_s) > ratio(best_s) ? interval_s : best_s;
    }
    INFO("cost " << cost_s << " s, best interval " << best_s << " s");
    REQUIRE(daly_interval(Seconds(cost_s), Seconds(mtbf_s)).si() == Approx(best_s).epsilon(0.01));
    const double young_s = young_interval(Seconds(cost_s), Seconds(mtbf_s)).si();
    REQUIRE(ratio(young_s) > 0.999 * ratio(best_s));
  }
}

TEST_CASE("checkpoint: expected ETTR by hand") {
  // 1 / 10000 s, restart 500 s, interval 1000 s, cost 50 s: (1 - 0.1) / 1.05.
  REQUIRE(expected_ettr(1e-4, Seconds(500), Seconds(1000), Seconds(50)) == Approx(0.9 / 1.05));
  REQUIRE(expected_ettr(1, Seconds(500), Seconds(1000), Seconds(50)) == 0);
  // Without stops checkpoints are the only loss, in both.
  REQUIRE(exact_ettr(0, Seconds(500), Seconds(1000), Seconds(50)) == Approx(1 / 1.05));
  // Both agree where stops are rare.
  REQUIRE(exact_ettr(1e-7, Seconds(500), Seconds(1000), Seconds(50)) ==
          Approx(expected_ettr(1e-7, Seconds(500), Seconds(1000), Seconds(50))).epsilon(1e-5));
}

TEST_CASE("checkpoint: the policy chooses the interval") {
  CheckpointConfig config;
  const CheckpointCost cost{Seconds(60), Seconds(300)};
  const double stops_per_s = 1 / 11124.0;
  REQUIRE(checkpoint_interval(config, cost, stops_per_s)->si() == Approx(1155.37).epsilon(1e-5));
  REQUIRE(*checkpoint_interval_steps(config, cost, stops_per_s, Duration::from_seconds(10)) == 116);
  REQUIRE(*checkpoint_interval_steps(config, cost, stops_per_s, Duration::from_seconds(1e5)) == 1);
  REQUIRE_FALSE(checkpoint_interval(config, cost, 0));
  config.silent_error_latency = Seconds(1800);
  REQUIRE(checkpoint_interval(config, cost, stops_per_s)->si() == 1800);
  // A write of 3,000 s is longer than that; in memory only every tenth copy is written.
  const CheckpointCost slow{Seconds(1), Seconds(3000)};
  REQUIRE(checkpoint_interval(config, slow, stops_per_s)->si() == 3000);
  config.silent_error_latency = Seconds(0);
  config.mode = CheckpointMode::InMemory;
  REQUIRE(checkpoint_interval(config, slow, stops_per_s)->si() == 300);
  config.policy = CheckpointPolicy::Daly;
  config.silent_error_latency = Seconds(0);
  REQUIRE(checkpoint_interval(config, cost, stops_per_s)->si() == Approx(1115.72).epsilon(1e-5));
  config.policy = CheckpointPolicy::None;
  REQUIRE_FALSE(checkpoint_interval(config, cost, stops_per_s));
  config.policy = CheckpointPolicy::Fixed;
  config.interval = Seconds(600);
  REQUIRE(checkpoint_interval(config, cost, 0)->si() == 600);
  REQUIRE(contradictions(config).empty());
}

TEST_CASE("checkpoint: sizes and times by hand") {
  CheckpointConfig config;
  const auto size = checkpoint_size(config, 405e9);
  REQUIRE(size.si() == Approx(5.67e12));
  // 5.67 TB over 16,384 chips of 25 GB/s each.
  REQUIRE(checkpoint_times(config, size, 16384).snapshot.seconds() ==
          Approx(5.67e12 / 16384 / 25e9));
  config.mode = CheckpointMode::InMemory;
  config.peer_bandwidth = BytesPerSecond(5e9);
  const auto times = checkpoint_times(config, size, 16384);
  REQUIRE(times.snapshot.seconds() == Approx(5.67e12 / 16384 / 5e9));
  REQUIRE(times.durable_every == 10);
  config.mode = CheckpointMode::Sync;
  const auto sync = checkpoint_times(config, size, 16384);
  REQUIRE(sync.snapshot == Duration());
  REQUIRE(checkpoint_cost(sync, Seconds(7)).held_up == Seconds(7));
  REQUIRE(checkpoint_cost(times, Seconds(7)).held_up.si() == Approx(times.snapshot.seconds()));
  // 30 + 60 + 180 s, and 5.67 TB at 2 TB/s.
  REQUIRE(restart_time(config, size, BytesPerSecond(2e12)).si() == Approx(270 + 2.835));
}

TEST_CASE("checkpoint: contradictions are told, all of them") {
  CheckpointConfig config;
  config.policy = CheckpointPolicy::Fixed;
  REQUIRE_THAT(contradictions(config).at(0), Catch::Contains("needs an interval"));
  config.interval = Seconds(60);
  config.silent_error_latency = Seconds(600);
  REQUIRE_THAT(contradictions(config).at(0), Catch::Contains("raise it to 600 s"));
  config.policy = CheckpointPolicy::Daly;
  REQUIRE_THAT(contradictions(config).at(0), Catch::Contains("counts with policy fixed only"));
}

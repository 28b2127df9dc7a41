// SPDX-License-Identifier: Apache-2.0
// A replica with one slot is a queue with one server: its mean wait must be the closed form's.
#include <cmath>

#include "sim/core/random.hpp"
#include "tests/replica_play.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

constexpr ReplicaLimits one_slot{1, 64, 64, 1 << 20, true};

/// Every step 1 ms: a request's service takes as many ms as it has output tokens.
FakeStepModel millisecond_steps() {
  FakeStepModel model;
  model.per_token = us(0);
  return model;
}

/// Sums the waits from arrival to the start of service, which is a step before the first token.
struct WaitMeter : ReplicaObserver {
  void steps_done(const StepsRecord&) override {}
  void first_token(SlotId slot, Instant now) override {
    wait_s += (now - (*pool)[slot].arrival).seconds() - 1e-3;
    ++served;
  }
  void token_after_preemption(SlotId, Duration) override {}
  void preempted(SlotId) override {}
  void finished(SlotId slot, Instant) override { pool->give_back(slot); }

  RequestPool* pool = nullptr;
  double wait_s = 0;
  std::int64_t served = 0;
};

/// Mean wait in units of the mean service time `mean_steps`.
template <class Length>
double mean_wait(double load, std::int64_t requests, double mean_steps, Length length) {
  const auto model = millisecond_steps();
  RequestPool pool;
  WaitMeter meter;
  meter.pool = &pool;
  Replica replica(one_slot, model, pool, meter, Stepping::Request);
  RandomStream random(11, 0, "queueing", "arrivals");
  const double mean_gap_s = mean_steps * 1e-3 / load;
  Instant date;
  for (std::int64_t i = 0; i < requests; ++i) {
    date += Duration::from_seconds(random.standard_exponential() * mean_gap_s);
    while (replica.next_event() && *replica.next_event() < date) {
      replica.advance_to(*replica.next_event());
    }
    const auto slot = pool.take();
    pool[slot].arrival = date;
    pool[slot].input_tokens = 1;
    pool[slot].output_tokens = length();
    replica.submit(slot, date);
  }
  while (replica.next_event()) {
    replica.advance_to(*replica.next_event());
  }
  REQUIRE(meter.served == requests);
  return meter.wait_s / static_cast<double>(requests) / (mean_steps * 1e-3);
}

}  // namespace

TEST_CASE("queueing: fixed lengths are M/D/1") {
  // Pollaczek and Khinchine with no variance: load / (2 (1 - load)) service times.
  for (const double load : {0.3, 0.6, 0.8}) {
    INFO("load " << load);
    const double wait = mean_wait(load, 1'500'000, 100, [] { return 100U; });
    CAPTURE(wait);
    REQUIRE(wait == Approx(load / (2 * (1 - load))).epsilon(0.02));
  }
}

TEST_CASE("queueing: geometric lengths of mean 2,000 are M/M/1") {
  // Memoryless to 1 / 2,000 of the mean: load / (1 - load) service times.
  for (const double load : {0.3, 0.6, 0.8}) {
    INFO("load " << load);
    RandomStream random(5, 0, "queueing", "lengths");
    const double scale = -1 / std::log1p(-1.0 / 2000);
    const double wait = mean_wait(load, load > 0.7 ? 4'000'000 : 1'500'000, 2000, [&] {
      return 1 + static_cast<std::uint32_t>(random.standard_exponential() * scale);
    });
    CAPTURE(wait);
    REQUIRE(wait == Approx(load / (1 - load)).epsilon(0.02));
  }
}

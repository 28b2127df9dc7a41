// SPDX-License-Identifier: Apache-2.0
// Laws of TrainingRun under random events: it equals its tick-by-tick twin, however it is advanced;
// the ledger closes at every date; more losses never leave more done.
#include <fmt/format.h>

#include "tests/property/naive_training.hpp"
#include "tests/training_play.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

Duration ticks(std::int64_t n) { return Duration::from_ticks(n); }
Instant at(std::int64_t n) { return Instant(ticks(n)); }

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : random_(seed, 0, "training", "test") {}
  std::int64_t below(std::int64_t n) {
    return static_cast<std::int64_t>(random_.next_u64() % static_cast<std::uint64_t>(n));
  }
  bool one_in(std::int64_t n) { return below(n) == 0; }

 private:
  RandomStream random_;
};

Duration sum(const RunLedger& a) {
  return a.useful + a.lost + a.checkpointing + a.restarting + a.waiting;
}

std::string show(const RunLedger& a) {
  const auto n = [](Duration d) { return static_cast<std::int64_t>(d.ticks()); };
  return fmt::format("useful {} lost {} ckpt {} restart {} wait {} steps {} -{} i {} p {} c {}",
                     n(a.useful), n(a.lost), n(a.checkpointing), n(a.restarting), n(a.waiting),
                     a.steps, a.steps_lost, a.interruptions, a.preemptions, a.checkpoints);
}

struct Options {
  std::int64_t steps;
  std::optional<std::int64_t> interval;
  CheckpointTimes times;
};

Options random_options(Dice& dice) {
  Options options{1 + dice.below(60), std::nullopt, {}};
  if (!dice.one_in(6)) {
    options.interval = 1 + dice.below(8);
  }
  options.times.mode = static_cast<CheckpointMode>(dice.below(3));
  options.times.snapshot = ticks(dice.below(4));
  options.times.durable_every = 1 + dice.below(3);
  return options;
}

/// One call at date `now`, drawn for the twin and done to all.
void act(Dice& dice, Instant now, NaiveTraining& naive, std::vector<TrainingRun*> runs) {
  const auto all = [&runs](auto&& call) {
    for (auto* run : runs) {
      call(*run);
    }
  };
  const bool flag = dice.one_in(2);
  if (naive.state() == RunState::Waiting && dice.one_in(3)) {
    const auto restart = dice.below(6);
    const auto step = 1 + dice.below(5);
    naive.start(restart, step);
    all([&](auto& run) { run.start(now, ticks(restart), ticks(step)); });
  } else if (naive.is_writing() && dice.one_in(6)) {
    naive.written();
    all([&](auto& run) { run.checkpoint_written(now); });
  } else if (dice.one_in(25)) {
    naive.lose(flag);
    all([&](auto& run) { run.interrupt(now, flag); });
  } else if (dice.one_in(25)) {
    naive.preempt(flag);
    all([&](auto& run) { run.preempt(now, flag); });
  } else if (dice.one_in(10)) {
    const auto step = 1 + dice.below(5);
    naive.set_step(step);
    all([&](auto& run) { run.set_step(now, ticks(step)); });
  }
}

}  // namespace

TEST_CASE("training run: equals its tick-by-tick twin, however it is advanced") {
  std::uint64_t done = 0;
  std::int64_t lost = 0;
  for (std::uint64_t seed = 0; seed < 3000; ++seed) {
    Dice dice(seed);
    const auto options = random_options(dice);
    NaiveTraining naive(options.steps, options.interval, options.times);
    TrainingRun whole(options.steps, options.interval, options.times);    // at calls only
    TrainingRun stepped(options.steps, options.interval, options.times);  // at every tick
    std::optional<std::int64_t> first_start;
    for (std::int64_t t = 0; t < 250; ++t) {
      stepped.advance_to(at(t));
      const auto ahead = stepped.steps_done(at(t + 7));
      act(dice, at(t), naive, {&whole, &stepped});
      if (!first_start && naive.state() != RunState::Waiting) {
        first_start = t;
      }
      const auto expected = show(naive.ledger());
      if (show(stepped.ledger()) != expected || stepped.state() != naive.state()) {
        FAIL("seed " << seed << " tick " << t << ": " << show(stepped.ledger()) << " against "
                     << expected);
      }
      if (dice.one_in(20)) {
        whole.advance_to(at(t));
        REQUIRE(show(whole.ledger()) == expected);
        REQUIRE(whole.next_event() == stepped.next_event());
        REQUIRE(whole.writes_begun() == stepped.writes_begun());
        REQUIRE(whole.steps_saved() == stepped.steps_saved());
      }
      if (first_start && naive.state() != RunState::Done) {
        REQUIRE(sum(stepped.ledger()) == ticks(t - *first_start));
      }
      REQUIRE(ahead >= 0);
      naive.tick();
    }
    done += naive.state() == RunState::Done ? 1 : 0;
    lost += naive.ledger().steps_lost;
  }
  // The dice reach what they are for.
  REQUIRE(done > 300);
  REQUIRE(lost > 3000);
}

TEST_CASE("training run: the next event is when something changes") {
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    Dice dice(seed);
    const auto options = random_options(dice);
    TrainingRun run(options.steps, options.interval, options.times);
    run.start(at(0), ticks(dice.below(5)), ticks(1 + dice.below(5)));
    for (int i = 0; i < 300 && run.state() != RunState::Done; ++i) {
      const auto state = run.state();
      const auto next = run.next_event();
      if (!next) {
        REQUIRE(run.is_writing());
        run.checkpoint_written(at(0) + sum(run.ledger()));
        continue;
      }
      if (state == RunState::Training) {
        const auto before = *next - ticks(1);
        TrainingRun earlier = run;
        earlier.advance_to(before);
        REQUIRE(earlier.state() == RunState::Training);
        REQUIRE(run.steps_done(*next) == run.steps_done(before) + 1);
      }
      run.advance_to(*next);
      REQUIRE((run.state() != state || run.next_event() != next));
    }
  }
}

TEST_CASE("training run: more losses on the same dates never leave more done") {
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    Dice dice(seed);
    CheckpointTimes times;
    times.mode = static_cast<CheckpointMode>(dice.below(3));
    times.snapshot = ticks(dice.below(4));
    const auto step = 1 + dice.below(5);
    const auto interval = 1 + dice.below(10);
    // A write that outlasts the interval holds up the next checkpoint, and a loss that ends it
    // would save that wait: the law is for writes that fit.
    const auto write = dice.below(times.mode == CheckpointMode::Sync ? 20 : interval * step + 1);
    const TrainingPlay play{ticks(step), ticks(write), ticks(dice.below(9)), dice.one_in(2)};
    std::vector<Instant> fewer;
    std::vector<Instant> more;
    for (int i = 0; i < 12; ++i) {
      const auto date = at(1 + dice.below(600));
      more.push_back(date);
      if (dice.one_in(2)) {
        fewer.push_back(date);
      }
    }
    const auto ledger_of = [&](std::vector<Instant> dates) {
      TrainingRun run(100000, interval, times);
      DatedFaults faults(std::move(dates));
      play.run(run, faults, at(600));
      return run.ledger();
    };
    const auto few = ledger_of(fewer);
    const auto many = ledger_of(more);
    INFO("seed " << seed << ": " << show(few) << " against " << show(many));
    REQUIRE(many.steps <= few.steps);
    REQUIRE(many.useful <= few.useful);
  }
}

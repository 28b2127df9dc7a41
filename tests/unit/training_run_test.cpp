// SPDX-License-Identifier: Apache-2.0
#include "models/training/training_run.hpp"

#include "tests/with_catch.hpp"

using namespace tokenfab;

namespace {

Duration s(double seconds) { return Duration::from_seconds(seconds); }
Instant at(double seconds) { return Instant(s(seconds)); }

CheckpointTimes times_of(CheckpointMode mode, double snapshot_s = 0, std::int64_t every = 1) {
  CheckpointTimes times;
  times.mode = mode;
  times.snapshot = s(snapshot_s);
  times.durable_every = every;
  return times;
}

}  // namespace

TEST_CASE("training run: without checkpoints a loss costs everything") {
  TrainingRun run(10, std::nullopt, times_of(CheckpointMode::Sync));
  REQUIRE_FALSE(run.next_event());
  run.start(at(5), s(3), s(2));
  REQUIRE(*run.next_event() == at(8));
  run.advance_to(at(8));
  REQUIRE(*run.next_event() == at(28));  // all ten steps are one event
  REQUIRE(run.steps_done(at(13)) == 2);
  run.interrupt(at(13), false);  // two steps and half of the third
  REQUIRE(run.state() == RunState::Waiting);
  REQUIRE(run.ledger().lost == s(5));
  REQUIRE(run.ledger().steps_lost == 2);
  REQUIRE(run.restart_point() == RestartPoint::Nothing);
  run.start(at(20), s(1), s(2));
  run.advance_to(at(100));
  REQUIRE(run.state() == RunState::Done);
  const auto& ledger = run.ledger();
  REQUIRE(ledger.useful == s(20));
  REQUIRE(ledger.waiting == s(7));
  REQUIRE(ledger.restarting == s(4));
  REQUIRE(ledger.interruptions == 1);
  REQUIRE(ledger.steps == 10);
}

TEST_CASE("training run: sync stands still until the write has arrived") {
  TrainingRun run(6, 2, times_of(CheckpointMode::Sync));
  run.start(at(0), s(0), s(10));
  REQUIRE(*run.next_event() == at(20));
  run.advance_to(at(25));
  REQUIRE(run.state() == RunState::Checkpointing);
  REQUIRE(run.writes_begun() == 1);
  REQUIRE_FALSE(run.next_event());
  run.checkpoint_written(at(27));
  REQUIRE(run.ledger().checkpointing == s(7));
  run.advance_to(at(30));
  run.interrupt(at(30), false);  // 3 s into the third step
  REQUIRE(run.ledger().lost == s(3));
  REQUIRE(run.steps_saved() == 2);
  REQUIRE(run.restart_point() == RestartPoint::Storage);
  run.start(at(30), s(4), s(10));
  run.advance_to(at(60));
  REQUIRE(run.state() == RunState::Checkpointing);
  run.interrupt(at(60), false);  // the second write has not arrived: it does not count
  REQUIRE(run.ledger().steps == 2);
  REQUIRE(run.ledger().steps_lost == 2);
  run.checkpoint_written(at(61));
  REQUIRE(run.steps_saved() == 2);
}

TEST_CASE("training run: async trains on, and counts what has arrived") {
  TrainingRun run(100, 2, times_of(CheckpointMode::Async, 1));
  run.start(at(0), s(0), s(10));
  run.advance_to(at(20.5));
  REQUIRE(run.state() == RunState::Checkpointing);
  REQUIRE(run.writes_begun() == 0);
  run.advance_to(at(30));
  REQUIRE(run.writes_begun() == 1);  // at 21 s
  REQUIRE(run.is_writing());
  run.checkpoint_written(at(33));
  // The second snapshot is over at 42 s; its write is under way when the job is lost.
  run.interrupt(at(45), false);
  REQUIRE(run.ledger().steps == 2);
  REQUIRE(run.ledger().lost == s(23));
  REQUIRE(run.ledger().checkpointing == s(2));
}

TEST_CASE("training run: async waits where the write before is still under way") {
  TrainingRun run(100, 1, times_of(CheckpointMode::Async, 1));
  run.start(at(0), s(0), s(10));
  run.advance_to(at(21));  // first write from 11 s, second checkpoint due at 21 s
  REQUIRE(run.state() == RunState::Checkpointing);
  REQUIRE_FALSE(run.next_event());
  run.checkpoint_written(at(24));
  REQUIRE(*run.next_event() == at(25));
  run.advance_to(at(25));
  REQUIRE(run.state() == RunState::Training);
  REQUIRE(run.writes_begun() == 2);
  REQUIRE(run.ledger().checkpointing == s(1 + 4));
}

TEST_CASE("training run: copies in memory survive a loss where others keep them") {
  TrainingRun run(100, 1, times_of(CheckpointMode::InMemory, 1, 2));
  run.start(at(0), s(0), s(10));
  run.advance_to(at(22));  // copies at 11 s and 22 s, of which the second goes to storage
  REQUIRE(run.writes_begun() == 1);
  run.checkpoint_written(at(23));
  run.advance_to(at(33));  // a third copy
  run.interrupt(at(35), true);
  REQUIRE(run.restart_point() == RestartPoint::Memory);
  REQUIRE(run.ledger().steps == 3);
  REQUIRE(run.ledger().lost == s(2));
  run.interrupt(at(36), false);  // while it waits, the copy goes too
  REQUIRE(run.restart_point() == RestartPoint::Storage);
  REQUIRE(run.ledger().steps == 2);
  REQUIRE(run.ledger().interruptions == 1);
  REQUIRE(run.ledger().lost == s(12));
}

TEST_CASE("training run: preemption keeps whole steps where it saves") {
  for (const bool saves : {false, true}) {
    TrainingRun run(100, std::nullopt, times_of(CheckpointMode::Async));
    run.start(at(0), s(0), s(10));
    run.preempt(at(34), saves);
    REQUIRE(run.ledger().preemptions == 1);
    REQUIRE(run.ledger().steps == (saves ? 3 : 0));
    REQUIRE(run.ledger().lost == s(saves ? 4 : 34));
  }
}

TEST_CASE("training run: a new step length begins with the next step") {
  TrainingRun run(3, std::nullopt, times_of(CheckpointMode::Async));
  run.start(at(0), s(0), s(10));
  run.set_step(at(4), s(20));
  REQUIRE(*run.next_event() == at(10 + 20 + 20));
  run.set_step(at(30), s(1));  // the third step begins at this very date
  REQUIRE(*run.next_event() == at(31));
}

TEST_CASE("training run: what cannot be is told") {
  REQUIRE_THROWS_WITH(TrainingRun(0, std::nullopt, {}), Catch::Contains("at least 1"));
  REQUIRE_THROWS_WITH(TrainingRun(5, 0, {}), Catch::Contains("interval of 0 steps"));
  REQUIRE_THROWS_WITH(TrainingRun(5, 1, times_of(CheckpointMode::InMemory, 0, 0)),
                      Catch::Contains("durable_every 0"));
}

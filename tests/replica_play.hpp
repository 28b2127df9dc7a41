// SPDX-License-Identifier: Apache-2.0
// A replica on a table: a step model with round numbers, an observer that writes everything down,
// and a player that submits arrivals and advances as the agenda would.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "models/serving/replica.hpp"
#include "sim/core/quantile_sketch.hpp"

namespace tokenfab::testing {

inline Duration ticks(Int128 n) { return Duration::from_ticks(n); }
inline Duration us(std::int64_t n) { return Duration::from_ticks(Int128{n} * 1'000'000'000); }
inline Instant at_us(std::int64_t n) { return Instant(us(n)); }

/// base + per_token x (context of decodes + new and cached tokens of prefills); 1 kW all the time.
/// With a cap also per_capped_token x the context of decodes, each at most the cap.
struct FakeStepModel : StepModel {
  Duration base = us(1000);
  Duration per_token = us(1);
  Duration per_sequence;
  Duration per_capped_token;
  std::optional<std::uint32_t> cap;
  std::int64_t steps_valid = StepCost::unlimited;
  double power_w = 1000;

  StepCost cost(const StepShape& shape) const override {
    auto tokens = static_cast<std::int64_t>(shape.decode_context_tokens);
    for (const auto& chunk : shape.prefills) {
      tokens += chunk.tokens + chunk.context_before;
    }
    StepCost cost;
    cost.first.time_by_part[0] = base + per_sequence * shape.decode_sequences;
    cost.first.time_by_part[1] =
        per_token * tokens +
        per_capped_token * static_cast<std::int64_t>(shape.decode_capped_tokens);
    fill(cost.first);
    if (shape.prefills.empty()) {
      cost.growth.time_by_part[1] =
          per_token * shape.decode_sequences + per_capped_token * shape.decode_growing_sequences;
      fill(cost.growth);
      cost.steps_valid = cap ? std::min(steps_valid, shape.even_growth_steps) : steps_valid;
    }
    return cost;
  }
  std::optional<std::uint32_t> context_cap() const override { return cap; }

 private:
  void fill(StepWork& work) const {
    work.dynamic_energy_j = power_w * work.time().seconds();
    work.flop = 2 * work.time().seconds();
    work.memory_bytes = 3 * work.time().seconds();
  }
};

/// Writes down what happens, by request number.
struct Diary : ReplicaObserver {
  struct Entry {
    std::optional<Instant> first_token;
    std::optional<Instant> end;
    std::uint32_t preemptions = 0;
    friend bool operator==(const Entry&, const Entry&) = default;
  };

  explicit Diary(RequestPool& requests) : pool(&requests) {}

  void steps_done(const StepsRecord& record) override {
    records.push_back(record);
    steps += record.steps;
    time += record.time;
    prefill_charge += record.prefill_charge;
    decode_charge += record.decode_charge;
    work.add(record.work, 1);
    cached_token_seconds += record.cached_token_seconds;
    mixed_steps += record.decode_sequences > 0 && record.prefill_tokens > 0 ? 1 : 0;
    if (record.decode_sequences > 0) {
      gaps.add_progression(record.times.first, record.times.growth,
                           static_cast<std::uint64_t>(record.steps), record.decode_sequences);
    }
  }
  void first_token(SlotId slot, Instant now) override {
    entries[(*pool)[slot].number].first_token = now;
  }
  void token_after_preemption(SlotId, Duration gap) override { gaps.add(gap); }
  void preempted(SlotId slot) override {
    ++entries[(*pool)[slot].number].preemptions;
    ++preemptions;
  }
  void finished(SlotId slot, Instant now) override {
    entries[(*pool)[slot].number].end = now;
    finish_order.push_back((*pool)[slot].number);
    pool->give_back(slot);
  }

  RequestPool* pool;
  std::map<std::uint64_t, Entry> entries;
  std::vector<std::uint64_t> finish_order;
  std::vector<StepsRecord> records;
  std::int64_t steps = 0;
  Duration time;
  Duration prefill_charge;
  Duration decode_charge;
  StepWork work;
  double cached_token_seconds = 0;
  int mixed_steps = 0;
  int preemptions = 0;
  QuantileSketch gaps;
};

struct Job {
  Instant arrival;
  std::uint32_t input = 1;
  std::uint32_t output = 1;
  std::int32_t priority = 0;
};

/// A replica with all that it needs.
struct Bench {
  Bench(const ReplicaLimits& limits, const StepModel& model, Stepping stepping = Stepping::Request)
      : replica(limits, model, pool, diary, stepping) {}

  SlotId submit(const Job& job) {
    const auto slot = pool.take();
    pool[slot].number = submitted++;
    pool[slot].arrival = job.arrival;
    pool[slot].input_tokens = job.input;
    pool[slot].output_tokens = job.output;
    pool[slot].priority = job.priority;
    replica.submit(slot, job.arrival);
    return slot;
  }

  /// Plays what is due before `date`, event by event.
  void advance_before(Instant date) {
    while (replica.next_event() && *replica.next_event() < date) {
      replica.advance_to(*replica.next_event());
      ++events;
    }
  }

  /// Arrivals come before a step boundary of the same date, as on the agenda.
  void play(const std::vector<Job>& jobs) {
    for (const auto& job : jobs) {
      advance_before(job.arrival);
      submit(job);
    }
    while (replica.next_event()) {
      replica.advance_to(*replica.next_event());
      ++events;
    }
  }

  const Diary::Entry& of(std::uint64_t number) { return diary.entries[number]; }

  RequestPool pool;
  Diary diary{pool};
  Replica replica;
  std::uint64_t submitted = 0;
  std::uint64_t events = 0;
};

}  // namespace tokenfab::testing

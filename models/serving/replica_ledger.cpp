// SPDX-License-Identifier: Apache-2.0
// What a replica accounts for: steps, tokens and energy, also where a run of steps is cut.
#include <algorithm>

#include "models/serving/replica.hpp"
#include "sim/core/check.hpp"

namespace tokenfab {

/// Returns the output tokens that the decodes emit in the first `steps` steps.
std::uint64_t Replica::report_steps(std::int64_t steps) {
  StepsRecord record;
  record.steps = steps;
  record.times = segment_.times;
  record.time = segment_.times.sum(steps);
  record.decode_sequences = decodes_.size();
  record.decode_tokens = tokens_of(steps);
  record.work.add(segment_.cost.first, steps);
  record.work.add(segment_.cost.growth, steps * (steps - 1) / 2);
  for (const auto& chunk : chunks_) {
    record.prefill_tokens += chunk.tokens;
  }
  if (chunks_.empty()) {
    record.decode_charge = record.time;
  } else {
    const auto prefill = segment_.prefill_alone.ticks();
    const auto both = prefill + segment_.decode_alone.ticks();
    record.prefill_charge = Duration::from_ticks(record.time.ticks() * prefill / both);
    record.decode_charge = record.time - record.prefill_charge;
    record.cached_charge =
        Duration::from_ticks(record.time.ticks() * segment_.cached_alone.ticks() / both);
  }
  // Sum over j of (cached + n j) (first + growth j), n tokens joining the cache each step.
  const auto k = static_cast<double>(steps);
  // With a gain that is not whole, also what every sequence has gained beyond whole tokens.
  const auto cached =
      static_cast<double>(segment_.cached_tokens) +
      static_cast<double>(record.decode_sequences) * decodes_.phase() / DecodeRate::unit;
  const auto n =
      static_cast<double>(record.decode_sequences) * rate_.tokens_per_step / DecodeRate::unit;
  const auto first = segment_.times.first.seconds();
  const auto growth = segment_.times.growth.seconds();
  record.cached_token_seconds = cached * first * k +
                                (cached * growth + n * first) * k * (k - 1) / 2 +
                                n * growth * (k - 1) * k * (2 * k - 1) / 6;
  observer_->steps_done(record);
  return record.decode_tokens;
}

std::uint64_t Replica::tokens_of(std::int64_t steps) const {
  return static_cast<std::uint64_t>(decodes_.tokens_in(steps)) * decodes_.size() -
         decodes_.overshoot(steps);
}

double Replica::steps_energy_j(std::int64_t steps) const {
  const auto k = static_cast<double>(steps);
  return segment_.cost.first.dynamic_energy_j * k +
         segment_.cost.growth.dynamic_energy_j * (k * (k - 1) / 2);
}

double Replica::segment_energy_j(Instant now) const {
  const auto elapsed = now - segment_.start;
  const auto whole = std::min(segment_.times.steps_within(elapsed), segment_.steps);
  const double done = steps_energy_j(whole);
  if (whole == segment_.steps) {
    return done;
  }
  // Within a step the power is constant.
  const auto into_step = elapsed - segment_.times.sum(whole);
  const double step = segment_.cost.first.dynamic_energy_j +
                      segment_.cost.growth.dynamic_energy_j * static_cast<double>(whole);
  return done + step * (into_step.seconds() / segment_.times.step(whole).seconds());
}

double Replica::harvest_energy_j(Instant now) {
  double energy = pending_energy_j_;
  pending_energy_j_ = 0;
  if (segment_.active) {
    const double used = segment_energy_j(now);
    energy += used - segment_.harvested_j;
    segment_.harvested_j = used;
  }
  return energy;
}

std::uint64_t Replica::harvest_tokens(Instant now) {
  auto tokens = pending_tokens_;
  pending_tokens_ = 0;
  if (segment_.active) {
    const auto steps = std::min(segment_.times.steps_within(now - segment_.start), segment_.steps);
    const auto emitted = tokens_of(steps);
    tokens += emitted - segment_.harvested_tokens;
    segment_.harvested_tokens = emitted;
  }
  return tokens;
}

Duration Replica::stop_at(Instant now) {
  if (!segment_.active) {
    return Duration{};
  }
  const auto elapsed = now - segment_.start;
  const auto whole = segment_.times.steps_within(elapsed);
  CHECK(whole < segment_.steps, "{} steps were due before the stop", segment_.steps);
  if (whole > 0) {
    report_steps(whole);
    decodes_.advance(whole);
    waiting_.decoded(std::max<std::int64_t>(0, whole - segment_.charged_steps),
                     rate_.tokens_per_step);
  }
  segment_.active = false;
  next_event_.reset();
  return elapsed - segment_.times.sum(whole);
}

Duration Replica::fail(Instant now, std::vector<SlotId>& lost) {
  pending_energy_j_ = harvest_energy_j(now);
  pending_tokens_ = harvest_tokens(now);
  const auto cut = stop_at(now);
  const auto last_boundary = now - cut;
  for_each_request([&](SlotId slot, std::uint32_t emitted) {
    Request& request = (*pool_)[slot];
    if (emitted > request.emitted_tokens) {
      request.emitted_tokens = emitted;
      request.last_token = last_boundary;
    }
    lost.push_back(slot);
  });
  lost.insert(lost.end(), handed_over_.begin(), handed_over_.end());
  decodes_.for_each([this](SlotId slot) { waiting_.decode_left(slot); });
  if (limits_.role != ReplicaRole::Decode) {  // leases of what comes to decode are elsewhere
    for (const auto slot : lost) {
      pool_->lease(slot).clear();
    }
  }
  while (!waiting_.empty()) {
    waiting_.pop_front();
  }
  reserved_.clear();
  arrived_.clear();
  handed_over_.clear();
  chunks_.clear();
  partial_.reset();
  cache_.clear();
  decodes_ = DecodeSet(*pool_, limits_.block_size, step_model_->context_cap(), rate_);
  free_blocks_ = limits_.kv_blocks;
  available_ = false;
  next_event_.reset();
  return cut;
}

}  // namespace tokenfab

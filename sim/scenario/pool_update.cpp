// SPDX-License-Identifier: Apache-2.0
// New weights for a pool's replicas, and their chips lent while they are off.
#include "sim/core/mix.hpp"
#include "sim/scenario/pool_runtime.hpp"

namespace tokenfab {

void PoolRuntime::redeploy(Instant now, std::uint32_t max_unavailable,
                           std::function<void(Instant)> done) {
  ++weights_;
  for (std::uint32_t i = 0; i < replicas(); ++i) {
    auto& machine = *machines_[i];
    if (machine.state == State::Loading) {  // the old weights: it begins again
      const bool was_updating = machine.is_updating;
      call_off_start(i);
      release_chips(machine, now);
      begin_loading(i, now);
      machine.is_updating = was_updating;
    }
  }
  rolling_update_.begin(now, max_unavailable, std::move(done));
}

UpdateStage PoolRuntime::update_stage(std::uint32_t replica) const {
  const auto& machine = *machines_[replica];
  if (machine.is_updating) {
    return UpdateStage::Updating;
  }
  if (machine.state == State::Off || machine.weights == weights_) {
    return UpdateStage::Current;
  }
  return machine.state == State::Draining ? UpdateStage::Leaving : UpdateStage::Stale;
}

/// Counted as starting from now on: an autoscaler need not start another one in its place.
void PoolRuntime::update(std::uint32_t replica, Instant now) {
  machines_[replica]->is_updating = true;
  ++starting_;
  drain(replica, now);
}

void PoolRuntime::load_update(std::uint32_t replica, Instant now) {
  auto& machine = *machines_[replica];
  empty(machine, now);
  release_chips(machine, now);
  --starting_;
  begin_loading(replica, now);
  machine.is_updating = true;
}

void PoolRuntime::lend(std::uint32_t replica, Instant now) {
  auto& machine = *machines_[replica];
  if (borrower_ != nullptr && !machine.is_lent) {
    machine.is_lent = true;
    borrower_->chips_lent(chips_of(replica), now);
  }
}

void PoolRuntime::reclaim(std::uint32_t replica, Instant now) {
  auto& machine = *machines_[replica];
  if (machine.is_lent) {
    machine.is_lent = false;
    borrower_->chips_reclaimed(chips_of(replica), now);
  }
}

/// The prompt as the tiers know it: what one version of the weights has computed is of no use to
/// another.
std::span<const PromptSpan> PoolRuntime::tier_key(const Machine& machine, SlotId slot) {
  const auto& prompt = floor_.requests.prompt(slot);
  if (machine.weights == 0) {
    return prompt;
  }
  salted_prompt_ = prompt;
  for (auto& span : salted_prompt_) {
    span.content = chained(machine.weights, span.content);
  }
  return salted_prompt_;
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/data_work.hpp"

#include <algorithm>

#include "sim/core/check.hpp"

namespace tokenfab {
void DataWork::start(Instant now, std::span<const NodeChips> chips) {
  if (has_started_) {
    times_.waiting += now - at_;
  }
  has_started_ = true;
  at_ = now;
  nodes_.assign(chips.begin(), chips.end());
  phase_ = Phase::Working;
  work_.restart(setup_.work);
  work_.begin(now);
  streams_.begin(setup_.volume, nodes_, StorageStreams::Way::FromStorage);
}

void DataWork::stop(Instant now, bool) {
  advance_to(now);
  streams_.call_off();
  work_.halt(now);
  phase_ = Phase::Waiting;
  times_.lost += times_.useful;
  times_.useful = Duration();
}

void DataWork::set_speed(Instant now, double, double slowdown) {
  advance_to(now);
  work_.set_speed(now, 1 / slowdown);
}

std::optional<Instant> DataWork::next_event() const {
  if (phase_ == Phase::Done) {
    return at_;
  }
  if (phase_ != Phase::Working || at_ >= work_.end()) {
    return std::nullopt;  // a flow is what it waits for
  }
  return work_.end();
}

void DataWork::advance_to(Instant now) {
  if (!holds_chips() || now <= at_) {
    return;
  }
  times_.useful += now - at_;
  at_ = now;
  end_phase(now);
}

void DataWork::end_phase(Instant now) {
  if (!holds_chips() || streams_.is_moving() || (phase_ == Phase::Working && now < work_.end())) {
    return;
  }
  if (phase_ == Phase::Working && setup_.kept >= Bytes(1)) {
    phase_ = Phase::Writing;
    streams_.begin(setup_.kept, nodes_, StorageStreams::Way::ToStorage);
  } else {
    phase_ = Phase::Done;
  }
}

Int128 DataWork::profile_energy(Instant now) {
  const auto held = times_.useful + times_.lost + (holds_chips() ? now - at_ : Duration());
  return held.ticks() * setup_.power_uw;
}

void DataWork::flow_ended(engine::FlowId flow, Instant now, bool delivered) {
  CHECK(delivered, "flow {} of a data job failed", flow);
  advance_to(now);
  streams_.ended(flow);
  end_phase(now);
  tell_(now);
}

}  // namespace tokenfab

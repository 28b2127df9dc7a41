// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/fixed_work.hpp"

#include <algorithm>

namespace tokenfab {

void FixedWork::start(Instant now, std::span<const NodeChips>) {
  if (has_started_) {
    times_.waiting += now - at_;
  }
  has_started_ = is_running_ = true;
  at_ = now;
  work_.begin(now);
}

void FixedWork::advance_to(Instant now) {
  if (is_running_ && now > at_) {
    times_.useful += now - at_;
    at_ = now;
  }
}

void FixedWork::stop(Instant now, bool) {
  advance_to(now);
  is_running_ = false;
  work_.halt(now);
  if (!setup_.resumes) {
    work_.restart(setup_.run);
    times_.lost += times_.useful;
    times_.useful = Duration();
  }
}

void FixedWork::set_speed(Instant now, double clock, double slowdown) {
  advance_to(now);
  work_.set_speed(now, clock / slowdown);
}

std::optional<Instant> FixedWork::next_event() const {
  return is_running_ ? std::optional(work_.end()) : std::nullopt;
}

Duration FixedWork::estimate_left() const {
  const auto whole = setup_.estimate.value_or(setup_.run);
  return std::max(whole - (setup_.run - work_.left(at_)), Duration::from_ticks(1));
}

}  // namespace tokenfab

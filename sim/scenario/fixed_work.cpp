// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/fixed_work.hpp"

#include <algorithm>
#include <cmath>

namespace tokenfab {

void FixedWork::start(Instant now, std::span<const NodeChips>) {
  if (has_started_) {
    times_.waiting += now - at_;
  }
  has_started_ = is_running_ = true;
  at_ = now;
}

void FixedWork::advance_to(Instant now) {
  if (!is_running_ || now <= at_) {
    return;
  }
  const auto span = now - at_;
  at_ = now;
  times_.useful += span;
  left_ -= speed_ == 1 ? span
                       : Duration::from_ticks(
                             static_cast<Int128>(static_cast<double>(span.ticks()) * speed_ + 0.5));
}

void FixedWork::stop(Instant now, bool) {
  advance_to(now);
  is_running_ = false;
  if (!setup_.resumes) {
    left_ = setup_.run;
    times_.lost += times_.useful;
    times_.useful = Duration();
  }
}

void FixedWork::set_speed(Instant now, double clock, double slowdown) {
  advance_to(now);
  speed_ = clock / slowdown;
}

std::optional<Instant> FixedWork::next_event() const {
  if (!is_running_) {
    return std::nullopt;
  }
  if (left_ <= Duration()) {
    return at_;
  }
  const auto ticks =
      speed_ == 1 ? left_.ticks()
                  : static_cast<Int128>(std::ceil(static_cast<double>(left_.ticks()) / speed_));
  return at_ + Duration::from_ticks(ticks);
}

Duration FixedWork::estimate_left() const {
  const auto whole = setup_.estimate.value_or(setup_.run);
  return std::max(whole - (setup_.run - left_), Duration::from_ticks(1));
}

}  // namespace tokenfab

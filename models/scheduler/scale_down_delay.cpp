// SPDX-License-Identifier: Apache-2.0
#include "models/scheduler/scale_down_delay.hpp"

#include <algorithm>

namespace tokenfab {

std::uint32_t ScaleDownDelay::decide(const PoolLoad& load, const PoolBounds& bounds,
                                     std::uint32_t computed) {
  const bool is_idle = load.waiting == 0 && load.running == 0 && load.arrivals == 0;
  if (!is_idle) {
    idle_since_.reset();
  } else if (!idle_since_) {
    idle_since_ = load.now;
  }
  const auto present = load.ready + load.starting;
  const bool is_none =
      bounds.replicas_min == 0 && is_idle && (present == 0 || load.now - *idle_since_ >= idle_);
  const auto floor = std::max(bounds.replicas_min, is_none ? 0U : 1U);
  const auto ceiling = std::max(bounds.replicas_max, floor);
  const auto wanted = is_none ? 0U : std::clamp(computed, floor, ceiling);
  if (is_none) {
    maxima_.clear();  // the idle time has been the delay
  } else if (!is_started_) {
    maxima_.push_back({load.now, present});  // what runs at the start was wanted by someone
  }
  is_started_ = true;
  while (!maxima_.empty() && maxima_.back().replicas <= wanted) {
    maxima_.pop_back();
  }
  maxima_.push_back({load.now, wanted});
  while (maxima_.size() > 1 && maxima_.front().date + delay_ <= load.now) {
    maxima_.pop_front();
  }
  return std::clamp(maxima_.front().replicas, floor, ceiling);
}

}  // namespace tokenfab

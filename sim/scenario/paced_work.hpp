// SPDX-License-Identifier: Apache-2.0
// Work of a known length at full speed, done at a speed that changes. Its end is fixed whenever the
// speed is, so that looking at it in between moves nothing.
#pragma once

#include <algorithm>
#include <cmath>

#include "sim/core/instant.hpp"

namespace tokenfab {

class PacedWork {
 public:
  explicit PacedWork(Duration length) : left_(length) {}

  void begin(Instant now) {
    is_running_ = true;
    set_end(now);
  }
  void halt(Instant now) {
    left_ = left(now);
    is_running_ = false;
  }
  /// While it is halted: all of it is to be done again.
  void restart(Duration length) { left_ = length; }
  /// 1: full speed.
  void set_speed(Instant now, double speed) {
    if (speed == speed_) {
      return;
    }
    left_ = left(now);
    speed_ = speed;
    if (is_running_) {
      set_end(now);
    }
  }

  /// While it is begun.
  Instant end() const { return end_; }
  /// At full speed; zero from the end on and not before.
  Duration left(Instant now) const {
    if (!is_running_) {
      return left_;
    }
    if (now >= end_) {
      return {};
    }
    const auto span = (now - since_).ticks();
    const auto done =
        speed_ == 1 ? span : static_cast<Int128>(static_cast<double>(span) * speed_ + 0.5);
    return std::max(left_ - Duration::from_ticks(done), Duration::from_ticks(1));
  }

 private:
  void set_end(Instant now) {
    since_ = now;
    const auto ticks =
        speed_ == 1 ? left_.ticks()
                    : static_cast<Int128>(std::ceil(static_cast<double>(left_.ticks()) / speed_));
    end_ = now + Duration::from_ticks(ticks);
  }

  Duration left_;  // at since_
  double speed_ = 1;
  bool is_running_ = false;
  Instant since_;
  Instant end_;
};

}  // namespace tokenfab

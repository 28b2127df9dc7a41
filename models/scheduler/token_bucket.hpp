// SPDX-License-Identifier: Apache-2.0
// Token bucket: filled at a constant rate up to its burst, emptied by what is taken. Kept as the
// date at which it is full again, in whole ticks, so that looking at it changes nothing.
// Source: ITU-T I.371 (2004), annex A: the virtual scheduling form of the generic cell rate
// algorithm, equivalent to the continuous-state leaky bucket.
#pragma once

#include <algorithm>
#include <cstdint>

#include "sim/core/instant.hpp"

namespace tokenfab {

class TokenBucket {
 public:
  /// Full at first. rate_per_s > 0; the time of one unit is rounded to a whole tick, which makes a
  /// rate below 1e9 per second exact to 1e-6.
  TokenBucket(double rate_per_s, std::int64_t burst)
      : unit_(std::max(Duration::from_seconds(1 / rate_per_s), Duration::from_ticks(1))),
        capacity_(unit_ * burst) {}

  bool holds(Instant now, std::int64_t amount) const {
    return missing(now) + unit_ * amount <= capacity_;
  }
  /// Takes the amount even if the bucket does not hold it; the debt is filled first.
  void take(Instant now, std::int64_t amount) {
    full_at_ = std::max(full_at_, now) + unit_ * amount;
  }

 private:
  Duration missing(Instant now) const { return std::max(full_at_ - now, Duration()); }

  Duration unit_;      // the time in which one unit flows in
  Duration capacity_;  // the time in which an empty bucket is filled
  Instant full_at_;
};

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "sim/plan/bracket.hpp"

#include <algorithm>

namespace tokenfab {

Bracket::Bracket(std::int64_t least, std::int64_t most, std::int64_t start)
    : low_(least), high_(most), start_(std::clamp(start, least, std::max(least, most))) {}

std::optional<std::int64_t> Bracket::next() const {
  if (low_ > high_) {
    return std::nullopt;
  }
  if (is_fresh_) {
    return start_;
  }
  // Twice the last one that was too small, which is low_ - 1.
  return is_growing_ ? std::min(high_, 2 * (low_ - 1)) : low_ + (high_ - low_) / 2;
}

void Bracket::hear(std::int64_t units, Size size) {
  is_fresh_ = false;
  switch (size) {
    case Size::Right:
      right_ = units;
      high_ = units - 1;
      is_growing_ = false;
      break;
    case Size::TooSmall:
      low_ = units + 1;
      break;
    case Size::TooLarge:
      high_ = units - 1;
      is_growing_ = false;
      break;
    case Size::Hopeless:
      high_ = low_ - 1;
      break;
  }
}

}  // namespace tokenfab

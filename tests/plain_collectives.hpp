// SPDX-License-Identifier: Apache-2.0
// Collectives over two levels at fixed bandwidths, for tests that ask nothing of the network.
#pragma once

#include <algorithm>

#include "models/chip/chip.hpp"
#include "sim/api/collective.hpp"

namespace tokenfab::testing {

class PlainCollectives : public CollectiveTimes {
 public:
  explicit PlainCollectives(const ChipConfig& chip)
      : inside_(chip.scale_up_bandwidth.si() * 0.8),
        outside_(chip.scale_out_bandwidth.si() * 0.85),
        domain_(static_cast<double>(chip.scale_up_domain)) {}

  Seconds time(CollectiveKind kind, const ChipGroup& group, Bytes size) const override {
    const auto ranks = static_cast<double>(group.ranks);
    if (group.ranks <= 1) {
      return Seconds(0);
    }
    const auto stride = static_cast<double>(group.stride);
    const double near = std::clamp(domain_ / stride, 1.0, ranks);
    const double far = ranks / near;
    const bool is_near = ranks * stride <= domain_;
    const double bytes = size.si();
    if (kind == CollectiveKind::SendReceive) {
      return Seconds(latency_ + bytes / (is_near ? inside_ : outside_));
    }
    if (kind == CollectiveKind::AllToAll) {
      return Seconds(latency_ + std::max((near - 1) / ranks * bytes / inside_,
                                         (ranks - near) / ranks * bytes / outside_));
    }
    const double once =
        (near - 1) / near * bytes / inside_ + (far - 1) / far * bytes / near / outside_;
    return Seconds(latency_ + (kind == CollectiveKind::AllReduce ? 2 : 1) * once);
  }

 private:
  double inside_;
  double outside_;
  double domain_;
  double latency_ = 15e-6;
};

}  // namespace tokenfab::testing

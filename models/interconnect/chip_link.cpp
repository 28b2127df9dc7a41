// SPDX-License-Identifier: Apache-2.0
#include "models/interconnect/chip_link.hpp"

#include <algorithm>

namespace tokenfab {
namespace {

// Latency of a message over the scale-out network: 10 us point to point, as the system files of
// ai-dynamo/aiconfigurator (@095f58a5) have it.
constexpr Seconds scale_out_latency(10e-6);

}  // namespace

LinkCost link_of(const ChipConfig& chip, std::int64_t chips) {
  const auto& fit = chip.all_reduce;
  const double efficiency = std::min(1.0, fit.two_shot_efficiency);
  if (chips <= chip.scale_up_domain && !fit.latency.empty()) {
    return {fit.latency.begin()->second.one_shot, chip.scale_up_bandwidth * efficiency};
  }
  return {scale_out_latency, chip.scale_out_bandwidth * efficiency};
}

}  // namespace tokenfab

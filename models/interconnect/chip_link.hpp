// SPDX-License-Identifier: Apache-2.0
// The link that a group of neighbouring chips communicates over, as its calibration has it.
#pragma once

#include "models/chip/chip.hpp"
#include "models/interconnect/collectives.hpp"

namespace tokenfab {

/// Of a group of `chips` neighbours: scale-up while they are in one domain.
LinkCost link_of(const ChipConfig& chip, std::int64_t chips);

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// Tables of collectives, every row one call on a cluster of its own.
#pragma once

#include <string_view>

#include "sim/measured/case_formats.hpp"

namespace tokenfab {

/// Times and bus bandwidths of nccl-tests and kin.
CaseFormat collective_format();
/// Dispatch to experts and combination of their results (DeepEP and kin).
CaseFormat expert_exchange_format();
/// Shares of the data sheet's rates that were reached; of these the collectives are predicted.
CaseFormat efficiency_format();

/// Regimes: from `large_collective` bytes on the bandwidth decides, below the latency.
inline constexpr double large_collective = 16 << 20;
inline constexpr std::string_view large_regime = "collective from 16 MiB";
inline constexpr std::string_view small_regime = "collective below 16 MiB";
inline constexpr std::string_view exchange_regime = "expert exchange";

}  // namespace tokenfab

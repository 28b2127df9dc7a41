// SPDX-License-Identifier: Apache-2.0
// What depends on the number of rows of a rank only, priced beforehand.
#pragma once

#include <vector>

#include "models/serving/layer_cost.hpp"
#include "sim/core/instant.hpp"

namespace tokenfab {

struct RowCost {
  Parts time{};
  Duration exchange;  // of experts, where compute may hide it: not part of `time`
  double energy_j = 0;
  double weight_bytes = 0;  // read by all chips
};

/// By number of rows; entry 0 is free.
using RowTable = std::vector<RowCost>;

Parts to_ticks(const PartsS& seconds);

/// Energy of `time` at a power per part.
double energy_of(const Parts& time, const PartsS& power_w);

/// One step's rows in all layers. With two-batch overlap two halves, each as efficient as a half.
RowCost layers_cost(const LayerCosts& layers, std::int64_t rows, bool in_two_halves,
                    const PartsS& power_w);

RowCost head_cost(const LayerCosts& layers, std::int64_t rows, const PartsS& power_w);

}  // namespace tokenfab

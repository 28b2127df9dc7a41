// SPDX-License-Identifier: Apache-2.0
// The points of a grid by number: the last axis varies fastest, the axes of a latin hypercube count
// as one where the first of them stands.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/sweep/axis.hpp"

namespace tokenfab {

/// As many as all values of all axes make; also where that is more than an integer holds.
double grid_size(const std::vector<Axis>& axes);

/// Which value of each axis point `number` (from 0, below grid_size) has.
std::vector<std::size_t> grid_position(const std::vector<Axis>& axes, std::int64_t number);

}  // namespace tokenfab

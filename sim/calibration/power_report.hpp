// SPDX-License-Identifier: Apache-2.0
// Fits of power levels as data and as a table for people.
#pragma once

#include <string>
#include <vector>

#include "sim/calibration/power_fit.hpp"
#include "sim/config/document.hpp"

namespace tokenfab {

/// {chip: {"power_level": {...}}}, in the form of the catalogue's table of chips.
Node power_values(const std::vector<PowerFit>& fits);
/// Intervals, bounds, rows and errors by chip.
Node power_fits(const std::vector<PowerFit>& fits);
std::string power_table(const std::vector<PowerFit>& fits);

}  // namespace tokenfab

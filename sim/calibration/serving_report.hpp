// SPDX-License-Identifier: Apache-2.0
// Fits of engine profiles as data and as a table for people.
#pragma once

#include <string>
#include <vector>

#include "sim/calibration/serving_fit.hpp"
#include "sim/config/document.hpp"

namespace tokenfab {

/// The fitted fields by profile, in the form of the catalogue's table of engines.
Node profile_values(const std::vector<ProfileFit>& fits);
/// Intervals, bounds, rows and errors by profile.
Node profile_fits(const std::vector<ProfileFit>& fits);
std::string profile_table(const std::vector<ProfileFit>& fits);

}  // namespace tokenfab

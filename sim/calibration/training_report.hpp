// SPDX-License-Identifier: Apache-2.0
// A fit of training constants as data and as a table for people.
#pragma once

#include <string>

#include "sim/calibration/training_fit.hpp"
#include "sim/config/document.hpp"

namespace tokenfab {

/// "chips" and "training_engines" in the form of the catalogue's tables, "parameters" with
/// intervals, "errors" of the fit and of what was held out.
Node training_node(const TrainingFit& fit);
std::string training_table(const TrainingFit& fit);

}  // namespace tokenfab

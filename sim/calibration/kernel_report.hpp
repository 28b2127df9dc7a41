// SPDX-License-Identifier: Apache-2.0
// What a calibration of kernels found, as a document: values in the catalogue's own form (to be
// merged into models/data/chips.json), intervals, and errors by region beside hold-out errors.
#pragma once

#include <string>
#include <vector>

#include "sim/calibration/kernel_calibration.hpp"
#include "sim/config/document.hpp"

namespace tokenfab {

/// {"h100-sxm": {"matmul": {"fp8": {"launch": "5.276 us", ...}}}}: four digits.
Node kernel_values(const std::vector<CalibratedKernels>& all);

/// One object per fit: rows, parameters with intervals and bounds, errors by region.
Node kernel_fits(const std::vector<CalibratedKernels>& all);

/// The same for people, one line per fit and region.
std::string kernel_table(const std::vector<CalibratedKernels>& all);

}  // namespace tokenfab

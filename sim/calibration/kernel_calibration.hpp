// SPDX-License-Identifier: Apache-2.0
// Everything that a set of kernel tables tells: each kind of kernel of each chip is fitted by
// itself, and judged on shapes that the fit did not see and with the constants of other chips.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "sim/calibration/kernel_fit.hpp"

namespace tokenfab {

struct CalibratedKernels {
  std::string chip;  // in the catalogue
  KernelFit fit;
  KernelOutcome outcome;
  /// The same shapes as outcome.held_out; empty without such a calibration.
  RegionErrors before;                           // with the chip's constants of the catalogue
  std::map<std::string, RegionErrors> siblings;  // with the values fitted to another chip's tables
};

/// `chips` by id; every file's chip must be there. In the order of chip, field, key and part,
/// whatever the order of the files and the number of threads (at least 1).
std::vector<CalibratedKernels> calibrate_kernels(const std::vector<KernelFile>& files,
                                                 const std::map<std::string, ChipConfig>& chips,
                                                 const Split& split, int threads);

}  // namespace tokenfab

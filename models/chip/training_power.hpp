// SPDX-License-Identifier: Apache-2.0
// Mean power of a chip in training, from how a step's time divides: compute-bound products,
// exposed collectives, and for the rest memory-bound kernels (norms, activations, optimizer).
// Range: dense and mixture transformers in bf16 or fp8. Left out: the swing within a step, idle
// waiting for stragglers and checkpoints (give them as idle time of the node).
#pragma once

#include "models/chip/chip.hpp"

namespace tokenfab {

/// Shares of a training step's time.
struct TrainingPhases {
  double compute = 0;        // compute-bound kernels
  double communication = 0;  // collectives not hidden behind them
  double memory = 0;         // the rest
};

/// `mfu`: arithmetic done, recomputation included, over the dense peak of `precision`; kernels
/// reach the chip's calibrated share of it. Throws std::invalid_argument where that and
/// `communication_share` leave no such step.
TrainingPhases training_phases(const ChipConfig& chip, Precision precision, double mfu,
                               double communication_share);

/// Mean power of the chip over such a step, at the clock it was handed in (models/chip/clock.hpp).
Watts training_power(const ChipConfig& chip, const TrainingPhases& phases);

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "models/chip/training_power.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace tokenfab {

TrainingPhases training_phases(const ChipConfig& chip, Precision precision, double mfu,
                               double communication_share) {
  const auto found = chip.matmul.find(calibration_key(precision));
  if (found == chip.matmul.end()) {
    throw std::invalid_argument(
        fmt::format("{} has no {} products", chip.name, name_of(precision)));
  }
  const double best = found->second.compute_efficiency;
  const double compute = mfu / best;
  const double left = 1 - compute - communication_share;
  if (mfu < 0 || communication_share < 0 || left < 0) {
    throw std::invalid_argument(
        fmt::format("{}: an MFU of {} takes {} of the time at {} of the peak, and communication "
                    "{}; together at "
                    "most 1",
                    chip.name, mfu, compute, best, communication_share));
  }
  return {compute, communication_share, left};
}

Watts training_power(const ChipConfig& chip, const TrainingPhases& phases) {
  const auto& level = chip.power_level;
  const double mean = phases.compute * level.matmul + phases.communication * level.communication +
                      phases.memory * level.weights;
  return chip.power_idle + chip.power_span() * mean;
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// Constants of training fitted to published steps: chips and frameworks together, as no framework
// was measured on every chip. Every trial prices each row's step in closed form.
//
// Residuals are logarithms of predicted over measured rates under a soft L1 loss. A
// Cauchy loss fits closer but ends in one of several valleys, and which one hangs on the rows held
// out. Rows that differ in nothing but the number of copies share a weight. Each parameter is held
// to its prior by one residual more (maximum a posteriori).
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "sim/calibration/training_parameters.hpp"
#include "sim/measured/error_sample.hpp"
#include "sim/measured/measured_case.hpp"

namespace tokenfab {

/// Rows held out of the fit together: their errors with the values that the others gave.
struct HeldOutSteps {
  std::string kind;  // "model", "source" (a release) or "chip"
  std::string name;
  ErrorSample errors;
};

struct TrainingFit {
  std::vector<TrainingParameter> parameters;  // those that some row depends on
  FitResult fit;
  std::size_t rows = 0;
  ErrorSample before;  // with the catalogue's values
  ErrorSample after;
  std::vector<HeldOutSteps> groups;    // "engine", "chip", "model": errors of the fit itself
  std::vector<HeldOutSteps> held_out;  // by kind; of each kind the sum first, with an empty name
};

struct TrainingFitOptions {
  int threads = 1;
  bool leave_models_out = true;
  bool leave_sources_out = true;
  bool leave_chips_out = true;
  std::function<void(const std::string&)> tell;  // progress, may be empty
};

/// Cases that are skipped or are no training do not count; without any, `rows` is 0.
TrainingFit fit_training(const std::vector<MeasuredCase>& cases, const TrainingFitOptions& options);

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// Power levels of chips (PowerLevels) from measured mean power. The time by kind of work does not
// depend on the levels, so what a row draws is linear in them: idle plus level times response. The
// responses are asked for once, one level at a time, and every fit after that takes milliseconds.
//
// Residuals are logarithms of predicted over measured power under a Cauchy loss. Each level is held
// to its prior by one residual more (maximum a posteriori), so that rows which do not tell a level
// leave it where it was.
#pragma once

#include <string>
#include <vector>

#include "models/chip/chip.hpp"
#include "sim/calibration/least_squares.hpp"
#include "sim/measured/error_sample.hpp"
#include "sim/measured/measured_case.hpp"

namespace tokenfab {

/// Mean power per chip of one measured row.
struct PowerRow {
  std::string chip;
  std::string model;
  double measured_w = 0;
  double idle_w = 0;         // with all levels at 0
  PartNumbers response_w{};  // what a level of 1 adds, by kind of work

  double predicted_w(const PartNumbers& levels) const;
};

/// The rows among `cases` that have a power per chip and run, in their order.
std::vector<PowerRow> power_rows(const std::vector<MeasuredCase>& cases, int processes);

/// A group of rows held out of the fit, and their errors with the levels that the others gave.
struct HeldOutPower {
  std::string name;  // "every other row", "without model qwen3-8b"
  ErrorSample errors;
};

struct PowerFit {
  std::string chip;
  PartNumbers before{};
  FitResult fit;  // values in the order of TimePart
  ErrorSample errors_before;
  ErrorSample errors;
  std::vector<HeldOutPower> held_out;
};

/// Levels in the order of TimePart, as PowerLevels names them.
const std::vector<std::string>& power_level_names();

/// `prior`: what the levels are held to and start from. Throws std::invalid_argument: fewer rows
/// than levels.
PowerFit fit_power_levels(const std::string& chip, const std::vector<PowerRow>& rows,
                          const PartNumbers& prior, bool holds_out);

/// A fit of every chip of the rows that has enough of them, held to the catalogue's levels.
std::vector<PowerFit> fit_power(const std::vector<PowerRow>& rows, bool holds_out);

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// What an engine version adds to its kernels, fitted to served measurements: every trial plays the
// load of each row on its replica (closed_loop.hpp), and the errors told are those of the whole
// scenarios. One set of numbers per engine profile, which
// all models and chips share; a number per (model, chip) does not exist.
//
// Residuals are logarithms of predicted over measured times and rates under a Cauchy loss. Each
// parameter is held to its prior by one residual more (maximum a posteriori): rows that do not tell
// a parameter leave it where the kernel tables, or an engine of the same kind, put it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "sim/calibration/folds.hpp"
#include "sim/calibration/least_squares.hpp"
#include "sim/measured/case_runner.hpp"
#include "sim/measured/error_sample.hpp"

namespace tokenfab {

/// A field of EngineProfileConfig.
struct ProfileParameter {
  Parameter range;         // in SI units; `start` is the catalogue's value
  double prior = 0;        // what it is held to
  double prior_width = 0;  // as a logarithm, or in SI units where `is_log` is not set
  bool is_time = false;
};

/// The parameters that are fitted, with the catalogue's values of `profile` as start.
std::vector<ProfileParameter> profile_parameters(const std::string& profile);

/// Errors of some rows, by what was measured.
struct ServingErrors {
  ErrorSample tpot;
  ErrorSample ttft;
  ErrorSample rate;
};

/// A group of rows held out of the fit: its rows' errors with the values that the others gave.
struct HeldOut {
  std::string kind;  // "model", "chip" or "share"
  std::string name;
  ServingErrors errors;
};

struct ProfileFit {
  std::string profile;
  std::vector<ProfileParameter> parameters;
  FitResult fit;
  std::size_t rows = 0;
  ServingErrors before;  // with the catalogue's values
  ServingErrors after;
  std::vector<HeldOut> held_out;
};

enum class ServingSplit { None, Model, Chip };

struct ServingFitOptions {
  int processes = 1;
  std::size_t rows_max = 120;  // of a profile; more are thinned evenly in file order
  bool leave_models_out = true;
  bool leave_chips_out = true;
  std::function<void(const std::string&)> tell;  // progress, may be empty
};

/// Fits every profile that the cases name. Cases that are skipped, or that have no served latency
/// or rate, do not count.
std::vector<ProfileFit> fit_profiles(const std::vector<MeasuredCase>& cases,
                                     const ServingFitOptions& options);

}  // namespace tokenfab

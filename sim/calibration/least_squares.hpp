// SPDX-License-Identifier: Apache-2.0
// Nonlinear least squares with bounds and robust losses: Levenberg-Marquardt (Marquardt 1963,
// doi:10.1137/0111030) with iterated weights, on parameters scaled to their ranges, projected onto
// the bounds. Deterministic: the same residuals give the same bits.
//
// Confidence intervals are those of an M-estimator (Huber and Ronchetti, Robust Statistics, 2009,
// section 7.6): (J'J)^-1 times sum(slope^2) / (n - p) / mean(curvature)^2, with Student's quantile.
// They hold for independent errors; systematic errors of the model are not in them.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "sim/calibration/robust_loss.hpp"

namespace tokenfab {

struct Parameter {
  std::string name;
  double start = 0;
  double low = 0;
  double high = 0;
  bool is_log = false;  // varied by factors; low > 0
};

using Values = std::vector<double>;
/// Residuals at one point: values in the order of the parameters; always as many residuals.
using Residuals = std::function<Values(const Values& point)>;
/// Residuals at many points at once, in their order, so that a caller can spread them over
/// processes.
using BatchResiduals = std::function<std::vector<Values>(const std::vector<Values>& points)>;

struct FitOptions {
  Loss loss = Loss::SoftL1;
  double loss_scale = 0.1;  // in units of the residuals
  int max_iterations = 200;
  double tolerance = 1e-9;        // relative decrease of the cost that ends the fit
  double difference_step = 1e-6;  // share of a parameter's (log) range; more for noisy residuals
  int trials = 1;                 // dampings tried at once, each ten times the one before
};

struct FitResult {
  std::vector<double> values;
  /// 0 where there is none: at a bound, or not identified.
  std::vector<double> half_widths_95;
  std::vector<bool> at_bound;       // the cost would fall beyond it
  std::vector<bool> is_identified;  // the residuals tell it, alone and from the others
  double cost = 0;                  // sum of the losses
  std::size_t residuals = 0;
  int iterations = 0;
  bool converged = false;
};

/// Throws std::invalid_argument: parameters without room between their bounds, starts outside
/// them, fewer residuals than parameters, residuals at the start that are not finite.
FitResult least_squares(const std::vector<Parameter>& parameters, const Residuals& residuals,
                        const FitOptions& options = {});
FitResult least_squares(const std::vector<Parameter>& parameters, const BatchResiduals& residuals,
                        const FitOptions& options = {});

/// Two-sided 95 % quantile of Student's t (Abramowitz and Stegun 26.7.5; to 1 % from 3 degrees of
/// freedom, exact for 1 and 2).
double student_quantile_95(std::size_t degrees_of_freedom);

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "sim/calibration/least_squares.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "sim/core/check.hpp"

namespace tokenfab {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

// Singular values of the Jacobian with columns of length 1, over the largest: below it a direction
// counts as unseen. Forward differences leave errors of about their step.
constexpr double unseen_direction = 1e-5;
// Share of a unit vector in an unseen direction from which its parameter counts as not identified.
constexpr double unseen_share = 0.05;
constexpr double most_damping = 1e12;
constexpr double least_damping = 1e-12;

void check_parameters(const std::vector<Parameter>& parameters) {
  std::vector<std::string> problems;
  if (parameters.empty()) {
    problems.emplace_back("a fit needs a parameter");
  }
  for (const auto& p : parameters) {
    if (!(p.low < p.high) || !std::isfinite(p.low) || !std::isfinite(p.high)) {
      problems.push_back(fmt::format("{}: bounds {} to {} leave no room", p.name, p.low, p.high));
    } else if (!(p.start >= p.low && p.start <= p.high)) {
      problems.push_back(
          fmt::format("{}: start {} outside {} to {}", p.name, p.start, p.low, p.high));
    } else if (p.is_log && p.low <= 0) {
      problems.push_back(
          fmt::format("{}: varied by factors, but its bound {} is not positive", p.name, p.low));
    }
  }
  if (!problems.empty()) {
    throw std::invalid_argument(fmt::format("{}", fmt::join(problems, "; ")));
  }
}

/// Parameters as shares of their (log) ranges.
class UnitBox {
 public:
  explicit UnitBox(const std::vector<Parameter>& parameters) : parameters_(parameters) {}

  double to_unit(std::size_t i, double value) const {
    const auto& p = parameters_[i];
    return p.is_log ? std::log(value / p.low) / std::log(p.high / p.low)
                    : (value - p.low) / (p.high - p.low);
  }
  double to_value(std::size_t i, double unit) const {
    const auto& p = parameters_[i];
    const double value =
        p.is_log ? p.low * std::pow(p.high / p.low, unit) : p.low + (p.high - p.low) * unit;
    return std::clamp(value, p.low, p.high);
  }
  /// d value / d unit.
  double slope(std::size_t i, double value) const {
    const auto& p = parameters_[i];
    return p.is_log ? value * std::log(p.high / p.low) : p.high - p.low;
  }
  Values values(const VectorXd& units) const {
    Values values(parameters_.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] = to_value(i, units[static_cast<Index>(i)]);
    }
    return values;
  }

 private:
  const std::vector<Parameter>& parameters_;
};

class Fit {
 public:
  Fit(const std::vector<Parameter>& parameters, const BatchResiduals& residuals,
      const FitOptions& options)
      : box_(parameters), residuals_(residuals), options_(options) {
    at_.resize(static_cast<Index>(parameters.size()));
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      at_[static_cast<Index>(i)] = box_.to_unit(i, parameters[i].start);
    }
    const auto start = residuals_({box_.values(at_)});
    r_ = to_vector(start.at(0));
    if (r_.size() < at_.size()) {
      throw std::invalid_argument(
          fmt::format("{} residuals for {} parameters", r_.size(), at_.size()));
    }
    cost_ = cost_of(r_);
    if (!std::isfinite(cost_)) {
      throw std::invalid_argument("residuals at the start are not finite");
    }
  }

  FitResult solve() {
    FitResult result;
    while (!result.converged && result.iterations < options_.max_iterations) {
      ++result.iterations;
      differentiate();
      result.converged = !improve();
    }
    if (!result.converged) {
      differentiate();
    }
    result.cost = cost_;
    result.residuals = static_cast<std::size_t>(r_.size());
    result.values = box_.values(at_);
    judge(result);
    return result;
  }

 private:
  static VectorXd to_vector(const Values& values) {
    return Eigen::Map<const VectorXd>(values.data(), static_cast<Index>(values.size()));
  }

  double cost_of(const VectorXd& residuals) const {
    double sum = 0;
    for (const double r : residuals) {
      sum += loss_terms(options_.loss, r, options_.loss_scale).cost;
    }
    return std::isfinite(sum) ? sum : std::numeric_limits<double>::infinity();
  }

  void differentiate() {
    std::vector<Values> points;
    VectorXd step(at_.size());
    for (Index i = 0; i < at_.size(); ++i) {
      VectorXd moved = at_;
      const bool is_inside = at_[i] + options_.difference_step <= 1;
      step[i] = is_inside ? options_.difference_step : -options_.difference_step;
      moved[i] += step[i];
      points.push_back(box_.values(moved));
    }
    const auto there = residuals_(points);
    CHECK(there.size() == points.size(), "{} answers for {} points", there.size(), points.size());
    jacobian_.resize(r_.size(), at_.size());
    for (Index i = 0; i < at_.size(); ++i) {
      const auto moved = to_vector(there[static_cast<std::size_t>(i)]);
      CHECK(moved.size() == r_.size(), "the number of residuals changed");
      jacobian_.col(i) = (moved - r_) / step[i];
      if (!jacobian_.col(i).allFinite()) {
        jacobian_.col(i).setZero();
      }
    }
    VectorXd slopes(r_.size());
    weights_.resize(r_.size());
    for (Index k = 0; k < r_.size(); ++k) {
      const auto terms = loss_terms(options_.loss, r_[k], options_.loss_scale);
      slopes[k] = terms.slope;
      weights_[k] = std::sqrt(terms.weight);
    }
    gradient_ = jacobian_.transpose() * slopes;
  }

  /// At a bound, with the cost falling beyond it.
  bool is_held(Index i) const {
    return (at_[i] <= 0 && gradient_[i] > 0) || (at_[i] >= 1 && gradient_[i] < 0);
  }

  std::vector<Index> free_columns() const {
    std::vector<Index> columns;
    for (Index i = 0; i < at_.size(); ++i) {
      if (!is_held(i) && jacobian_.col(i).norm() > 0) {
        columns.push_back(i);
      }
    }
    return columns;
  }

  /// The damped step of the free parameters: least squares of the weighted Jacobian above the
  /// scaled damping.
  VectorXd step_of(const std::vector<Index>& free, double damping) const {
    const auto count = static_cast<Index>(free.size());
    MatrixXd system = MatrixXd::Zero(r_.size() + count, count);
    VectorXd right = VectorXd::Zero(r_.size() + count);
    right.head(r_.size()) = -weights_.cwiseProduct(r_);
    for (Index j = 0; j < count; ++j) {
      const auto column = jacobian_.col(free[static_cast<std::size_t>(j)]);
      system.col(j).head(r_.size()) = weights_.cwiseProduct(column);
      system(r_.size() + j, j) = std::sqrt(damping) * system.col(j).head(r_.size()).norm();
    }
    const VectorXd reduced = Eigen::ColPivHouseholderQR<MatrixXd>(system).solve(right);
    VectorXd step = VectorXd::Zero(at_.size());
    for (Index j = 0; j < count; ++j) {
      step[free[static_cast<std::size_t>(j)]] = reduced[j];
    }
    return step;
  }

  /// Takes the best of the next dampings that lowers the cost by more than the tolerance; false if
  /// none does.
  bool improve() {
    const auto free = free_columns();
    while (!free.empty() && damping_ < most_damping) {
      std::vector<VectorXd> trials;
      std::vector<Values> points;
      std::vector<double> dampings;
      for (int t = 0; t < options_.trials; ++t) {
        trials.push_back((at_ + step_of(free, damping_)).cwiseMax(0).cwiseMin(1));
        points.push_back(box_.values(trials.back()));
        dampings.push_back(damping_);
        damping_ *= 10;
      }
      const auto there = residuals_(points);
      const double before = cost_;
      for (std::size_t t = 0; t < trials.size(); ++t) {
        const auto r = to_vector(there.at(t));
        const double cost = cost_of(r);
        if (cost < cost_) {
          cost_ = cost;
          r_ = r;
          at_ = trials[t];
          damping_ = std::max(least_damping, dampings[t] / 10);
        }
      }
      if (cost_ < before) {
        return before - cost_ > options_.tolerance * before;
      }
    }
    return false;
  }

  void judge(FitResult& result) const {
    const auto size = static_cast<std::size_t>(at_.size());
    result.half_widths_95.assign(size, 0);
    result.at_bound.assign(size, false);
    result.is_identified.assign(size, false);
    std::vector<Index> free;
    for (Index i = 0; i < at_.size(); ++i) {
      const auto at = static_cast<std::size_t>(i);
      result.at_bound[at] = is_held(i);
      const double length = jacobian_.col(i).norm();
      result.is_identified[at] = length > 0;
      if (length > 0 && !is_held(i)) {
        free.push_back(i);
      }
    }
    if (!free.empty()) {
      widths(free, result);
    }
  }

  /// Intervals of the free parameters, the others being what they are.
  void widths(const std::vector<Index>& free, FitResult& result) const {
    const auto count = static_cast<Index>(free.size());
    MatrixXd columns(r_.size(), count);
    VectorXd lengths(count);
    for (Index j = 0; j < count; ++j) {
      columns.col(j) = jacobian_.col(free[static_cast<std::size_t>(j)]);
      lengths[j] = columns.col(j).norm();
      columns.col(j) /= lengths[j];
    }
    const Eigen::SelfAdjointEigenSolver<MatrixXd> eigen(columns.transpose() * columns);
    const double floor = unseen_direction * unseen_direction * eigen.eigenvalues()[count - 1];
    VectorXd variance = VectorXd::Zero(count);
    for (Index d = 0; d < count; ++d) {
      const VectorXd direction = eigen.eigenvectors().col(d);
      const double seen = eigen.eigenvalues()[d];
      for (Index j = 0; j < count; ++j) {
        const double share = direction[j] * direction[j];
        if (seen > floor) {
          variance[j] += share / seen;
        } else if (std::sqrt(share) > unseen_share) {
          result.is_identified[static_cast<std::size_t>(free[static_cast<std::size_t>(j)])] = false;
        }
      }
    }
    const double spread = residual_spread(count);
    for (Index j = 0; j < count; ++j) {
      const auto i = static_cast<std::size_t>(free[static_cast<std::size_t>(j)]);
      if (result.is_identified[i]) {
        const double unit = spread * std::sqrt(variance[j]) / lengths[j];
        result.half_widths_95[i] = unit * box_.slope(i, result.values[i]);
      }
    }
  }

  /// Student's quantile times the standard error of a parameter whose column has length 1.
  double residual_spread(Index parameters) const {
    const auto freedom = static_cast<std::size_t>(r_.size() - parameters);
    if (freedom == 0) {
      return 0;
    }
    double squares = 0;
    double curvature = 0;
    for (const double r : r_) {
      const auto terms = loss_terms(options_.loss, r, options_.loss_scale);
      squares += terms.slope * terms.slope;
      curvature += terms.curvature;
    }
    const double mean_curvature = curvature / static_cast<double>(r_.size());
    return mean_curvature > 0
               ? student_quantile_95(freedom) * std::sqrt(squares / static_cast<double>(freedom)) /
                     mean_curvature
               : 0;
  }

  UnitBox box_;
  const BatchResiduals& residuals_;
  const FitOptions& options_;
  VectorXd at_;  // shares of the ranges
  VectorXd r_;
  VectorXd weights_;  // square roots
  VectorXd gradient_;
  MatrixXd jacobian_;
  double cost_ = 0;
  double damping_ = 1e-3;
};

}  // namespace

double student_quantile_95(std::size_t degrees_of_freedom) {
  if (degrees_of_freedom == 0) {
    return 0;
  }
  if (degrees_of_freedom <= 2) {
    return degrees_of_freedom == 1 ? 12.7062 : 4.30265;
  }
  const double x = 1.959964;  // of the normal distribution
  const double v = static_cast<double>(degrees_of_freedom);
  const double x3 = x * x * x;
  const double x5 = x3 * x * x;
  const double x7 = x5 * x * x;
  return x + (x3 + x) / (4 * v) + (5 * x5 + 16 * x3 + 3 * x) / (96 * v * v) +
         (3 * x7 + 19 * x5 + 17 * x3 - 15 * x) / (384 * v * v * v);
}

FitResult least_squares(const std::vector<Parameter>& parameters, const BatchResiduals& residuals,
                        const FitOptions& options) {
  check_parameters(parameters);
  return Fit(parameters, residuals, options).solve();
}

FitResult least_squares(const std::vector<Parameter>& parameters, const Residuals& residuals,
                        const FitOptions& options) {
  const BatchResiduals one_by_one = [&residuals](const std::vector<Values>& points) {
    std::vector<Values> answers;
    for (const auto& point : points) {
      answers.push_back(residuals(point));
    }
    return answers;
  };
  return least_squares(parameters, one_by_one, options);
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "sim/calibration/kernel_fit.hpp"

#include <fmt/format.h>

#include <cmath>

#include "sim/core/mix.hpp"

namespace tokenfab {
namespace {

// From here the launch hides what is read.
constexpr double small_share_of_cache = 0.02;
constexpr double robust_from = 0.1;  // of a time's logarithm

}  // namespace

std::string KernelFit::name() const {
  return field + (key.empty() ? "" : " " + key) + (part.empty() ? "" : " " + part);
}

bool is_cached(const KernelSystem& system, double bytes, double times) {
  return bytes > small_share_of_cache * system.cache_bytes && bytes * times < system.cache_bytes;
}

bool is_held_out(const KernelRow& row, const Split& split) {
  constexpr double steps = 1 << 20;
  const auto drawn = chained(split.seed, row.shape) % static_cast<std::uint64_t>(steps);
  return static_cast<double>(drawn) < split.held_out_share * steps;
}

KernelOutcome fit_kernels(const KernelFit& fit, const ChipConfig& chip, const Split& split) {
  std::vector<const KernelRow*> fitted;
  std::vector<double> count(fit.regions.size(), 0);
  for (const auto& row : fit.rows) {
    if (!is_held_out(row, split)) {
      fitted.push_back(&row);
      count[row.region] += 1;
    }
  }
  // Each region counts the same, however many rows the table has of it.
  std::vector<double> weight(count.size(), 0);
  for (std::size_t i = 0; i < count.size(); ++i) {
    const double even = static_cast<double>(fitted.size()) / static_cast<double>(count.size());
    weight[i] = count[i] > 0 ? std::sqrt(even / count[i]) : 0;
  }
  ChipConfig trial = chip;
  const Residuals residuals = [&](const Values& point) {
    fit.put(point, trial);
    Values logs;
    logs.reserve(fitted.size());
    for (const auto* row : fitted) {
      logs.push_back(weight[row->region] * std::log(fit.seconds(trial, *row) / row->seconds));
    }
    return logs;
  };
  FitOptions options;
  options.loss_scale = robust_from;
  options.tolerance = 1e-7;
  KernelOutcome outcome;
  outcome.fit = least_squares(fit.parameters, residuals, options);
  fit.put(outcome.fit.values, trial);
  outcome.fitted =
      errors_of(fit, trial, [&](const KernelRow& row) { return !is_held_out(row, split); });
  outcome.held_out =
      errors_of(fit, trial, [&](const KernelRow& row) { return is_held_out(row, split); });
  return outcome;
}

RegionErrors errors_of(const KernelFit& fit, const ChipConfig& chip,
                       const std::function<bool(const KernelRow&)>& counts) {
  RegionErrors errors(fit.regions.size() + 1);
  for (const auto& row : fit.rows) {
    if (counts(row)) {
      const double simulated = fit.seconds(chip, row);
      errors[row.region].add(simulated, row.seconds);
      errors.back().add(simulated, row.seconds);
    }
  }
  return errors;
}

}  // namespace tokenfab

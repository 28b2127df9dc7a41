// SPDX-License-Identifier: Apache-2.0
#include "sim/measured/error_sample.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace tokenfab {
namespace {

double quantile(std::vector<double> values, double q) {
  if (values.empty()) {
    return 0;
  }
  std::sort(values.begin(), values.end());
  const double at = q * static_cast<double>(values.size() - 1);
  const auto low = static_cast<std::size_t>(at);
  const auto high = std::min(low + 1, values.size() - 1);
  return values[low] + (values[high] - values[low]) * (at - static_cast<double>(low));
}

}  // namespace

void ErrorSample::add(double simulated, double measured) {
  errors_.push_back(100 * (simulated / measured - 1));
}

double ErrorSample::bias() const { return quantile(errors_, 0.5); }

double ErrorSample::quantile_of_size(double q) const {
  auto sizes = errors_;
  std::transform(sizes.begin(), sizes.end(), sizes.begin(), [](double e) { return std::abs(e); });
  return quantile(std::move(sizes), q);
}

std::string ErrorSample::header() {
  return fmt::format("{:>6} {:>8} {:>8} {:>8}", "rows", "median%", "p90%", "bias%");
}

std::string ErrorSample::row() const {
  return fmt::format("{:>6} {:>8.1f} {:>8.1f} {:>+8.1f}", size(), median(), p90(), bias());
}

}  // namespace tokenfab

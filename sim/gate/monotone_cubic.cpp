// SPDX-License-Identifier: Apache-2.0
#include "sim/gate/monotone_cubic.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include "sim/core/check.hpp"

namespace tokenfab {
namespace {

/// Between stretches of widths h and secants d, in this order (Fritsch & Butland 1984; weights of
/// Brodlie as in PCHIM).
double inner_slope(double h0, double h1, double d0, double d1) {
  if (!(d0 * d1 > 0)) {
    return 0;  // a turning point stays one
  }
  const double w0 = 2 * h1 + h0;
  const double w1 = h1 + 2 * h0;
  return (w0 + w1) / (w0 / d0 + w1 / d1);
}

/// At an end: the parabola through three points, limited so that the first stretch is monotone
/// (PCHST of SLATEC). `h0` and `d0` belong to the stretch at the end.
double end_slope(double h0, double h1, double d0, double d1) {
  const double slope = ((2 * h0 + h1) * d0 - h0 * d1) / (h0 + h1);
  if (!(slope * d0 > 0)) {
    return 0;
  }
  const bool is_too_steep = !(d0 * d1 > 0) && std::abs(slope) > 3 * std::abs(d0);
  return is_too_steep ? 3 * d0 : slope;
}

std::vector<double> slopes_of(const std::vector<double>& x, const std::vector<double>& y) {
  const auto count = x.size();
  if (count == 1) {
    return {0};
  }
  std::vector<double> width;
  std::vector<double> secant;
  for (std::size_t i = 0; i + 1 < count; ++i) {
    width.push_back(x[i + 1] - x[i]);
    CHECK(width.back() > 0, "{} is followed by {}", x[i], x[i + 1]);
    secant.push_back((y[i + 1] - y[i]) / width.back());
  }
  if (count == 2) {
    return {secant[0], secant[0]};
  }
  std::vector<double> slopes{end_slope(width[0], width[1], secant[0], secant[1])};
  for (std::size_t i = 1; i + 1 < count; ++i) {
    slopes.push_back(inner_slope(width[i - 1], width[i], secant[i - 1], secant[i]));
  }
  const auto last = count - 2;
  slopes.push_back(end_slope(width[last], width[last - 1], secant[last], secant[last - 1]));
  return slopes;
}

}  // namespace

MonotoneCubic::MonotoneCubic(std::vector<double> x, std::vector<double> y)
    : x_(std::move(x)), y_(std::move(y)) {
  CHECK(!x_.empty() && x_.size() == y_.size(), "{} x, {} y", x_.size(), y_.size());
  slopes_ = slopes_of(x_, y_);
}

double MonotoneCubic::at(double x) const {
  if (!(x > x_.front())) {  // a NaN too
    return y_.front();
  }
  if (x >= x_.back()) {
    return y_.back();
  }
  const auto right =
      static_cast<std::size_t>(std::upper_bound(x_.begin(), x_.end(), x) - x_.begin());
  const auto left = right - 1;
  const double h = x_[right] - x_[left];
  const double t = (x - x_[left]) / h;
  const double u = 1 - t;
  // Hermite basis of the unit interval.
  return (1 + 2 * t) * u * u * y_[left] + t * u * u * h * slopes_[left] +
         t * t * (3 - 2 * t) * y_[right] - t * t * u * h * slopes_[right];
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "models/cooling/modal_curve.hpp"

#include <cmath>
#include <utility>

namespace tokenfab {
namespace {

double phi(double rate, double t) {
  // Below 1e-12 / s (30,000 years) a store does not relax within any run.
  return rate < 1e-12 ? t : -std::expm1(-rate * t) / rate;
}

/// Root of a function that changes sign between the two dates, to the last bit.
template <class Function>
double root_between(const Function& f, double low, double high) {
  const bool rises = f(high) > 0;
  for (;;) {
    const double middle = low + 0.5 * (high - low);
    if (middle <= low || middle >= high) {
      return high;
    }
    ((f(middle) > 0) == rises ? high : low) = middle;
  }
}

/// Zero of w1 e^{-r1 t} + w2 e^{-r2 t} in (0, end).
std::optional<double> two_term_zero(double w1, double r1, double w2, double r2, double end) {
  if (w1 == 0 || w2 == 0 || r1 == r2 || -w2 / w1 <= 0) {
    return std::nullopt;
  }
  const double t = std::log(-w2 / w1) / (r2 - r1);
  return t > 0 && t < end ? std::optional(t) : std::nullopt;
}

}  // namespace

double ModalCurve::at(double t) const {
  double value = start;
  for (int j = 0; j < modes; ++j) {
    value += slope[j] * phi(rate[j], t);
  }
  return value;
}

double ModalCurve::slope_at(double t) const {
  double value = 0;
  for (int j = 0; j < modes; ++j) {
    value += slope[j] * std::exp(-rate[j] * t);
  }
  return value;
}

ModalCurve ModalCurve::from(double t) const {
  ModalCurve result = *this;
  result.start = at(t);
  for (int j = 0; j < modes; ++j) {
    result.slope[j] *= std::exp(-rate[j] * t);
  }
  return result;
}

ModalCurve::Turns ModalCurve::turns(double end) const {
  Turns result;
  if (modes == 2) {
    if (const auto t = two_term_zero(slope[0], rate[0], slope[1], rate[1], end)) {
      result.at[result.count++] = *t;
    }
  } else if (modes == 3) {
    // The slope times e^{r0 t}: a constant and two exponentials, whose own slope has at most one
    // zero. Between the borders and that zero it is monotone.
    const auto scaled = [this](double t) {
      return slope[0] + slope[1] * std::exp(-(rate[1] - rate[0]) * t) +
             slope[2] * std::exp(-(rate[2] - rate[0]) * t);
    };
    const double r1 = rate[1] - rate[0];
    const double r2 = rate[2] - rate[0];
    const double middle = two_term_zero(-r1 * slope[1], r1, -r2 * slope[2], r2, end).value_or(end);
    for (const auto& [from, to] : {std::pair(0.0, middle), std::pair(middle, end)}) {
      if (from < to && (scaled(from) > 0) != (scaled(to) > 0)) {
        result.at[result.count++] = root_between(scaled, from, to);
      }
    }
  }
  return result;
}

std::optional<double> ModalCurve::rises_above(double level, double end, double tolerance) const {
  const Turns turning = turns(end);
  double from = 0;
  for (int i = 0; i <= turning.count; ++i) {
    const double to = i < turning.count ? turning.at[i] : end;
    if (at(to) > level + tolerance) {
      if (at(from) > level) {
        return from;
      }
      return root_between([this, level](double t) { return at(t) - level; }, from, to);
    }
    from = to;
  }
  return std::nullopt;
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "models/faults/lifetime.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "sim/core/check.hpp"

namespace tokenfab {
namespace {

double mean_s(const WeibullTerm& term) { return term.scale_s * std::tgamma(1 + 1 / term.shape); }

double cumulative_hazard(const WeibullTerm& term, double t_s) {
  return std::pow(t_s / term.scale_s, term.shape);
}

}  // namespace

Lifetime::Lifetime(std::vector<WeibullTerm> terms) : terms_(std::move(terms)) {
  CHECK(!terms_.empty(), "a lifetime without hazard");
  for (std::size_t i = 1; i < terms_.size(); ++i) {
    if (tokenfab::mean_s(terms_[i]) < tokenfab::mean_s(terms_[first_])) {
      first_ = i;
    }
  }
  const auto& first = terms_[first_];
  if (!is_exponential()) {
    gamma_.emplace(1 / first.shape);
  }
  mean_s_ = tokenfab::mean_s(first);
  if (terms_.size() == 1) {
    return;
  }
  // The mean is the integral of the survival function, here over quantiles of the first term's
  // steady state: its own survival is the density there.
  constexpr int points = 4096;
  double survival = 0;
  for (int i = 0; i < points; ++i) {
    const double g = gamma_->quantile((i + 0.5) / points);
    survival += others_survive(first.scale_s * std::pow(g, 1 / first.shape));
  }
  mean_s_ *= survival / points;
}

double Lifetime::others_survive(double t_s) const {
  double hazard = 0;
  for (std::size_t i = 0; i < terms_.size(); ++i) {
    hazard += i == first_ ? 0 : cumulative_hazard(terms_[i], t_s);
  }
  return std::exp(-hazard);
}

// Each term by inversion of its conditional survival exp(H(age) - H(age + t)).
double Lifetime::draw_remaining_s(double age_s, RandomStream& random) const {
  double least_s = std::numeric_limits<double>::infinity();
  for (const auto& term : terms_) {
    const double e = random.standard_exponential();
    const double end_s =
        term.shape == 1
            ? age_s + term.scale_s * e
            : term.scale_s * std::pow(cumulative_hazard(term, age_s) + e, 1 / term.shape);
    least_s = std::min(least_s, end_s - age_s);
  }
  return std::max(0.0, least_s);
}

// One term alone: x = scale g^(1/shape) with g from a gamma distribution of shape 1/shape, since
// the integral of exp(-(u/scale)^shape) is an incomplete gamma function. Several: such draws of the
// first term, kept with the probability that the others survive (rejection).
double Lifetime::draw_steady_s(RandomStream& random) const {
  const auto& first = terms_[first_];
  if (is_exponential()) {
    return first.scale_s * random.standard_exponential();
  }
  while (true) {
    const double t_s = first.scale_s * std::pow(gamma_->sample(random), 1 / first.shape);
    if (terms_.size() == 1 || random.uniform() < others_survive(t_s)) {
      return t_s;
    }
  }
}

double Lifetime::hazard_over(double age_s, double span_s) const {
  double hazard = 0;
  for (const auto& term : terms_) {
    hazard += cumulative_hazard(term, age_s + span_s) - cumulative_hazard(term, age_s);
  }
  return hazard;
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// How long a part works before it fails: exponential, Weibull, or the least of several Weibull
// times, whose hazards add up. With an infant, a constant and a wear-out term that is the bathtub
// of M. Xie and C. D. Lai, "Reliability analysis using an additive Weibull model with
// bathtub-shaped failure rate function", Reliability Engineering and System Safety 52 (1996) 87-93.
#pragma once

#include <optional>
#include <vector>

#include "sim/core/random.hpp"

namespace tokenfab {

/// Cumulative hazard (t / scale)^shape; shape 1: exponential with mean `scale`.
struct WeibullTerm {
  double shape = 1;
  double scale_s = 1;
};

class Lifetime {
 public:
  /// At least one term.
  explicit Lifetime(std::vector<WeibullTerm> terms);

  double mean_s() const { return mean_s_; }
  /// Without memory: superposed parts are one Poisson process.
  bool is_exponential() const { return terms_.size() == 1 && terms_.front().shape == 1; }

  double draw_s(RandomStream& random) const { return draw_remaining_s(0, random); }
  /// Of a part that has worked for `age_s`.
  double draw_remaining_s(double age_s, RandomStream& random) const;
  /// Of a part met at a date drawn at random, in a place where parts were always replaced: density
  /// survival / mean (W. Feller, An Introduction to Probability Theory, vol. 2, ch. XI.4).
  double draw_steady_s(RandomStream& random) const;
  /// The integral of the hazard from age_s on: failures to expect, the parts put in their place
  /// apart.
  double hazard_over(double age_s, double span_s) const;

 private:
  double others_survive(double t_s) const;

  std::vector<WeibullTerm> terms_;
  std::size_t first_ = 0;  // the term of least mean
  double mean_s_ = 0;
  std::optional<GammaSampler> gamma_;  // of 1 / the first term's shape
};

}  // namespace tokenfab

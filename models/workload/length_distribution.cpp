// SPDX-License-Identifier: Apache-2.0
#include "models/workload/length_distribution.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <stdexcept>
#include <utility>

#include "sim/core/instant.hpp"

namespace tokenfab {

namespace {

template <class... Args>
[[noreturn]] void refuse(fmt::format_string<Args...> text, Args&&... args) {
  throw std::invalid_argument(fmt::format(text, std::forward<Args>(args)...));
}

/// To the nearest whole token; `tokens` is positive.
std::uint32_t rounded(double tokens) { return static_cast<std::uint32_t>(tokens + 0.5); }

double normal_cdf(double z) { return 0.5 * std::erfc(-z * std::numbers::sqrt2 / 2); }

/// The normal probability of [a, b], without cancellation in either tail.
double normal_probability(double a, double b) {
  return a > 0 ? normal_cdf(-a) - normal_cdf(-b) : normal_cdf(b) - normal_cdf(a);
}

}  // namespace

void FixedLengthConfig::describe(Describe<FixedLengthConfig>& d) {
  d.field("value", &FixedLengthConfig::value, "Tokens of every request")
      .required()
      .range(1, LengthDistribution::tokens_max);
}

FixedLength::FixedLength(const FixedLengthConfig& config) : value_(config.value) {}

void UniformLengthConfig::describe(Describe<UniformLengthConfig>& d) {
  d.field("low", &UniformLengthConfig::low, "Fewest tokens")
      .required()
      .range(1, LengthDistribution::tokens_max);
  d.field("high", &UniformLengthConfig::high, "Most tokens")
      .required()
      .range(1, LengthDistribution::tokens_max);
}

UniformLength::UniformLength(const UniformLengthConfig& config)
    : low_(config.low), high_(config.high) {
  if (low_ > high_) {
    refuse("low ({}) is above high ({})", low_, high_);
  }
}

std::uint32_t UniformLength::sample(RandomStream& random) const {
  // The high half of a 64 x 33 bit product: uneven by less than 2^-31, and no division.
  const std::uint64_t values = std::uint64_t{high_} - low_ + 1;
  const auto offset = static_cast<UInt128>(random.next_u64()) * values >> 64;
  return low_ + static_cast<std::uint32_t>(offset);
}

void LognormalLengthConfig::describe(Describe<LognormalLengthConfig>& d) {
  d.field("median", &LognormalLengthConfig::median,
          "Median in tokens of the whole lognormal, before it is cut to [min, max]")
      .required()
      .range(1, LengthDistribution::tokens_max);
  d.field("sigma", &LognormalLengthConfig::sigma,
          "Standard deviation of the logarithm (natural) of the length")
      .required()
      .range(0.001, 10);
  d.field("max", &LognormalLengthConfig::max, "Most tokens; the distribution is cut there")
      .required()
      .range(1, LengthDistribution::tokens_max);
  d.field("min", &LognormalLengthConfig::min, "Fewest tokens; the distribution is cut there")
      .range(1, LengthDistribution::tokens_max);
}

LognormalLength::LognormalLength(const LognormalLengthConfig& config)
    : log_median_(std::log(config.median)), min_(config.min), max_(config.max) {
  if (!(config.median > 0 && config.sigma > 0)) {
    refuse("median ({}) and sigma ({}) must be positive", config.median, config.sigma);
  }
  if (min_ < 1 || min_ > max_) {
    refuse("min ({}) must be at least 1 and not above max ({})", min_, max_);
  }
  // What rounds to [min, max] lies in [min - 1/2, max + 1/2).
  const double a = (std::log(min_ - 0.5) - log_median_) / config.sigma;
  const double b = (std::log(max_ + 0.5) - log_median_) / config.sigma;
  const double probability = normal_probability(a, b);
  if (!(probability > 1e-12)) {
    refuse("a lognormal with median {} and sigma {} has next to nothing between {} and {}",
           config.median, config.sigma, min_, max_);
  }
  // In the upper half, work with the complement: there a probability near 1 has no digits left.
  const double side = a > 0 ? -1 : 1;
  signed_sigma_ = side * config.sigma;
  p_begin_ = normal_cdf(side * a);
  p_span_ = side * probability;
  // Mean of a truncated lognormal: N. L. Johnson, S. Kotz, N. Balakrishnan, Continuous Univariate
  // Distributions, vol. 1 (1994), ch. 14.
  mean_ = config.median * std::exp(0.5 * config.sigma * config.sigma) *
          normal_probability(a - config.sigma, b - config.sigma) / probability;
}

std::uint32_t LognormalLength::sample(RandomStream& random) const {
  const double z = normal_quantile(p_begin_ + p_span_ * random.uniform());
  const double tokens = std::exp(log_median_ + signed_sigma_ * z);
  return rounded(std::min(std::max(tokens, 1.0 * min_), 1.0 * max_));
}

void QuantileLengthConfig::describe(Describe<QuantileLengthConfig>& d) {
  d.field("points", &QuantileLengthConfig::points,
          "Probability (\"0\" to \"1\", both included) -> tokens; linear in between")
      .required()
      .range(1, LengthDistribution::tokens_max);
}

QuantileLength::QuantileLength(const QuantileLengthConfig& config)
    : quantiles_(config.points, {"points", "tokens", "a length"}, 1, tokens_max),
      max_(rounded(quantiles_.max())) {}

std::uint32_t QuantileLength::sample(RandomStream& random) const {
  return std::clamp(rounded(quantiles_.at(random.uniform())), 1u, max_);
}

}  // namespace tokenfab

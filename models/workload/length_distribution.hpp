// SPDX-License-Identifier: Apache-2.0
// How long prompts and answers are, in tokens. One draw per length; every model inverts its
// distribution function, so a larger random number never gives a shorter length. Input and output
// lengths are drawn apart: correlation between them needs a trace.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "models/workload/quantile_function.hpp"
#include "sim/api/field.hpp"
#include "sim/core/random.hpp"

namespace tokenfab {

/// Constructors of the models throw std::invalid_argument, with a sentence for the user, where
/// values contradict each other in a way that the ranges of the fields cannot express.
class LengthDistribution {
 public:
  /// The longest length any model may give.
  static constexpr double tokens_max = 1e9;

  virtual ~LengthDistribution() = default;
  virtual std::uint32_t sample(RandomStream& random) const = 0;
  virtual double mean() const = 0;
  /// No sample is longer.
  virtual std::uint32_t max() const = 0;
};

struct FixedLengthConfig {
  std::uint32_t value = 0;

  static void describe(Describe<FixedLengthConfig>& d);
};

class FixedLength final : public LengthDistribution {
 public:
  explicit FixedLength(const FixedLengthConfig& config);
  std::uint32_t sample(RandomStream&) const override { return value_; }
  double mean() const override { return value_; }
  std::uint32_t max() const override { return value_; }

 private:
  std::uint32_t value_;
};

struct UniformLengthConfig {
  std::uint32_t low = 0;
  std::uint32_t high = 0;

  static void describe(Describe<UniformLengthConfig>& d);
};

/// Every integer from low to high alike.
class UniformLength final : public LengthDistribution {
 public:
  explicit UniformLength(const UniformLengthConfig& config);
  std::uint32_t sample(RandomStream& random) const override;
  double mean() const override { return low_ + 0.5 * (high_ - low_); }
  std::uint32_t max() const override { return high_; }

 private:
  std::uint32_t low_;
  std::uint32_t high_;
};

struct LognormalLengthConfig {
  double median = 0;
  double sigma = 0;
  std::uint32_t max = 0;
  std::uint32_t min = 1;

  static void describe(Describe<LognormalLengthConfig>& d);
};

/// exp(N(ln median, sigma^2)) conditional on rounding to [min, max], then rounded. The mean is that
/// before rounding, which differs by less than 0.1 % where the median is at least 10 tokens.
class LognormalLength final : public LengthDistribution {
 public:
  explicit LognormalLength(const LognormalLengthConfig& config);
  std::uint32_t sample(RandomStream& random) const override;
  double mean() const override { return mean_; }
  std::uint32_t max() const override { return max_; }

 private:
  double log_median_;
  double signed_sigma_;  // negative where the probabilities below are those of the upper tail
  double p_begin_;
  double p_span_;
  std::uint32_t min_;
  std::uint32_t max_;
  double mean_;
};

struct QuantileLengthConfig {
  std::map<std::string, double> points;

  static void describe(Describe<QuantileLengthConfig>& d);
};

/// Linear between given (probability, tokens) points of the inverse distribution function, rounded
/// to whole tokens.
class QuantileLength final : public LengthDistribution {
 public:
  explicit QuantileLength(const QuantileLengthConfig& config);
  std::uint32_t sample(RandomStream& random) const override;
  double mean() const override { return quantiles_.mean(); }
  std::uint32_t max() const override { return max_; }

 private:
  QuantileFunction quantiles_;
  std::uint32_t max_;
};

}  // namespace tokenfab

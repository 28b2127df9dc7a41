// SPDX-License-Identifier: Apache-2.0
// A distribution by given points of its inverse distribution function, linear in between.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tokenfab {

class QuantileFunction {
 public:
  /// What the points are of, for messages.
  struct Words {
    std::string_view field;  // "points"
    std::string_view unit;   // "tokens"
    std::string_view value;  // "a length"
  };

  /// `points`: probability ("0" to "1", both included) -> value in [low, high]. Throws
  /// std::invalid_argument for other keys, values out of range, or ones that decrease.
  QuantileFunction(const std::map<std::string, double>& points, const Words& words, double low,
                   double high);

  /// The quantile of 0 < p < 1.
  double at(double p) const {
    const Segment* segment = &segments_[guide_[static_cast<std::size_t>(p * guide_size)]];
    while (segment->end < p) {
      ++segment;
    }
    return segment->intercept + segment->slope * p;
  }
  double mean() const { return mean_; }
  double max() const { return max_; }

 private:
  static constexpr std::size_t guide_size = 256;

  struct Segment {
    double end;  // of its probabilities
    double intercept;
    double slope;  // value = intercept + slope * probability
  };

  std::vector<Segment> segments_;
  std::array<std::uint32_t, guide_size> guide_{};  // the first segment that reaches into p * 256
  double mean_ = 0;
  double max_ = 0;
};

}  // namespace tokenfab

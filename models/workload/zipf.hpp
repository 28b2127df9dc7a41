// SPDX-License-Identifier: Apache-2.0
// Which of n things is asked for: the k-th most popular one with a probability proportional to
// 1 / k^exponent (G. K. Zipf 1949; for document requests L. Breslau et al., "Web caching and
// Zipf-like distributions", INFOCOM 1999). One draw each, by the inverse distribution function.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace tokenfab {

class Zipf {
 public:
  Zipf(std::uint32_t things, double exponent) {
    double sum = 0;
    cumulative_.reserve(things);
    for (std::uint32_t k = 1; k <= things; ++k) {
      cumulative_.push_back(sum += std::pow(k, -exponent));
    }
  }

  /// From 0, the most popular one; 0 < p < 1.
  std::uint32_t at(double p) const {
    const auto found =
        std::upper_bound(cumulative_.begin(), cumulative_.end() - 1, p * cumulative_.back());
    return static_cast<std::uint32_t>(found - cumulative_.begin());
  }

 private:
  std::vector<double> cumulative_;
};

}  // namespace tokenfab

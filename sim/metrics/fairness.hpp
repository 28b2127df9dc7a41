// SPDX-License-Identifier: Apache-2.0
// How evenly tenants are served.
#pragma once

#include <algorithm>
#include <numeric>
#include <optional>
#include <span>

#include "sim/metrics/result.hpp"

namespace tokenfab {

/// Service as the virtual token counter counts it: an output token weighs as much as two input
/// tokens (Sheng et al., "Fairness in Serving Large Language Models", OSDI 2024, sec. 5.1). Input
/// that a prefix cache held is no work and does not count.
inline double service_tokens(const RequestLedger& requests) {
  constexpr double output_weight = 2;
  return static_cast<double>(requests.input_tokens - requests.cached_input_tokens) +
         output_weight * static_cast<double>(requests.output_tokens);
}

/// (sum x)^2 / (n sum x^2), from 1/n (one has all) to 1 (all have the same): Jain, Chiu, Hawe, "A
/// quantitative measure of fairness and discrimination", DEC-TR-301, 1984. Absent without service.
inline std::optional<double> jain_index(std::span<const double> service) {
  const double sum = std::accumulate(service.begin(), service.end(), 0.0);
  const double squares = std::inner_product(service.begin(), service.end(), service.begin(), 0.0);
  return squares > 0 ? std::optional(sum * sum / (static_cast<double>(service.size()) * squares))
                     : std::nullopt;
}

/// The largest difference of service between two tenants (the measure of Sheng et al., sec. 4)
/// over the mean. Absent without service.
inline std::optional<double> service_gap(std::span<const double> service) {
  const double sum = std::accumulate(service.begin(), service.end(), 0.0);
  if (sum <= 0) {
    return std::nullopt;
  }
  const auto [least, most] = std::minmax_element(service.begin(), service.end());
  return (*most - *least) * static_cast<double>(service.size()) / sum;
}

}  // namespace tokenfab

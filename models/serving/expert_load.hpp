// SPDX-License-Identifier: Apache-2.0
// How unevenly tokens choose experts, and what that makes of the busiest chip.
//
// Expert i gets a share p_i of the routed rows. A chip holds ceil((E + R) / EP) of them, R being
// copies of the hottest experts. Without copies the experts lie in the order of their numbers, as
// engines place them by default; for a Zipf law, whose numbers are ranks, that puts the hottest
// side by side: an upper bound. With copies they are placed as DeepSeek's load balancer does
// (github.com/deepseek-ai/EPLB, 2025-02): each copy goes to the expert with the most load per copy,
// then from the heaviest to the lightest onto the least loaded chip with room.
// The load of a chip is its expectation: the scatter of a finite batch is left out, which matters
// below some tens of rows per expert.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sim/api/field.hpp"

namespace tokenfab {

enum class ExpertLoadModel {
  Balanced,
  Zipf,     // p_i proportional to i^-exponent
  Measured  // p_i proportional to shares
};

struct ExpertLoadConfig {
  ExpertLoadModel model = ExpertLoadModel::Balanced;
  double exponent = 0.5;
  std::map<std::string, double> shares;  // by expert from "0"; experts not listed get nothing

  static void describe(Describe<ExpertLoadConfig>& d);
};

/// What the fields contradict, one sentence each.
std::vector<std::string> contradictions(const ExpertLoadConfig& config);

/// Shares of `experts` experts, which sum to 1.
std::vector<double> expert_shares(const ExpertLoadConfig& config, std::int64_t experts);

/// Experts and copies on one chip.
std::int64_t experts_per_chip(std::int64_t experts, std::int64_t copies, std::int64_t chips);

/// Rows of the busiest chip over the mean.
double busiest_chip(const ExpertLoadConfig& config, std::int64_t experts, std::int64_t copies,
                    std::int64_t chips);

}  // namespace tokenfab

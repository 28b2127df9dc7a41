// SPDX-License-Identifier: Apache-2.0
#include "models/serving/expert_load.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

namespace tokenfab {
namespace {

double normalizer(const std::vector<double>& shares) {
  double sum = 0;
  for (const auto share : shares) {
    sum += share;
  }
  return sum;
}

/// Load of every copy, heaviest first, after giving `copies` more to the experts that need them.
std::vector<double> loads_of_copies(const std::vector<double>& shares, std::int64_t copies) {
  std::vector<std::int64_t> count(shares.size(), 1);
  for (std::int64_t i = 0; i < copies; ++i) {
    std::size_t hottest = 0;
    double most = -1;
    for (std::size_t e = 0; e < shares.size(); ++e) {
      const double load = shares[e] / static_cast<double>(count[e]);
      if (load > most) {
        most = load;
        hottest = e;
      }
    }
    ++count[hottest];
  }
  std::vector<double> loads;
  for (std::size_t e = 0; e < shares.size(); ++e) {
    loads.insert(loads.end(), static_cast<std::size_t>(count[e]),
                 shares[e] / static_cast<double>(count[e]));
  }
  std::sort(loads.begin(), loads.end(), std::greater<>());
  return loads;
}

/// The most loaded of `chips` chips with room for `room` copies each.
double heaviest_packed(const std::vector<double>& loads, std::size_t room, std::size_t chips) {
  std::vector<double> load(chips, 0);
  std::vector<std::size_t> held(chips, 0);
  for (const auto copy : loads) {
    std::size_t best = chips;
    for (std::size_t c = 0; c < chips; ++c) {
      if (held[c] < room && (best == chips || load[c] < load[best])) {
        best = c;
      }
    }
    load[best] += copy;
    ++held[best];
  }
  return *std::max_element(load.begin(), load.end());
}

double heaviest_in_order(const std::vector<double>& shares, std::size_t room) {
  double heaviest = 0;
  for (std::size_t first = 0; first < shares.size(); first += room) {
    double load = 0;
    for (std::size_t e = first; e < std::min(first + room, shares.size()); ++e) {
      load += shares[e];
    }
    heaviest = std::max(heaviest, load);
  }
  return heaviest;
}

}  // namespace

void ExpertLoadConfig::describe(Describe<ExpertLoadConfig>& d) {
  using C = ExpertLoadConfig;
  d.choice("model", &C::model, {"balanced", "zipf", "measured"},
           "Law of the shares that experts get of the tokens");
  d.field("exponent", &C::exponent, "zipf: expert i gets a share proportional to i^-exponent")
      .range(0, 10)
      .source("Estimate: 0.5 lies between balanced routing and the skew of untuned models");
  d.field("shares", &C::shares,
          "measured: share of each expert from \"0\", in any unit; experts not listed get nothing")
      .range(0, 1e18);
}

std::vector<std::string> contradictions(const ExpertLoadConfig& config) {
  std::vector<std::string> found;
  const bool is_measured = config.model == ExpertLoadModel::Measured;
  if (!is_measured && !config.shares.empty()) {
    found.emplace_back("expert_load: shares need model measured");
  }
  double sum = 0;
  for (const auto& [expert, share] : config.shares) {
    sum += share;
    const bool is_number = !expert.empty() && expert.size() < 7 &&
                           expert.find_first_not_of("0123456789") == std::string::npos &&
                           std::to_string(std::stoll(expert)) == expert;
    if (!is_number) {
      found.push_back(fmt::format("expert_load: shares \"{}\" is no expert's number", expert));
    }
  }
  if (is_measured && !(sum > 0)) {
    found.emplace_back("expert_load: model measured needs shares above 0");
  }
  return found;
}

std::vector<double> expert_shares(const ExpertLoadConfig& config, std::int64_t experts) {
  std::vector<double> shares(static_cast<std::size_t>(experts), 1);
  if (config.model == ExpertLoadModel::Zipf) {
    for (std::size_t i = 0; i < shares.size(); ++i) {
      shares[i] = std::pow(static_cast<double>(i + 1), -config.exponent);
    }
  } else if (config.model == ExpertLoadModel::Measured) {
    for (std::size_t i = 0; i < shares.size(); ++i) {
      const auto found = config.shares.find(std::to_string(i));
      shares[i] = found == config.shares.end() ? 0 : found->second;
    }
  }
  const double sum = normalizer(shares);
  for (auto& share : shares) {
    share /= sum;
  }
  return shares;
}

std::int64_t experts_per_chip(std::int64_t experts, std::int64_t copies, std::int64_t chips) {
  return (experts + copies + chips - 1) / chips;
}

double busiest_chip(const ExpertLoadConfig& config, std::int64_t experts, std::int64_t copies,
                    std::int64_t chips) {
  const auto room = static_cast<std::size_t>(experts_per_chip(experts, copies, chips));
  if (config.model == ExpertLoadModel::Balanced && (experts + copies) % chips == 0) {
    return 1;
  }
  const auto shares = expert_shares(config, experts);
  const double heaviest = copies > 0 ? heaviest_packed(loads_of_copies(shares, copies), room,
                                                       static_cast<std::size_t>(chips))
                                     : heaviest_in_order(shares, room);
  return heaviest * static_cast<double>(chips);
}

}  // namespace tokenfab

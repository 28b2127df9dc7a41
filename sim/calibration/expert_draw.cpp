// SPDX-License-Identifier: Apache-2.0
#include "sim/calibration/expert_draw.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

#include "sim/core/random.hpp"

namespace tokenfab {
namespace {

constexpr std::string_view power_law = "power_law_";
constexpr int draws = 5;

using Loads = std::vector<double>;  // tokens by expert

Loads balanced_loads(const ExpertChoice& c) {
  Loads loads(static_cast<std::size_t>(c.experts), 0);
  const auto stride = (c.experts + c.top_k - 1) / c.top_k;
  for (std::int64_t token = 0; token < c.tokens; ++token) {
    // Few tokens are spread over a stride, so that no two choose the same experts.
    const auto first = c.tokens >= stride ? token : token * stride / c.tokens;
    for (std::int64_t choice = 0; choice < c.top_k; ++choice) {
      loads[static_cast<std::size_t>((first + choice * stride) % c.experts)] += 1;
    }
  }
  return loads;
}

/// Rounded loads that sum to the number of choices: what is missing goes round from the largest
/// down, what is too much is taken from the smallest up.
void settle(Loads& loads, double choices) {
  double sum = 0;
  for (auto& load : loads) {
    load = std::nearbyint(load);
    sum += load;
  }
  std::vector<std::size_t> order(loads.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return loads[a] > loads[b]; });
  const auto missing = static_cast<std::int64_t>(choices - sum);
  for (std::int64_t i = 0; i < missing; ++i) {
    loads[order[static_cast<std::size_t>(i) % order.size()]] += 1;
  }
  for (std::int64_t i = 0; i < -missing; ++i) {
    auto& smallest = loads[order[order.size() - 1 - static_cast<std::size_t>(i) % order.size()]];
    auto& reduced = smallest > 0 ? smallest : *std::max_element(loads.begin(), loads.end());
    reduced -= 1;
  }
}

Loads drawn_loads(const ExpertChoice& c, double exponent, RandomStream& random) {
  const double choices = static_cast<double>(c.tokens * c.top_k);
  const bool is_dense = c.tokens * c.top_k > c.experts;
  const double low = is_dense ? 1 : 0.01;
  const double high = is_dense ? 0.8 * static_cast<double>(c.tokens) : 2;
  const double power = 1 - exponent;
  Loads loads(static_cast<std::size_t>(c.experts));
  double sum = 0;
  for (auto& load : loads) {
    const double at = std::pow(low, power);
    load = std::pow((std::pow(high, power) - at) * random.uniform() + at, 1 / power);
    sum += load;
  }
  for (auto& load : loads) {
    load *= choices / sum;
  }
  settle(loads, choices);
  for (auto& load : loads) {
    load = std::min(load, static_cast<double>(c.tokens));  // a token chooses an expert once
  }
  return loads;
}

ExpertDraw of_chip(const Loads& loads, std::size_t first, std::size_t count) {
  ExpertDraw draw;
  for (std::size_t e = first; e < first + count; ++e) {
    draw.rows += loads[e];
    draw.experts += loads[e] > 0 ? 1 : 0;
  }
  return draw;
}

ExpertDraw of_busiest_chip(const Loads& loads, std::size_t per_chip) {
  ExpertDraw busiest;
  for (std::size_t first = 0; first + per_chip <= loads.size(); first += per_chip) {
    const auto chip = of_chip(loads, first, per_chip);
    busiest = chip.rows > busiest.rows ? chip : busiest;
  }
  return busiest;
}

}  // namespace

ExpertDraw expert_draw(const ExpertChoice& c, std::string_view distribution) {
  if (c.tokens < 1 || c.top_k < 1 || c.experts < c.top_k || c.chips < 1 ||
      c.experts % c.chips != 0) {
    throw std::invalid_argument(fmt::format("{} tokens to {} of {} experts on {} chips", c.tokens,
                                            c.top_k, c.experts, c.chips));
  }
  const auto per_chip = static_cast<std::size_t>(c.experts / c.chips);
  if (distribution == "balanced") {
    return of_chip(balanced_loads(c), 0, per_chip);
  }
  const bool is_power_law = distribution.substr(0, power_law.size()) == power_law;
  const auto exponent =
      is_power_law
          ? std::strtod(std::string(distribution.substr(power_law.size())).c_str(), nullptr)
          : 0;
  if (!(exponent > 1)) {
    throw std::invalid_argument(fmt::format(
        "distribution {}: expected balanced or power_law_A with A above 1", distribution));
  }
  const auto name = fmt::format("{} {} {} {} {}", c.tokens, c.top_k, c.experts, c.chips, exponent);
  RandomStream random(1, 0, name, "expert_draw");
  ExpertDraw mean;
  for (int i = 0; i < draws; ++i) {
    const auto draw = of_busiest_chip(drawn_loads(c, exponent, random), per_chip);
    mean.rows += draw.rows / draws;
    mean.experts += draw.experts / draws;
  }
  return mean;
}

}  // namespace tokenfab

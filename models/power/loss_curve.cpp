// SPDX-License-Identifier: Apache-2.0
#include "models/power/loss_curve.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace tokenfab {
namespace {

struct Point {
  double share;
  double loss;
};

std::optional<double> share_of(const std::string& key) {
  double share = 0;
  const char* const end = key.data() + key.size();
  const auto [stop, error] = std::from_chars(key.data(), end, share);
  constexpr double share_max = 2;  // beyond any overload a converter survives
  const bool is_share = error == std::errc{} && stop == end && share > 0 && share <= share_max;
  return is_share ? std::optional(share) : std::nullopt;
}

/// In order of load; the map's order is that of the text.
std::vector<Point> sorted_points(const std::map<std::string, double>& efficiency) {
  std::vector<Point> points;
  for (const auto& [key, value] : efficiency) {
    if (const auto share = share_of(key); share && value > 0) {
      points.push_back({*share, *share * (1 / value - 1)});
    }
  }
  std::sort(points.begin(), points.end(),
            [](const Point& a, const Point& b) { return a.share < b.share; });
  return points;
}

}  // namespace

LossCurve::LossCurve(const std::map<std::string, double>& efficiency) {
  const auto points = sorted_points(efficiency);
  const auto& first = points.front();
  const double slope = points.size() < 2
                           ? first.loss / first.share
                           : (points[1].loss - first.loss) / (points[1].share - first.share);
  const double no_load = std::clamp(first.loss - slope * first.share, 0.0, first.loss);
  segments_.push_back({first.share, no_load, (first.loss - no_load) / first.share});
  for (std::size_t i = 1; i < points.size(); ++i) {
    const auto& [share0, loss0] = points[i - 1];
    const auto& [share1, loss1] = points[i];
    const double rise = (loss1 - loss0) / (share1 - share0);
    segments_.push_back({share1, loss0 - rise * share0, rise});
  }
}

std::vector<std::string> problems_in(const std::map<std::string, double>& efficiency) {
  std::vector<std::string> problems;
  for (const auto& [key, value] : efficiency) {
    if (!share_of(key)) {
      problems.push_back(
          fmt::format("the key \"{}\" is no load share: use a number above 0 and up to 2", key));
    } else if (!(value > 0 && value <= 1)) {
      problems.push_back(fmt::format(
          "{} at \"{}\": an efficiency is above 0 and at most 1, or the stage would make energy",
          value, key));
    }
  }
  if (!problems.empty()) {
    return problems;
  }
  const auto points = sorted_points(efficiency);
  for (std::size_t i = 1; i < points.size(); ++i) {
    const auto& [share0, loss0] = points[i - 1];
    const auto& [share1, loss1] = points[i];
    if (share0 == share1) {
      problems.push_back(fmt::format("load share {} is given twice: keep one", share0));
    } else if (share1 + loss1 <= share0 + loss0) {
      problems.push_back(
          fmt::format("a load of {} would draw no more than one of {}: lower the efficiency at {} "
                      "below {:.4f}",
                      share1, share0, share1, share1 / (share0 + loss0)));
    }
  }
  return problems;
}

}  // namespace tokenfab

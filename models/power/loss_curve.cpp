// SPDX-License-Identifier: Apache-2.0
#include "models/power/loss_curve.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

namespace tokenfab {
namespace {

/// The curve is at most three times as steep as a chord, so input power rises with the load.
constexpr double steepest_fall = 0.33;

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

/// With one at no load in front.
std::vector<Point> with_no_load(std::vector<Point> points) {
  const auto first = points.front();
  const double slope = points.size() < 2
                           ? first.loss / first.share
                           : (points[1].loss - first.loss) / (points[1].share - first.share);
  const double no_load = std::clamp(first.loss - slope * first.share, 0.0, first.loss);
  points.insert(points.begin(), {0, no_load});
  return points;
}

double chord(const Point& a, const Point& b) { return (b.loss - a.loss) / (b.share - a.share); }

/// Slope at an end, from the chords next to it and one further: the parabola's, but never against
/// the chord.
double end_slope(double width, double next_width, double rise, double next_rise) {
  const double slope = ((2 * width + next_width) * rise - width * next_rise) / (width + next_width);
  if (slope * rise <= 0) {
    return 0;
  }
  return rise * next_rise < 0 && std::abs(slope) > 3 * std::abs(rise) ? 3 * rise : slope;
}

/// Slope between two chords: their harmonic mean, weighted by width; 0 where they turn.
double inner_slope(double width, double next_width, double rise, double next_rise) {
  if (rise * next_rise <= 0) {
    return 0;
  }
  const double weight = 2 * next_width + width;
  const double next_weight = next_width + 2 * width;
  return (weight + next_weight) / (weight / rise + next_weight / next_rise);
}

std::vector<double> slopes_of(const std::vector<Point>& points) {
  const auto n = points.size();
  const auto width = [&](std::size_t i) { return points[i + 1].share - points[i].share; };
  const auto rise = [&](std::size_t i) { return chord(points[i], points[i + 1]); };
  if (n == 2) {
    return {rise(0), rise(0)};
  }
  std::vector<double> slopes{end_slope(width(0), width(1), rise(0), rise(1))};
  for (std::size_t i = 1; i + 1 < n; ++i) {
    slopes.push_back(inner_slope(width(i - 1), width(i), rise(i - 1), rise(i)));
  }
  slopes.push_back(end_slope(width(n - 2), width(n - 3), rise(n - 2), rise(n - 3)));
  return slopes;
}

}  // namespace

LossCurve::LossCurve(const std::map<std::string, double>& efficiency) {
  const auto points = with_no_load(sorted_points(efficiency));
  const auto slopes = slopes_of(points);
  for (std::size_t i = 0; i + 1 < points.size(); ++i) {
    const double width = points[i + 1].share - points[i].share;
    const double rise = chord(points[i], points[i + 1]);
    segments_.push_back({points[i].share, points[i + 1].share, points[i].loss, slopes[i],
                         (3 * rise - 2 * slopes[i] - slopes[i + 1]) / width,
                         (slopes[i] + slopes[i + 1] - 2 * rise) / (width * width)});
  }
  // The tangent at the last point, for overloads.
  const auto& last = points.back();
  segments_.push_back({last.share, last.share, last.loss, slopes.back(), 0, 0});
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
    } else if (const double least = loss0 - steepest_fall * (share1 - share0); loss1 < least) {
      problems.push_back(fmt::format(
          "between loads of {} and {} the loss falls so fast that more load could draw less: lower "
          "the efficiency at {} to {:.4f} at most",
          share0, share1, share1, std::floor(1e4 * share1 / (share1 + least)) / 1e4));
    }
  }
  return problems;
}

}  // namespace tokenfab

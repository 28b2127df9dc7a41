// SPDX-License-Identifier: Apache-2.0
// Frontiers of cost against speed, and where the cheapest of several changes. Between two points of
// a frontier the cost is interpolated exponentially, a straight line over a logarithmic cost axis,
// so that lines meet where a picture shows it. Who can be served faster is served at any lower
// speed too: below the slowest point the cost stays. Beyond the fastest there is none.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "sim/report/svg_plot.hpp"

namespace tokenfab {

/// Closer than this two chips cost the same: less than the error of the predictions
/// (docs/validation.md).
inline constexpr double break_even_tolerance = 0.05;

/// Indices of the points that no other beats (x higher or equal and y lower or equal, one of them
/// strictly), by rising x. Of equal points the first stands for all.
std::vector<std::size_t> frontier_of(const std::vector<PlotPoint>& points);

/// The cost at speed x on a frontier by rising x; y > 0. Absent beyond its last point.
std::optional<double> cost_at(const std::vector<PlotPoint>& frontier, double x);

/// From one speed to another one frontier is the cheapest.
struct CheapestStretch {
  double from = 0;
  double to = 0;
  std::size_t frontier = 0;
};

/// From speed 0 to the fastest point of all, without gaps. Of equally cheap ones the first counts.
std::vector<CheapestStretch> cheapest_stretches(
    const std::vector<std::vector<PlotPoint>>& frontiers);

/// The same with fewer changes: the one before goes on where it is dearer than the cheapest by no
/// more than `tolerance` (relative) all along.
std::vector<CheapestStretch> lasting_stretches(const std::vector<CheapestStretch>& stretches,
                                               const std::vector<std::vector<PlotPoint>>& frontiers,
                                               double tolerance);

}  // namespace tokenfab

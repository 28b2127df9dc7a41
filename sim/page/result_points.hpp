// SPDX-License-Identifier: Apache-2.0
// Results as points over two metrics of the reader's choice, for Pareto frontiers.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/page/curve_lines.hpp"
#include "sim/page/markup.hpp"
#include "sim/page/page_input.hpp"

namespace tokenfab {

struct ResultPoint {
  std::string series;  // colour: the result it belongs to
  std::string label;
  std::vector<std::optional<double>> values;  // by metric
};

struct ResultPoints {
  std::vector<std::string> metrics;  // those that some point has
  std::vector<ResultPoint> points;
  std::vector<std::string> notes;  // what became of runs of sweeps without numbers
};

/// Every service of every run, a run without services as a whole, what curves hold, from their
/// first point of view, and the points of sweeps, the mean of the runs of each that have numbers.
ResultPoints result_points(const PageInputs& inputs, const std::vector<CurveSet>& curves);

Node points_json(const ResultPoints& points);
PageTable points_table(const ResultPoints& points);

}  // namespace tokenfab

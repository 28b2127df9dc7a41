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
};

/// Every service of every run, a run without services as a whole, and what curves hold, from their
/// first point of view.
ResultPoints result_points(const PageInputs& inputs, const std::vector<CurveSet>& curves);

Node points_json(const ResultPoints& points);
PageTable points_table(const ResultPoints& points);

}  // namespace tokenfab

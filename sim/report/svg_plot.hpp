// SPDX-License-Identifier: Apache-2.0
// Plots as SVG: points and lines over two axes, a grid, a legend below. Colours are those of Okabe
// and Ito (jfly.uni-koeln.de/color, 2008), told apart by colour-blind readers; marks differ too.
// The same plot gives the same bytes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/report/axis_ticks.hpp"

namespace tokenfab {

struct PlotPoint {
  double x = 0;
  double y = 0;
};

struct PlotSeries {
  std::string name;
  std::vector<PlotPoint> points;  // those that an axis cannot show are left out
  bool line = true;
  bool marks = true;
};

/// The line y = factor x, dashed in grey: what a point is compared with. An empty name stays out of
/// the legend.
struct ReferenceLine {
  std::string name;
  double factor = 1;
};

struct Plot {
  std::string title;
  std::string subtitle;
  std::string x_title;
  std::string y_title;
  bool is_x_log = false;
  bool is_y_log = false;
  std::optional<PlotRange> x_range = std::nullopt;  // of the points if absent
  std::optional<PlotRange> y_range = std::nullopt;
  std::vector<PlotSeries> series;
  std::vector<ReferenceLine> references;
  int width = 760;
  int height = 420;  // the legend adds what does not fit a single row
};

/// The whole file, ended by a newline.
std::string svg_of(const Plot& plot);

}  // namespace tokenfab

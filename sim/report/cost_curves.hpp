// SPDX-License-Identifier: Apache-2.0
// Cost against interactivity (output tokens per second as one user sees them) of several chips,
// from several points of view on what a chip costs: as InferenceX draws it (SemiAnalysis,
// InferenceX).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/report/svg_plot.hpp"

namespace tokenfab {

/// USD per million tokens; the cost of a run is shared between input and output by busy time.
struct CurveCost {
  std::optional<double> input;
  std::optional<double> output;
  std::optional<double> total;  // all costs over input and output tokens
};

enum class CurveTokens { Output, Input, Total };
const std::vector<std::string>& curve_tokens_names();

/// One configuration of one chip, played.
struct CurvePoint {
  std::int64_t tensor_parallel_size = 1;
  std::int64_t concurrency = 1;  // users of one replica
  std::string infeasible;        // why it has no values; empty: it has
  double interactivity_tokens_per_s = 0;
  double ttft_mean_s = 0;
  double output_tokens_per_s_per_chip = 0;
  double energy_per_output_token_j = 0;
  std::map<std::string, CurveCost> costs;  // by view, of those that have a price of the chip
};

struct CurveLine {
  std::string label;
  std::string chip;
  std::string node;
  std::string engine;  // as its profile says
  std::string engine_version;
  std::string engine_date;
  std::map<std::string, double> rents_usd_per_h;  // by view, of one chip
  std::vector<CurvePoint> points;

  std::string software() const;
};

/// A point of view; the one called energy_view has joules per output token instead of a cost.
struct CurveView {
  std::string name;
  std::string title;
};
inline constexpr const char* energy_view = "energy";

struct CostCurves {
  std::string name;
  std::string subject;  // what is served
  CurveTokens tokens = CurveTokens::Output;
  std::vector<CurveView> views;
  std::vector<CurveLine> lines;

  /// What the view's vertical axis shows of a point; absent if the point or the price is.
  std::optional<double> value(const CurveView& view, const CurvePoint& point) const;
  std::string unit(const CurveView& view) const;  // "USD per million output tokens"
};

/// Indices of the points of a line on its frontier in a view, by rising interactivity.
std::vector<std::size_t> frontier_points(const CostCurves& curves, const CurveView& view,
                                         const CurveLine& line);

/// One row per line, view and point, those that are infeasible with their reason.
std::string cost_curve_csv(const CostCurves& curves);

/// The frontiers of all lines that have one.
Plot cost_curve_plot(const CostCurves& curves, const CurveView& view);

/// For people: costs by interactivity and where the cheapest changes, by view; the frontiers.
std::string cost_curve_table(const CostCurves& curves);

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "sim/report/cost_curves.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/report/csv_field.hpp"
#include "sim/report/frontier.hpp"

namespace tokenfab {
namespace {

std::string number(const std::optional<double>& value) {
  return value ? fmt::format("{}", *value) : "";
}

std::string values_text(const CurvePoint& point, const CurveView& view) {
  const auto found = point.costs.find(view.name);
  const auto cost = found == point.costs.end() ? CurveCost() : found->second;
  return fmt::format("{},{},{},{},{},{},{}", point.interactivity_tokens_per_s, point.ttft_mean_s,
                     point.output_tokens_per_s_per_chip, point.energy_per_output_token_j,
                     number(cost.input), number(cost.output), number(cost.total));
}

}  // namespace

const std::vector<std::string>& curve_tokens_names() {
  static const std::vector<std::string> names{"output", "input", "total"};
  return names;
}

std::string CurveLine::software() const {
  const auto name = engine + " " + engine_version;
  const bool names_date = engine_version.find(engine_date) != std::string::npos;
  return names_date ? name : fmt::format("{} ({})", name, engine_date);
}

std::optional<double> CostCurves::value(const CurveView& view, const CurvePoint& point) const {
  if (!point.infeasible.empty()) {
    return std::nullopt;
  }
  if (view.name == energy_view) {
    return point.energy_per_output_token_j;
  }
  const auto found = point.costs.find(view.name);
  if (found == point.costs.end()) {
    return std::nullopt;
  }
  const auto& cost = found->second;
  return tokens == CurveTokens::Total    ? cost.total
         : tokens == CurveTokens::Output ? cost.output
                                         : cost.input;
}

std::string CostCurves::unit(const CurveView& view) const {
  if (view.name == energy_view) {
    return "joules per output token";
  }
  const auto& word = curve_tokens_names()[static_cast<std::size_t>(tokens)];
  return tokens == CurveTokens::Total ? "USD per million tokens"
                                      : fmt::format("USD per million {} tokens", word);
}

std::vector<std::size_t> frontier_points(const CostCurves& curves, const CurveView& view,
                                         const CurveLine& line) {
  std::vector<PlotPoint> values;
  std::vector<std::size_t> indices;
  for (std::size_t i = 0; i < line.points.size(); ++i) {
    // A cost of nothing has no place on a logarithmic axis.
    const auto value = curves.value(view, line.points[i]);
    if (value && *value > 0 && line.points[i].interactivity_tokens_per_s > 0) {
      values.push_back({line.points[i].interactivity_tokens_per_s, *value});
      indices.push_back(i);
    }
  }
  std::vector<std::size_t> frontier;
  for (const auto each : frontier_of(values)) {
    frontier.push_back(indices[each]);
  }
  return frontier;
}

std::string cost_curve_csv(const CostCurves& curves) {
  std::string text =
      "chip,node,view,rent_usd_per_chip_h,engine,engine_version,engine_date,"
      "tensor_parallel_size,concurrency,interactivity_tokens_per_s_per_user,ttft_mean_s,"
      "output_tokens_per_s_per_chip,energy_per_output_token_j,cost_per_mtok_input_usd,"
      "cost_per_mtok_output_usd,cost_per_mtok_usd,is_frontier,infeasible\n";
  for (const auto& view : curves.views) {
    for (const auto& line : curves.lines) {
      const auto frontier = frontier_points(curves, view, line);
      const auto rent = line.rents_usd_per_h.find(view.name);
      for (std::size_t i = 0; i < line.points.size(); ++i) {
        const auto& point = line.points[i];
        const bool is_frontier = std::find(frontier.begin(), frontier.end(), i) != frontier.end();
        text += fmt::format(
            "{},{},{},{},{},{},{},{},{},{},{},{}\n", CsvField{line.chip}, CsvField{line.node},
            view.name,
            rent == line.rents_usd_per_h.end() ? "" : fmt::format("{:.6g}", rent->second),
            CsvField{line.engine}, CsvField{line.engine_version}, CsvField{line.engine_date},
            point.tensor_parallel_size, point.concurrency,
            point.infeasible.empty() ? values_text(point, view) : ",,,,,,",
            is_frontier ? "true" : "false", CsvField{point.infeasible});
      }
    }
  }
  return text;
}

Plot cost_curve_plot(const CostCurves& curves, const CurveView& view) {
  Plot plot;
  plot.title = view.title;
  plot.subtitle = curves.subject;
  plot.x_title = "interactivity (output tokens per second and user)";
  plot.y_title = curves.unit(view);
  plot.is_y_log = true;
  for (const auto& line : curves.lines) {
    PlotSeries series;
    series.name = fmt::format("{}, {}", line.label, line.software());
    for (const auto each : frontier_points(curves, view, line)) {
      const auto& point = line.points[each];
      series.points.push_back({point.interactivity_tokens_per_s, *curves.value(view, point)});
    }
    if (!series.points.empty()) {
      plot.series.push_back(series);
    }
  }
  return plot;
}

}  // namespace tokenfab

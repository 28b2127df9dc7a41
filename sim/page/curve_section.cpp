// SPDX-License-Identifier: Apache-2.0
// Cost curves and Pareto frontiers.
#include <fmt/format.h>

#include "sim/page/curve_lines.hpp"
#include "sim/page/figures.hpp"
#include "sim/page/page_parts.hpp"
#include "sim/page/result_points.hpp"

namespace tokenfab {
namespace {

void add_curve(PageParts& page, std::string& body, const CurveSet& set, const std::string& id) {
  if (set.views.empty()) {
    return;
  }
  std::vector<std::pair<std::string, std::string>> views;
  std::string tables;
  for (const auto& view : set.views) {
    views.emplace_back(view.name, view.name);
    tables += html_of(curves_table(set, view));
  }
  page.chart(id, "curves", curves_json(set));
  const auto controls = fmt::format(
      "<div class=\"controls\">{}{}</div>\n", choice("Point of view:", id, "view", views),
      choice("Cost of:", id, "tokens",
             {{"output", "output tokens"}, {"input", "input tokens"}, {"total", "all tokens"}}));
  body += chart_figure(
      id, fmt::format("{}: cost against interactivity", set.name),
      fmt::format("Cost per million tokens over output tokens per second and user of {} chips; the "
                  "lines join the points of each that no other of its points beats.",
                  set.views.front().lines.size()),
      controls);
  body += fmt::format(
      "<details id=\"{}-table\"><summary>Table: points of the frontiers"
      "</summary>\n{}</details>\n",
      id, tables);
}

void add_points(PageParts& page, std::string& body, const ResultPoints& result) {
  std::vector<std::pair<std::string, std::string>> metrics;
  for (std::size_t m = 0; m < result.metrics.size(); ++m) {
    metrics.emplace_back(std::to_string(m), meaning_of(result.metrics[m]).label);
  }
  page.chart("points", "points", points_json(result));
  const auto controls = fmt::format(
      "<div class=\"controls\">{}{}</div>\n", choice("Across:", "points", "x", metrics, "0"),
      choice("Up:", "points", "y", metrics, metrics.size() > 1 ? "1" : "0"));
  body += chart_figure("points", "Results over two metrics, with the Pareto frontier",
                       fmt::format("{} results as points over two metrics that can be chosen; a "
                                   "dashed line joins those that no other beats in both.",
                                   result.points.size()),
                       controls);
  for (const auto& note : result.notes) {
    body += fmt::format("<p class=\"note\">{}</p>\n", escaped(note));
  }
  body += folded_table("points", points_table(result));
}

}  // namespace

void add_curves_and_points(PageParts& page, const PageInputs& inputs) {
  std::string body;
  std::vector<CurveSet> curves;
  for (const auto& input : inputs.curves) {
    curves.push_back(read_curves(input));
    add_curve(page, body, curves.back(), fmt::format("curve-{}", curves.size()));
  }
  const auto result = result_points(inputs, curves);
  constexpr std::size_t points_min = 2;  // one has nothing to be compared with
  if (result.points.size() >= points_min && result.metrics.size() >= 2) {
    add_points(page, body, result);
  }
  if (!body.empty()) {
    page.section("curves", "Trade-offs", "What speed costs, and which results no other beats.",
                 body);
  }
}

}  // namespace tokenfab

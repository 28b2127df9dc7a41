// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "sim/report/cost_curves.hpp"
#include "sim/report/frontier.hpp"
#include "sim/report/text_table.hpp"

namespace tokenfab {
namespace {

using Frontiers = std::vector<std::vector<PlotPoint>>;  // by line; empty: none in this view

Frontiers frontiers_of(const CostCurves& curves, const CurveView& view) {
  Frontiers frontiers;
  for (const auto& line : curves.lines) {
    auto& frontier = frontiers.emplace_back();
    for (const auto each : frontier_points(curves, view, line)) {
      const auto& point = line.points[each];
      frontier.push_back({point.interactivity_tokens_per_s, *curves.value(view, point)});
    }
  }
  return frontiers;
}

double fastest_of(const Frontiers& frontiers) {
  double fastest = 0;
  for (const auto& each : frontiers) {
    fastest = each.empty() ? fastest : std::max(fastest, each.back().x);
  }
  return fastest;
}

std::size_t label_width(const CostCurves& curves) {
  std::size_t width = 8;
  for (const auto& line : curves.lines) {
    width = std::max(width, line.label.size());
  }
  return width;
}

std::string figure(double value) {
  return value >= 1000 ? grouped(value) : fmt::format("{:.3g}", value);
}

std::string rent_text(const CurveLine& line, const CurveView& view) {
  const auto rent = line.rents_usd_per_h.find(view.name);
  return rent == line.rents_usd_per_h.end() ? "" : fmt::format("{:.2f}", rent->second);
}

bool has_rents(const CostCurves& curves, const CurveView& view) {
  return std::any_of(curves.lines.begin(), curves.lines.end(), [&view](const CurveLine& line) {
    return line.rents_usd_per_h.count(view.name) != 0;
  });
}

/// "cheapest: b200 below 60.1 tokens/s per user, h200 from there to 80.2; ..."
std::string break_even_text(const CostCurves& curves, const CurveView& view,
                            const Frontiers& frontiers) {
  const auto stretches =
      lasting_stretches(cheapest_stretches(frontiers), frontiers, break_even_tolerance);
  std::string text = view.name == energy_view ? "least energy:" : "cheapest:";
  for (std::size_t i = 0; i < stretches.size(); ++i) {
    const auto& label = curves.lines[stretches[i].frontier].label;
    const auto to = figure(stretches[i].to);
    const bool is_last = i + 1 == stretches.size();
    if (i == 0) {
      text += fmt::format(" {} {} {} tokens/s per user", label, is_last ? "up to" : "below", to);
    } else {
      text += fmt::format(", {} from there to {}", label, to);
    }
  }
  return text + fmt::format("; closer than {:g} % counts as equal", 100 * break_even_tolerance);
}

std::string view_text(const CostCurves& curves, const CurveView& view) {
  const auto frontiers = frontiers_of(curves, view);
  const double fastest = fastest_of(frontiers);
  const auto width = label_width(curves);
  TextTable table;
  table.heading(fmt::format("{}: {} at tokens/s per user", view.title, curves.unit(view)));
  if (fastest == 0) {
    table.line("no point has a price in this view");
    return table.take();
  }
  auto levels = axis_ticks({0, fastest}, false, 10);
  levels.erase(levels.begin());  // 0
  auto heading =
      fmt::format("{:<{}} {:>10}", "", width, has_rents(curves, view) ? "USD/chip-h" : "");
  for (const auto& level : levels) {
    heading += fmt::format("{:>9}", level.label);
  }
  table.line(heading + fmt::format("{:>10}", "fastest"));
  std::vector<std::string> missing;
  for (std::size_t i = 0; i < curves.lines.size(); ++i) {
    const auto& line = curves.lines[i];
    if (frontiers[i].empty()) {
      missing.push_back(line.label);
      continue;
    }
    auto row = fmt::format("{:<{}} {:>10}", line.label, width, rent_text(line, view));
    for (const auto& level : levels) {
      const auto cost = cost_at(frontiers[i], level.value);
      row += fmt::format("{:>9}", cost ? figure(*cost) : "-");
    }
    table.line(row + fmt::format("{:>10}", figure(frontiers[i].back().x)));
  }
  table.line(break_even_text(curves, view, frontiers));
  if (!missing.empty()) {
    table.line(fmt::format("left out, without a price or a point: {}", fmt::join(missing, ", ")));
  }
  return table.take();
}

std::string frontier_text(const CostCurves& curves, const CurveView& view) {
  TextTable table;
  table.heading(fmt::format("frontier ({})", view.name));
  const auto width = label_width(curves);
  table.line(fmt::format("{:<{}} {:>4} {:>6} {:>14} {:>10} {:>14} {:>8}  {}", "", width, "tp",
                         "users", "tokens/s/user", "TTFT", "tokens/s/chip", "J/token",
                         curves.unit(view)));
  for (const auto& line : curves.lines) {
    for (const auto each : frontier_points(curves, view, line)) {
      const auto& point = line.points[each];
      table.line(fmt::format(
          "{:<{}} {:>4} {:>6} {:>14} {:>10} {:>14} {:>8}  {}", line.label, width,
          point.tensor_parallel_size, point.concurrency, figure(point.interactivity_tokens_per_s),
          duration(point.ttft_mean_s), figure(point.output_tokens_per_s_per_chip),
          figure(point.energy_per_output_token_j), figure(*curves.value(view, point))));
    }
  }
  return table.take();
}

/// Every reason once, with the parallel sizes it holds for.
std::string infeasible_text(const CostCurves& curves) {
  TextTable table;
  bool is_empty = true;
  for (const auto& line : curves.lines) {
    std::vector<std::string> reasons;
    for (const auto& point : line.points) {
      const bool is_new = !point.infeasible.empty() && std::find(reasons.begin(), reasons.end(),
                                                                 point.infeasible) == reasons.end();
      if (is_new) {
        reasons.push_back(point.infeasible);
      }
    }
    for (const auto& reason : reasons) {
      std::set<std::int64_t> sizes;
      std::size_t count = 0;
      for (const auto& point : line.points) {
        if (point.infeasible == reason) {
          sizes.insert(point.tensor_parallel_size);
          ++count;
        }
      }
      if (is_empty) {
        table.heading("infeasible");
        is_empty = false;
      }
      table.line(fmt::format("{}, tp {} ({} points): {}", line.label, fmt::join(sizes, ", "), count,
                             reason));
    }
  }
  return table.take();
}

}  // namespace

std::string cost_curve_table(const CostCurves& curves) {
  auto text = fmt::format("{}: {}\n", curves.name, curves.subject);
  for (const auto& view : curves.views) {
    text += view_text(curves, view);
  }
  if (!curves.views.empty()) {
    text += frontier_text(curves, curves.views.front());
  }
  return text + infeasible_text(curves);
}

}  // namespace tokenfab

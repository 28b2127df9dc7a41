// SPDX-License-Identifier: Apache-2.0
#include "sim/compare/break_even_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/metrics/better.hpp"

namespace tokenfab {
namespace {

/// Who wins where A has less, or has not; without a sense who is lower.
std::string winner(const BreakEvenStudy& study, bool a_is_less) {
  switch (better_of(study.metric)) {
    case Better::Lower:
      return a_is_less ? "A wins" : "B wins";
    case Better::Higher:
      return a_is_less ? "B wins" : "A wins";
    case Better::Neither:
      break;
  }
  return a_is_less ? "A is lower" : "B is lower";
}

double size_of(const BreakEvenPoint& point) {
  return std::max(std::abs(*point.a), std::abs(*point.b));
}

/// "A wins by 3.1 %", of the larger one.
std::string verdict(const BreakEvenStudy& study, const BreakEvenPoint& point) {
  const auto gap = point.gap();
  if (!gap) {
    return !point.a && !point.b ? "neither has a value"
           : point.a            ? "B has no value"
                                : "A has no value";
  }
  const auto& crossings = study.found.crossings;
  const bool is_crossing = std::any_of(crossings.begin(), crossings.end(), [&](const auto& each) {
    return each.x == point.x && !each.is_jump && !each.is_gap;
  });
  if (*gap == 0 || is_crossing) {
    return "equal";
  }
  return fmt::format("{} by {:.3g} %", winner(study, *gap > 0),
                     100 * std::abs(*gap) / size_of(point));
}

std::vector<TableCell> row_of(const BreakEvenStudy& study, const BreakEvenPoint& point) {
  std::vector<TableCell> row{TableCell(point.x, study.axis.text_of(point.x)), number_cell(point.a),
                             number_cell(point.b), number_cell(point.gap())};
  if (study.axis.is_load()) {
    for (const auto& facts : study.facts.at(point.x)) {
      const auto& use = facts.chip_utilization;
      row.push_back(use ? TableCell(*use, fmt::format("{:.1f} %", 100 * *use)) : TableCell("-"));
    }
  }
  row.push_back(verdict(study, point));
  return row;
}

Table table_of(const BreakEvenStudy& study, const std::vector<BreakEvenPoint>& points) {
  Table table;
  table.ends_in_words = true;
  table.headings = {"at", "A", "B", "B - A"};
  if (study.axis.is_load()) {
    table.headings.insert(table.headings.end(), {"chip use A", "chip use B"});
  }
  table.headings.emplace_back("");
  for (const auto& point : points) {
    table.rows.push_back(row_of(study, point));
  }
  return table;
}

/// The ends, the crossings, and of a curve its grid: some 10 to 20.
std::vector<BreakEvenPoint> told_points(const BreakEvenStudy& study) {
  const auto& found = study.found;
  constexpr std::size_t lines_max = 24;
  if (found.points.size() <= lines_max) {
    return found.points;
  }
  std::vector<BreakEvenPoint> told;
  for (const auto& point : found.points) {
    const bool is_crossing =
        std::any_of(found.crossings.begin(), found.crossings.end(),
                    [&](const Crossing& each) { return each.at.x == point.x; });
    if (is_crossing || point.x == found.points.front().x || point.x == found.points.back().x) {
      told.push_back(point);
    }
  }
  return told;
}

std::string load_text(const BreakEvenStudy& study, const Crossing& crossing) {
  std::string text;
  const auto& facts = study.facts.at(crossing.at.x);
  for (std::size_t i = 0; i < facts.size(); ++i) {
    std::vector<std::string> loads;
    for (const auto& [pointer, value] : study.settings_of_load[i]) {
      const bool follows = pointer.find("/num_") != std::string::npos;
      if (study.axis.is_set_in(i) && !follows) {
        loads.push_back(fmt::format("{} = {} x {:.4g}", pointer, value, crossing.at.x));
      }
    }
    const auto told = [](const std::optional<double>& value) {
      return value ? fmt::format("{:.4g}", *value) : std::string("-");
    };
    const auto& use = facts[i].chip_utilization;
    text += fmt::format("  {}: chip use {}, {} output tokens/s, TTFT {} s; {}\n",
                        i == 0 ? "A" : "B", use ? fmt::format("{:.1f} %", 100 * *use) : "-",
                        told(facts[i].output_tokens_per_s), told(facts[i].ttft_mean_s),
                        fmt::join(loads, ", "));
  }
  return text;
}

std::string crossing_text(const BreakEvenStudy& study, const Crossing& crossing) {
  const auto& axis = study.axis;
  const auto below = winner(study, crossing.a_is_less_below);
  const auto above = winner(study, !crossing.a_is_less_below);
  std::string text;
  if (crossing.is_jump || crossing.is_gap) {
    text = fmt::format("change between {} and {}: up to there {}, from there on {}\n",
                       axis.text_of(crossing.low), axis.text_of(crossing.high), below, above);
    text +=
        axis.range.is_count ? "" : "  the values jump past each other; nowhere are they equal\n";
  } else {
    text = fmt::format("break-even at {}: below {}, above {}; both {:.6g}\n",
                       axis.text_of(crossing.x), below, above, crossing.at.a.value_or(0));
  }
  return text + (axis.is_load() ? load_text(study, crossing) : "");
}

std::string no_crossing_text(const BreakEvenStudy& study) {
  const BreakEvenPoint* closest = nullptr;
  for (const auto& point : study.found.points) {
    const bool counts = point.gap() && size_of(point) > 0;
    if (counts && (closest == nullptr || std::abs(*point.gap()) / size_of(point) <
                                             std::abs(*closest->gap()) / size_of(*closest))) {
      closest = &point;
    }
  }
  const auto& axis = study.axis;
  const auto range =
      fmt::format("from {} to {}", axis.text_of(axis.range.low), axis.text_of(axis.range.high));
  if (closest == nullptr) {
    return fmt::format("no break-even {}: nowhere do both have a value\n", range);
  }
  if (*closest->gap() == 0) {
    return fmt::format("no break-even {}: both are equal at {}\n", range, axis.text_of(closest->x));
  }
  return fmt::format("no break-even {}: {} all along, least at {}: by {:.3g} %\n", range,
                     winner(study, *closest->gap() > 0), axis.text_of(closest->x),
                     100 * std::abs(*closest->gap()) / size_of(*closest));
}

std::string reasons_text(const BreakEvenStudy& study) {
  std::string text;
  std::vector<std::string> told;
  for (const auto& [x, facts] : study.facts) {
    for (std::size_t i = 0; i < facts.size(); ++i) {
      const auto& [reason, broken] = std::pair(facts[i].reason, facts[i].broken_assertions);
      auto line = fmt::format("{}{}: {}{}", i == 0 ? "A" : "B",
                              reason.empty() ? "" : " cannot be run", reason, broken);
      const bool says_something = !reason.empty() || !broken.empty();
      if (says_something && std::find(told.begin(), told.end(), line) == told.end()) {
        text += fmt::format("first at {} {}\n", study.axis.text_of(x), line);
        told.push_back(std::move(line));
      }
    }
  }
  return text;
}

std::string search_text(const BreakEvenStudy& study) {
  double residual = 0;
  for (const auto& crossing : study.found.crossings) {
    const auto gap = crossing.at.gap();
    if (gap && !crossing.is_jump && !crossing.is_gap) {
      residual = std::max(residual, std::abs(*gap) / std::max(size_of(crossing.at), 1e-300));
    }
  }
  const bool has_root =
      std::any_of(study.found.crossings.begin(), study.found.crossings.end(),
                  [](const Crossing& each) { return !each.is_jump && !each.is_gap; });
  auto text = fmt::format("{} runs", study.runs);
  if (study.found.is_straight) {
    text += "; both values are straight lines along the range";
    text += has_root ? ", so the solution is exact" : "";
  }
  if (has_root) {
    text += fmt::format("; at the solution the two runs differ by {:.2g} of their size", residual);
  }
  constexpr double sharp = 1e-3;
  if (has_root && residual > sharp) {
    text +=
        "\nthe runs scatter there: the place is no sharper than that; other seeds "
        "move it";
  }
  return text + "\n";
}

std::string json_text(const std::string& text) { return to_json(make_text(text, {}), -1); }

std::string json_number(const std::optional<double>& value) {
  return value ? to_json(make_number(*value, {}), -1) : "null";
}

std::string break_even_json(const BreakEvenStudy& study) {
  std::vector<std::string> crossings;
  for (const auto& each : study.found.crossings) {
    crossings.push_back(fmt::format(R"({{"x": {}, "low": {}, "high": {}, "jump": {}, "gap": {}, )"
                                    R"("lower_below": "{}", "a": {}, "b": {}}})",
                                    json_number(each.x), json_number(each.low),
                                    json_number(each.high), each.is_jump, each.is_gap,
                                    each.a_is_less_below ? "A" : "B", json_number(each.at.a),
                                    json_number(each.at.b)));
  }
  std::vector<std::string> points;
  for (const auto& point : study.found.points) {
    const auto& facts = study.facts.at(point.x);
    points.push_back(fmt::format(
        R"({{"x": {}, "a": {}, "b": {}, "chip_utilization": [{}, {}], "reasons": [{}, {}]}})",
        json_number(point.x), json_number(point.a), json_number(point.b),
        json_number(facts[0].chip_utilization), json_number(facts[1].chip_utilization),
        json_text(facts[0].reason), json_text(facts[1].reason)));
  }
  return fmt::format(
      "{{\n  \"break_even_version\": 1,\n  \"subjects\": [{}, {}],\n  \"metric\": {},\n"
      "  \"axis\": {},\n  \"unit\": {},\n  \"low\": {},\n  \"high\": {},\n  \"runs\": {},\n"
      "  \"straight\": {},\n  \"crossings\": [{}],\n  \"points\": [\n    {}\n  ]\n}}\n",
      json_text(study.names[0]), json_text(study.names[1]), json_text(study.metric),
      json_text(study.axis.is_load() ? "load" : study.axis.pattern), json_text(study.axis.unit),
      json_number(study.axis.range.low), json_number(study.axis.range.high), study.runs,
      study.found.is_straight, fmt::join(crossings, ", "), fmt::join(points, ",\n    "));
}

/// Too far apart for one straight axis.
bool spans_decades(const std::vector<BreakEvenPoint>& points) {
  constexpr double wide = 20;
  double low = std::numeric_limits<double>::infinity();
  double high = 0;
  for (const auto& point : points) {
    for (const auto& value : {point.a, point.b}) {
      low = std::min(low, value.value_or(low));
      high = std::max(high, value.value_or(high));
    }
  }
  return low > 0 && high >= wide * low;
}

}  // namespace

Table break_even_points(const BreakEvenStudy& study) {
  auto table = table_of(study, study.found.points);
  table.headings.front() = study.axis.unit.empty() ? "x" : study.axis.unit;
  table.headings.back() = "verdict";
  return table;
}

std::string break_even_text(const BreakEvenStudy& study, TableFormat format) {
  if (format == TableFormat::Json) {
    return break_even_json(study);
  }
  if (format == TableFormat::Csv) {
    return csv_of(break_even_points(study));
  }
  const bool is_markdown = format == TableFormat::Markdown;
  const auto table = table_of(study, told_points(study));
  auto text =
      fmt::format("{}{} against {}\n", is_markdown ? "### " : "", study.metric, study.axis.title());
  for (std::size_t i = 0; i < study.names.size(); ++i) {
    text += fmt::format("{}{}: {}\n", is_markdown ? "* " : "", i == 0 ? "A" : "B", study.names[i]);
  }
  text += "\n" + (is_markdown ? markdown_of(table) : text_of(table)) + "\n";
  for (const auto& crossing : study.found.crossings) {
    text += crossing_text(study, crossing);
  }
  if (study.found.crossings.empty()) {
    text += no_crossing_text(study);
  }
  return text + reasons_text(study) + search_text(study);
}

Plot break_even_plot(const BreakEvenStudy& study) {
  Plot plot;
  plot.title = fmt::format("Break-even: {}", study.metric);
  std::vector<std::string> places;
  for (const auto& crossing : study.found.crossings) {
    places.push_back(study.axis.text_of(crossing.x));
  }
  plot.subtitle =
      places.empty() ? "none in this range" : fmt::format("at {}", fmt::join(places, ", "));
  plot.x_title = study.axis.unit.empty()
                     ? study.axis.title()
                     : fmt::format("{} ({})", study.axis.title(), study.axis.unit);
  plot.y_title = study.metric;
  plot.is_x_log = study.axis.range.is_log();
  plot.series = {{fmt::format("A: {}", study.names[0]), {}},
                 {fmt::format("B: {}", study.names[1]), {}}};
  for (const auto& point : study.found.points) {
    if (point.a) {
      plot.series[0].points.push_back({point.x, *point.a});
    }
    if (point.b) {
      plot.series[1].points.push_back({point.x, *point.b});
    }
  }
  plot.is_y_log = spans_decades(study.found.points);
  PlotSeries crossings{"break-even", {}, false};
  for (const auto& crossing : study.found.crossings) {
    if (crossing.at.a && !crossing.is_jump && !crossing.is_gap) {
      crossings.points.push_back({crossing.x, *crossing.at.a});
    }
  }
  if (!crossings.points.empty()) {
    plot.series.push_back(std::move(crossings));
  }
  return plot;
}

}  // namespace tokenfab

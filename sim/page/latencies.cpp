// SPDX-License-Identifier: Apache-2.0
#include "sim/page/latencies.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "sim/core/quantile_sketch.hpp"
#include "sim/data/csv_rows.hpp"
#include "sim/data/fields.hpp"
#include "sim/page/figures.hpp"
#include "sim/page/page_json.hpp"

namespace tokenfab {
namespace {

const std::vector<std::string>& quantities() {
  static const std::vector<std::string> names{"ttft", "tpot", "e2el"};
  return names;
}

std::string quantity_label(const std::string& quantity) {
  return quantity == "ttft" ? "TTFT" : quantity == "tpot" ? "TPOT" : "end to end";
}

/// Every percent, and finer where the tail is.
std::vector<double> shares() {
  std::vector<double> values;
  for (int i = 0; i < 99; ++i) {
    values.push_back(i / 100.0);
  }
  for (const double tail : {0.99, 0.992, 0.994, 0.996, 0.998, 0.999, 0.9995, 0.9999, 1.0}) {
    values.push_back(tail);
  }
  return values;
}

using Sketches = std::map<std::pair<std::string, std::string>, QuantileSketch>;

Sketches sketches_of(const std::string& path, double warmup_s) {
  CsvRows rows(path, {"service", "status", "arrival_s", "ttft_s", "tpot_s", "e2el_s"});
  Sketches sketches;
  while (rows.next()) {
    if (rows.text(1) != "completed" || rows.number_or(2, 0) < warmup_s) {
      continue;
    }
    for (std::size_t i = 0; i < quantities().size(); ++i) {
      if (rows.text(3 + i).empty()) {
        continue;
      }
      const auto value = parse_seconds(rows.text(3 + i));
      if (!value) {
        rows.refuse(fmt::format("\"{}\" is no duration", rows.text(3 + i)));
      }
      sketches[{std::string(rows.text(0)), quantities()[i]}].add(*value);
    }
  }
  return sketches;
}

std::vector<QuantilePoint> points_of(const QuantileSketch& sketch) {
  const auto grid = shares();
  const auto values = sketch.quantiles_s(grid);
  std::vector<QuantilePoint> points;
  for (std::size_t i = 0; i < values.size(); ++i) {
    points.push_back({grid[i], values[i]});
  }
  return points;
}

std::vector<QuantilePoint> points_of_report(const RunInput& run, const std::string& service,
                                            const std::string& quantity) {
  std::vector<QuantilePoint> points;
  for (const auto& [share, name] : {std::pair(0.5, "p50"), {0.9, "p90"}, {0.99, "p99"}}) {
    if (const auto value =
            run.metric("services", service, fmt::format("{}_{}_s", quantity, name))) {
      points.push_back({share, *value});
    }
  }
  return points;
}

std::optional<double> limit_of(const RunInput& run, const std::string& service,
                               const std::string& quantity) {
  const auto* node = run.scenario.find("services");
  for (const char* key : {service.c_str(), "slo", quantity.c_str()}) {
    node = node == nullptr ? nullptr : node->find(key);
  }
  return leading_number(node);
}

/// The value that so many were at most, between the points next to it.
std::optional<double> value_at(const LatencyLine& line, double share) {
  for (const auto& point : line.points) {
    if (point.share >= share - 1e-9) {
      return point.value_s;
    }
  }
  return std::nullopt;
}

}  // namespace

std::vector<LatencyLine> read_latencies(const RunInput& run) {
  Sketches sketches;
  if (const auto path = run.file("requests.csv"); !path.empty()) {
    sketches = sketches_of(path, leading_number(run.scenario.find("warmup")).value_or(0));
  }
  std::vector<LatencyLine> lines;
  for (const auto& quantity : quantities()) {
    for (const auto& service : run.objects("services")) {
      LatencyLine line{service, quantity, {}, limit_of(run, service, quantity), false};
      const auto found = sketches.find({service, quantity});
      line.is_of_rows = found != sketches.end();
      line.points =
          line.is_of_rows ? points_of(found->second) : points_of_report(run, service, quantity);
      if (!line.points.empty()) {
        lines.push_back(std::move(line));
      }
    }
  }
  return lines;
}

Node latencies_json(const std::vector<LatencyLine>& lines) {
  auto panels = json::object({});
  for (const auto& quantity : quantities()) {
    auto items = json::array();
    for (const auto& line : lines) {
      if (line.quantity != quantity) {
        continue;
      }
      auto points = json::array();
      for (const auto& point : line.points) {
        points.items.push_back(
            json::array({json::number(point.value_s), json::number(point.share)}));
      }
      items.items.push_back(json::object({{"name", json::text(line.service)},
                                          {"points", std::move(points)},
                                          {"limit", json::number(line.limit_s.value_or(NAN))},
                                          {"is_of_rows", json::boolean(line.is_of_rows)}}));
    }
    if (!items.items.empty()) {
      add_member(panels, quantity, std::move(items));
    }
  }
  return panels;
}

PageTable latency_table(const std::vector<LatencyLine>& lines) {
  PageTable table{"Percentiles of latencies",
                  {{"service and quantity", false},
                   {"p50", true},
                   {"p90", true},
                   {"p99", true},
                   {"service level", true},
                   {"from", false}},
                  {}};
  for (const auto& line : lines) {
    const auto cell = [&](double share) {
      const auto value = value_at(line, share);
      return value ? figure_text("", "s", *value) : std::string("\u2013");
    };
    table.rows.push_back({line.service + " " + quantity_label(line.quantity), cell(0.5), cell(0.9),
                          cell(0.99), line.limit_s ? figure_text("", "s", *line.limit_s) : "none",
                          line.is_of_rows ? "requests.csv" : "report.json"});
  }
  return table;
}

}  // namespace tokenfab

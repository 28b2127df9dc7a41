// SPDX-License-Identifier: Apache-2.0
// curve.csv as families of curves; sim/report/cost_curves.cpp writes it.
#include <fmt/format.h>

#include <set>
#include <tuple>

#include "sim/core/errors.hpp"
#include "sim/gate/csv_rows.hpp"
#include "sim/gate/read_results.hpp"
#include "sim/report/cost_curves.hpp"
#include "sim/report/frontier.hpp"

namespace tokenfab {
namespace {

constexpr const char* speed = "interactivity_tokens_per_s_per_user";
constexpr const char* output_cost = "cost_per_mtok_output_usd";
constexpr const char* joules = "energy_per_output_token_j";

using LineKey = std::tuple<std::string, std::string, std::string>;  // chip, node, engine

LineKey key_of(const CsvTable& table, std::size_t row) {
  return {table.at(row, "chip"), table.at(row, "node"),
          table.at(row, "engine") + " " + table.at(row, "engine_version")};
}

/// The chip; with node and engine where a chip has several of them.
std::map<LineKey, std::string> labels_of(const CsvTable& table) {
  std::map<std::string, std::set<LineKey>> keys;  // by chip
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const auto key = key_of(table, row);
    keys[std::get<0>(key)].insert(key);
  }
  std::map<LineKey, std::string> labels;
  for (const auto& [chip, of_chip] : keys) {
    for (const auto& key : of_chip) {
      labels[key] = of_chip.size() == 1
                        ? chip
                        : fmt::format("{}, {}, {}", chip, std::get<1>(key), std::get<2>(key));
    }
  }
  return labels;
}

CurveLinePoints frontier(const CurveLinePoints& points) {
  std::vector<PlotPoint> places;
  for (const auto& each : points) {
    places.push_back({each.x, each.y});
  }
  CurveLinePoints kept;
  for (const auto each : frontier_of(places)) {
    kept.push_back(points[each]);
  }
  return kept;
}

}  // namespace

std::map<std::string, CurveFamily> curves_of_csv(std::string_view text, const std::string& file) {
  const CsvTable table(text, file,
                       {"chip", "node", "view", "engine", "engine_version", "tensor_parallel_size",
                        "concurrency", speed, joules, output_cost, "infeasible"});
  const auto labels = labels_of(table);
  std::map<std::string, CurveFamily> families;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const auto& view = table.at(row, "view");
    auto& family = families[view];
    family.x = speed;
    family.y = view == energy_view ? joules : output_cost;
    if (!table.at(row, "infeasible").empty() || table.at(row, family.y).empty()) {
      continue;  // no such point, or no price of the chip in this view
    }
    const double x = table.number(row, speed);
    const double y = table.number(row, family.y);
    if (x > 0 && y > 0) {
      family.lines[labels.at(key_of(table, row))].push_back(
          {x, y,
           fmt::format("tp {}, {} users", table.at(row, "tensor_parallel_size"),
                       table.at(row, "concurrency"))});
    }
  }
  for (auto& [view, family] : families) {
    for (auto& [label, points] : family.lines) {
      points = frontier(points);
    }
  }
  return families;
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "sim/page/fleet_map.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "sim/data/csv_rows.hpp"
#include "sim/page/figures.hpp"
#include "sim/page/page_json.hpp"

namespace tokenfab {
namespace {

constexpr std::size_t rows_max = 96;
constexpr std::size_t cells_max = 24000;  // of a quantity: keeps the file small
constexpr std::size_t stretches_min = 60;
constexpr std::size_t stretches_max = 300;

const std::vector<std::string>& columns() {
  static const std::vector<std::string> names{"end_s",    "site", "cluster",  "pool",  "group",
                                              "replicas", "busy", "kv_usage", "clock", "power_w"};
  return names;
}
constexpr std::size_t replicas_column = 5;

std::string row_name(const CsvRows& rows) {
  return fmt::format("{}/{} {} {}", rows.text(1), rows.text(2), rows.text(3), rows.text(4));
}

/// What a first reading tells: how long the run is, which groups there are.
struct FleetExtent {
  double first_s = std::numeric_limits<double>::infinity();
  double end_s = 0;
  std::size_t dates = 0;
  std::map<std::string, std::size_t> places;
  std::vector<std::string> names;
};

FleetExtent extent_of(const std::string& path) {
  FleetExtent extent;
  CsvRows rows(path, columns());
  double last = -1;
  while (rows.next()) {
    const double end = rows.date_s(0);
    extent.dates += end != last ? 1 : 0;
    last = end;
    extent.first_s = std::min(extent.first_s, end);
    extent.end_s = std::max(extent.end_s, end);
    const auto name = row_name(rows);
    if (extent.places.try_emplace(name, extent.names.size()).second) {
      extent.names.push_back(name);
    }
  }
  return extent;
}

struct MeanOf {
  double sum = 0;
  double count = 0;
};

}  // namespace

const std::array<FleetQuantity, fleet_quantity_count>& fleet_quantities() {
  static const std::array<FleetQuantity, fleet_quantity_count> quantities{
      {{"busy", "share of time with work under way", "share"},
       {"kv_usage", "KV cache in use", "share"},
       {"clock", "clock over full clock", "share"},
       {"power_w", "power", "W"}}};
  return quantities;
}

FleetMap read_fleet(const RunInput& run) {
  FleetMap map;
  const auto path = run.file("fleet.csv");
  if (path.empty()) {
    return map;
  }
  const auto extent = extent_of(path);
  if (extent.names.empty()) {
    return map;
  }
  const auto shown = std::min(rows_max, extent.names.size());
  map.left_out = extent.names.size() - shown;
  map.stretches = std::min(std::clamp(cells_max / shown, stretches_min, stretches_max),
                           std::max<std::size_t>(1, extent.dates));
  map.end_s = extent.end_s;
  for (std::size_t i = 0; i < shown; ++i) {
    map.rows.push_back({extent.names[i], 0, {}});
  }
  std::vector<std::array<std::vector<MeanOf>, fleet_quantity_count>> means(shown);
  for (auto& row : means) {
    row.fill(std::vector<MeanOf>(map.stretches));
  }
  CsvRows rows(path, columns());
  while (rows.next()) {
    const auto place = extent.places.at(row_name(rows));
    if (place >= shown) {
      continue;
    }
    // An interval ends at its date, so the last of a stretch lies on its edge.
    const double at = rows.number_or(0, 0) / map.end_s * static_cast<double>(map.stretches);
    const auto stretch = std::min(
        map.stretches - 1, static_cast<std::size_t>(std::max(0.0, std::ceil(at - 1e-9) - 1)));
    auto& row = map.rows[place];
    row.replicas = std::max(row.replicas, rows.number_or(replicas_column, 0));
    for (std::size_t q = 0; q < fleet_quantity_count; ++q) {
      if (const auto value = rows.number(replicas_column + 1 + q)) {
        means[place][q][stretch].sum += *value;
        means[place][q][stretch].count += 1;
      }
    }
  }
  for (std::size_t i = 0; i < shown; ++i) {
    for (std::size_t q = 0; q < fleet_quantity_count; ++q) {
      for (const auto& mean : means[i][q]) {
        map.rows[i].values[q].push_back(mean.sum / mean.count);  // 0 / 0: not known
      }
    }
  }
  return map;
}

Node fleet_json(const FleetMap& map) {
  auto names = json::array();
  for (const auto& row : map.rows) {
    names.items.push_back(json::text(row.name));
  }
  auto quantities = json::array();
  for (std::size_t q = 0; q < fleet_quantity_count; ++q) {
    auto lines = json::array();
    bool is_known = false;
    for (const auto& row : map.rows) {
      is_known = is_known || std::any_of(row.values[q].begin(), row.values[q].end(),
                                         [](double value) { return std::isfinite(value); });
      lines.items.push_back(json::line(row.values[q]));
    }
    if (is_known) {
      quantities.items.push_back(json::object({{"label", json::text(fleet_quantities()[q].label)},
                                               {"unit", json::text(fleet_quantities()[q].unit)},
                                               {"lines", std::move(lines)}}));
    }
  }
  return json::object({{"end_s", json::number(map.end_s)},
                       {"stretches", json::number(static_cast<double>(map.stretches))},
                       {"rows", std::move(names)},
                       {"quantities", std::move(quantities)}});
}

PageTable fleet_table(const FleetMap& map) {
  PageTable table{"Means over the run by group of replicas", {{"group", false}}, {}};
  table.columns.push_back({"replicas, at most", true});
  for (const auto& quantity : fleet_quantities()) {
    table.columns.push_back({quantity.label, true});
  }
  for (const auto& row : map.rows) {
    std::vector<std::string> cells{row.name, number_text(row.replicas)};
    for (std::size_t q = 0; q < fleet_quantity_count; ++q) {
      MeanOf mean;
      for (const double value : row.values[q]) {
        if (std::isfinite(value)) {
          mean.sum += value;
          mean.count += 1;
        }
      }
      cells.push_back(figure_text("", fleet_quantities()[q].unit, mean.sum / mean.count));
    }
    table.rows.push_back(std::move(cells));
  }
  return table;
}

}  // namespace tokenfab

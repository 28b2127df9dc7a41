// SPDX-License-Identifier: Apache-2.0
#include "sim/report/metric_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace tokenfab {
namespace {

constexpr std::size_t rows_max = 12;  // a trace may have thousands of tenants

/// Those that some row has: most customers have no images, and without prices no revenue.
std::vector<MetricColumn> telling(const std::vector<MetricColumn>& columns,
                                  const std::map<std::string, MetricSet>& rows) {
  std::vector<MetricColumn> shown;
  for (const auto& column : columns) {
    const bool says_something = std::any_of(rows.begin(), rows.end(), [&](const auto& row) {
      return row.second.get(column.metric).value_or(0) != 0;
    });
    if (says_something) {
      shown.push_back(column);
    }
  }
  return shown;
}

}  // namespace

void add_metric_table(TextTable& table, const char* title,
                      const std::map<std::string, MetricSet>& rows,
                      const std::vector<MetricColumn>& columns) {
  constexpr std::size_t width_min = 11;
  auto heading = fmt::format("{:<22}", title);
  std::vector<std::string> lines;
  for (const auto& [name, metrics] : rows) {
    if (lines.size() < rows_max) {
      lines.push_back(fmt::format("{:<20}", name));
    }
  }
  for (const auto& column : telling(columns, rows)) {
    std::vector<std::string> cells;
    std::size_t width = std::max(width_min, std::string_view(column.heading).size() + 1);
    for (const auto& [name, metrics] : rows) {
      if (cells.size() < lines.size()) {
        const auto value = metrics.get(column.metric);
        cells.push_back(value ? column.text(*value) : "-");
        width = std::max(width, cells.back().size() + 1);
      }
    }
    heading += fmt::format("{:>{}}", column.heading, width);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      lines[i] += fmt::format("{:>{}}", cells[i], width);
    }
  }
  table.heading(heading);
  for (const auto& line : lines) {
    table.line(line);
  }
  if (rows.size() > rows_max) {
    table.line(fmt::format("and {} more in report.json", rows.size() - rows_max));
  }
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "sim/report/metric_table.hpp"

#include <fmt/format.h>

#include <algorithm>

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
  const auto shown_columns = telling(columns, rows);
  auto heading = fmt::format("{:<22}", title);
  for (const auto& column : shown_columns) {
    heading += fmt::format("{:>11}", column.heading);
  }
  table.heading(heading);
  std::size_t shown = 0;
  for (const auto& [name, metrics] : rows) {
    if (++shown > rows_max) {
      table.line(fmt::format("and {} more in report.json", rows.size() - rows_max));
      return;
    }
    auto line = fmt::format("{:<20}", name);
    for (const auto& column : shown_columns) {
      const auto value = metrics.get(column.metric);
      line += fmt::format("{:>11}", value ? column.text(*value) : "-");
    }
    table.line(line);
  }
}

}  // namespace tokenfab

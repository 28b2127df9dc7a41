// SPDX-License-Identifier: Apache-2.0
#include "sim/report/customer_tables.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tokenfab {
namespace {

constexpr std::size_t rows_max = 12;  // a trace may have thousands of tenants

struct Column {
  const char* heading;
  const char* metric;
  std::string (*text)(double value);
};

std::string mtok(double tokens) { return fmt::format("{:.2f}", tokens / 1e6); }

/// Those that some row has; most customers have no images, and without prices no revenue.
std::vector<Column> columns_of(const std::map<std::string, MetricSet>& rows) {
  const std::vector<Column> all{
      {"requests", "requests_completed", grouped}, {"in, Mtok", "input_tokens", mtok},
      {"cached", "cached_input_tokens", mtok},     {"out, Mtok", "output_tokens", mtok},
      {"images", "images_completed", grouped},     {"video, s", "video_seconds_completed", grouped},
      {"cost", "cost_total_usd", money},           {"cost/Mtok", "cost_per_mtok_usd", money},
      {"revenue", "revenue_usd", money},           {"margin", "margin_usd", money},
  };
  std::vector<Column> shown;
  for (const auto& column : all) {
    const bool says_something = std::any_of(rows.begin(), rows.end(), [&](const auto& row) {
      return row.second.get(column.metric).value_or(0) != 0;
    });
    if (says_something) {
      shown.push_back(column);
    }
  }
  return shown;
}

void add_table(TextTable& table, const char* title, const std::map<std::string, MetricSet>& rows) {
  const auto columns = columns_of(rows);
  auto heading = fmt::format("{:<22}", title);
  for (const auto& column : columns) {
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
    for (const auto& column : columns) {
      const auto value = metrics.get(column.metric);
      line += fmt::format("{:>11}", value ? column.text(*value) : "-");
    }
    table.line(line);
  }
}

}  // namespace

void add_customer_tables(TextTable& table, const Summary& summary) {
  if (summary.applications.size() > 1) {
    add_table(table, "Applications", summary.applications);
  }
  if (!summary.tenants.empty()) {
    add_table(table, "Tenants", summary.tenants);
  }
  const bool only_default = summary.tiers.size() == 1 && summary.tiers.count("default") == 1;
  if (!summary.tiers.empty() && !only_default) {
    add_table(table, "Tiers", summary.tiers);
  }
}

}  // namespace tokenfab

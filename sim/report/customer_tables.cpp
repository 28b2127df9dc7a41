// SPDX-License-Identifier: Apache-2.0
#include "sim/report/customer_tables.hpp"

#include <fmt/format.h>

#include "sim/report/metric_table.hpp"

namespace tokenfab {
namespace {

std::string mtok(double tokens) {
  const double millions = tokens / 1e6;
  return millions < 1e5 ? fmt::format("{:.2f}", millions) : grouped(millions);
}

void add_table(TextTable& table, const char* title, const std::map<std::string, MetricSet>& rows) {
  add_metric_table(table, title, rows,
                   {{"requests", "requests_completed", grouped},
                    {"in, Mtok", "input_tokens", mtok},
                    {"cached", "cached_input_tokens", mtok},
                    {"out, Mtok", "output_tokens", mtok},
                    {"images", "images_completed", grouped},
                    {"video, s", "video_seconds_completed", grouped},
                    {"cost", "cost_total_usd", money},
                    {"cost/Mtok", "cost_per_mtok_usd", money},
                    {"revenue", "revenue_usd", money},
                    {"margin", "margin_usd", money}});
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

// SPDX-License-Identifier: Apache-2.0
#include "sim/data/carbon_series.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/data/annual_rows.hpp"
#include "sim/data/dated_table.hpp"
#include "sim/data/energy_columns.hpp"
#include "sim/data/fields.hpp"
#include "sim/data/problems.hpp"

namespace tokenfab {
namespace {

std::string lower(std::string text) {
  for (auto& c : text) {
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return text;
}

/// The column whose name starts and ends so, whatever its case: names differ between vintages
/// ("(LCA)", "(Life cycle)"), and what is between is not ASCII.
std::optional<std::size_t> find_like(const SiteTable& table, std::string_view start,
                                     std::initializer_list<std::string_view> ends) {
  for (std::size_t i = 0; i < table.columns().size(); ++i) {
    const auto name = lower(table.columns()[i]);
    if (name.starts_with(start) &&
        std::any_of(ends.begin(), ends.end(), [&](auto end) { return name.ends_with(end); })) {
      return i;
    }
  }
  return std::nullopt;
}

CarbonTable table_of(std::vector<AnnualSeries> series) {
  return {std::move(series[0]), std::move(series[1]), std::move(series[2])};
}

constexpr std::string_view first_fuel = "WND";
constexpr std::string_view intensity_of_mix = "avg_CI";

}  // namespace

bool is_electricity_maps(std::string_view first_line) {
  const auto header = lower(std::string(first_line.substr(0, 1000)));
  return header.starts_with("datetime (utc),") &&
         header.find("carbon intensity g") != std::string::npos;
}

SiteData read_electricity_maps(SiteFile& file, std::string_view header) {
  DatedTable table(file, header, ',', "Datetime (UTC)");
  auto& rows = table.rows();
  const std::array places{find_like(rows, "carbon intensity", {"(direct)"}),
                          find_like(rows, "carbon intensity", {"(lca)", "(life cycle)"}),
                          find_like(rows, "renewable", {"percentage", "percentage (re%)"})};
  if (!places[0]) {
    file.reject(fmt::format("no column of direct carbon intensity in {}", quote(header)),
                "expected \"Carbon Intensity gCO₂eq/kWh (direct)\"");
  }
  const std::string direct_unit = lower(rows.columns()[*places[0]]);
  if (direct_unit.find("eq/kwh") == std::string::npos) {
    file.reject(fmt::format("the column {} is not in gCO₂eq/kWh", quote(direct_unit)));
  }
  std::vector<SiteColumn> columns{carbon_column("direct intensity"),
                                  carbon_column("life-cycle intensity"),
                                  share_column("renewable percentage")};
  columns[1].is_required = false;
  AnnualRows series(file, columns, AnnualRows::Years::Told);
  std::array<double, places.size()> values{};
  values.fill(std::numeric_limits<double>::quiet_NaN());
  while (const auto minute = table.next()) {
    for (std::size_t i = 0; i < places.size(); ++i) {
      if (places[i]) {
        values[i] = rows.value(*places[i], columns[i]);
      }
    }
    series.add(*minute, values);
  }
  return table_of(series.align(0));
}

bool is_fuel_mix(std::string_view first_line) {
  return has_column(first_line, "timestamp") && has_column(first_line, first_fuel) &&
         has_column(first_line, intensity_of_mix);
}

SiteData read_fuel_mix(SiteFile& file, std::string_view header) {
  DatedTable table(file, header, ',', "timestamp");
  auto& rows = table.rows();
  const auto intensity = rows.require(intensity_of_mix);
  const auto first = rows.require(first_fuel);
  std::vector<SiteColumn> fuels;  // no grid has a terawatt of one fuel
  for (std::size_t i = first; i < intensity; ++i) {
    fuels.push_back({.name = rows.columns()[i], .lowest = 0, .highest = 1e6});
  }
  std::vector<SiteColumn> columns{carbon_column(intensity_of_mix),
                                  carbon_column("life-cycle intensity"), share_column("the mix")};
  columns[1].is_required = false;
  AnnualRows series(file, columns, AnnualRows::Years::Told);
  const double unknown = std::numeric_limits<double>::quiet_NaN();
  while (const auto minute = table.next()) {
    double total = 0;
    double renewable = 0;
    for (std::size_t i = 0; i < fuels.size(); ++i) {
      const double power = rows.value(first + i, fuels[i]);
      const auto name = fuels[i].name;
      total += power;
      renewable += name == "WND" || name == "SUN" || name == "WAT" ? power : 0;
    }
    const double share = total > 0 ? renewable / total : unknown;
    const std::array values{rows.value(intensity, columns[0]), unknown, share};
    series.add(*minute, values);
  }
  return table_of(series.align(0));
}

}  // namespace tokenfab

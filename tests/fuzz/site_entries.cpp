// SPDX-License-Identifier: Apache-2.0
// Any bytes as a file of site data of each kind give data or a DataError, nothing else; and data
// keep what the models rely on. Gaps are filled however long they are, so that a few rows make a
// year.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/check.hpp"
#include "sim/core/errors.hpp"
#include "sim/data/read_site_data.hpp"
#include "tests/fuzz/entries.hpp"

namespace tokenfab::fuzz {
namespace {

void check_series(const AnnualSeries& series, double lowest, double highest) {
  CHECK(series.empty() || 60 % series.steps_per_hour() == 0, "{} steps", series.steps_per_hour());
  for (const double value : series.values()) {
    CHECK(value >= lowest && value <= highest, "{} outside {} to {}", value, lowest, highest);
  }
}

void check(const std::monostate&) { CHECK(false, "no data"); }

/// Shares lie within 0 and 1; prices have no such bounds.
void check(const AnnualSeries& series) {
  CHECK(!series.empty(), "no values");
  check_series(series, -1e6, 1e6);
}

void check(const WeatherTable& table) {
  CHECK(!table.dry_bulb_degc.empty() && !table.relative_humidity.empty(), "no weather");
  CHECK(std::abs(table.latitude_deg) <= 90 && std::abs(table.longitude_deg) <= 180, "{} {}",
        table.latitude_deg, table.longitude_deg);
  check_series(table.dry_bulb_degc, -95, 65);
  check_series(table.relative_humidity, 0, 1);
  check_series(table.pressure_pa, 30999, 120001);
  check_series(table.irradiance_w_m2, 0, 2000);
  check_series(table.cloud_cover, 0, 1);
  check_series(table.wind_m_s, 0, 120.001);
}

void check(const CarbonTable& table) {
  CHECK(!table.direct_kg_per_j.empty(), "no intensity");
  check_series(table.direct_kg_per_j, 0, 1e-6);
  check_series(table.life_cycle_kg_per_j, 0, 1e-6);
  check_series(table.renewable_share, 0, 1.000001);
}

template <class Tier>
void check_tiers(const std::vector<std::vector<Tier>>& periods) {
  for (const auto& tiers : periods) {
    CHECK(!tiers.empty() && std::isinf(tiers.back().most.si()), "the last tier ends");
    for (std::size_t i = 0; i < tiers.size(); ++i) {
      CHECK(std::isfinite(tiers[i].price.si()), "price {}", tiers[i].price.si());
      CHECK(i == 0 || tiers[i].most > tiers[i - 1].most, "limits fall");
    }
  }
}

void check_table(const PeriodTable& table, std::size_t periods) {
  for (const auto& hours : table) {
    for (const auto period : hours) {
      CHECK(period < std::max<std::size_t>(periods, 1), "period {} of {}", period, periods);
    }
  }
}

void check(const UtilityRate& rate) {
  CHECK(!rate.energy.empty(), "no energy prices");
  check_tiers(rate.energy);
  check_tiers(rate.demand);
  check_tiers(rate.flat_demand);
  check_table(rate.energy_weekday, rate.energy.size());
  check_table(rate.energy_weekend, rate.energy.size());
  check_table(rate.demand_weekday, rate.demand.size());
  check_table(rate.demand_weekend, rate.demand.size());
  for (std::size_t month = 0; month < 12; ++month) {
    CHECK(rate.ratchet[month] >= 0 && rate.ratchet[month] <= 1, "{}", rate.ratchet[month]);
    CHECK(rate.flat_demand_season[month] < std::max<std::size_t>(rate.flat_demand.size(), 1),
          "season {}", rate.flat_demand_season[month]);
  }
  CHECK(rate.demand_window.si() > 0, "{}", rate.demand_window.si());
}

/// The length of the input picks the site's clock.
void read_as(DataKind kind, std::string_view format, std::string_view bytes) {
  constexpr double offsets_h[] = {0, 8, -6, 5.5};
  const SiteReadOptions options{offsets_h[bytes.size() % 4], {{"EUR", 1.1}, {"CNY", 0.14}}, 1e5};
  std::vector<std::string> warnings;
  try {
    const auto data =
        read_site_data(kind, format, ByteStream::from_memory("fuzz", bytes), options, warnings);
    std::visit([](const auto& table) { check(table); }, data);
  } catch (const DataError& error) {
    CHECK(!error.problems().empty() && error.problems().size() <= FileFaults::most + 1,
          "{} problems", error.problems().size());
  }
}

/// By its first line; what no format recognises goes to one of them.
void read_kind(DataKind kind, std::string_view bytes) {
  const auto formats = site_data_formats(kind);
  const auto first_line = bytes.substr(0, bytes.find_first_of("\r\n"));
  const bool is_known =
      std::any_of(site_formats().begin(), site_formats().end(), [&](const SiteFormat& format) {
        return format.kind == kind && format.recognises(first_line);
      });
  read_as(kind, is_known ? "auto" : formats[bytes.size() % formats.size()], bytes);
}

}  // namespace

void run_site_weather(std::string_view bytes) { read_kind(DataKind::Weather, bytes); }
void run_site_price(std::string_view bytes) { read_kind(DataKind::Price, bytes); }
void run_site_carbon(std::string_view bytes) { read_kind(DataKind::Carbon, bytes); }
void run_site_fraction(std::string_view bytes) { read_kind(DataKind::Fraction, bytes); }
void run_urdb(std::string_view bytes) { read_kind(DataKind::UtilityRate, bytes); }

}  // namespace tokenfab::fuzz

// SPDX-License-Identifier: Apache-2.0
#include "sim/data/price_series.hpp"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <utility>

#include "sim/data/annual_rows.hpp"
#include "sim/data/dated_table.hpp"
#include "sim/data/energy_columns.hpp"
#include "sim/data/fields.hpp"
#include "sim/data/problems.hpp"

namespace tokenfab {
namespace {

struct PriceUnit {
  std::string currency;
  double joules = 0;
};

/// "Price (EUR/MWh)", "Price (EUR/MWhe)" or "... /kWh)"; joules is 0 for other names.
PriceUnit parse_price_header(std::string_view name) {
  constexpr std::string_view start = "Price (";
  if (!name.starts_with(start) || !name.ends_with(')')) {
    return {};
  }
  name.remove_prefix(start.size());
  name.remove_suffix(name.ends_with("e)") ? 2 : 1);
  const auto slash = name.find('/');
  const auto unit = slash == std::string_view::npos ? std::string_view() : name.substr(slash + 1);
  const double joules = unit == "MWh" ? joules_per_mwh : unit == "kWh" ? joules_per_kwh : 0;
  return {std::string(name.substr(0, slash)), joules};
}

/// Reads a table with one column of prices.
SiteData read_prices(SiteFile& file, DatedTable& table, std::size_t price_place,
                     const SiteColumn& price) {
  AnnualRows rows(file, {price}, AnnualRows::Years::Told);
  while (const auto minute = table.next()) {
    const double value = table.rows().value(price_place, price);
    rows.add(*minute, {&value, 1});
  }
  return std::move(rows.align(0).front());
}

}  // namespace

bool is_utc_price(std::string_view first_line) {
  return has_column(first_line, "Datetime (UTC)") &&
         first_line.find("Price (") != std::string_view::npos;
}

SiteData read_utc_price(SiteFile& file, std::string_view header) {
  DatedTable table(file, header, ',', "Datetime (UTC)");
  const auto& names = table.rows().columns();
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto unit = parse_price_header(names[i]);
    if (unit.joules > 0) {
      const double usd = file.usd_per(unit.currency);
      return read_prices(file, table, i, price_column(names[i], usd, unit.joules));
    }
  }
  file.reject(fmt::format("no column of prices in {}", quote(header)),
              "expected \"Price (CUR/MWh)\", CUR the code of a currency");
}

bool is_market_price(std::string_view first_line) {
  return has_column(first_line, "timestamp") && has_column(first_line, "price_per_mwh");
}

SiteData read_market_price(SiteFile& file, std::string_view header) {
  DatedTable table(file, header, ',', "timestamp");
  const auto price_place = table.rows().require("price_per_mwh");
  const auto currency_place = table.rows().require("currency");
  const auto region_place = table.rows().find("region");
  auto price = price_column("price_per_mwh", 1, joules_per_mwh);
  AnnualRows rows(file, {price}, AnnualRows::Years::Told);
  std::optional<std::string> currency;
  std::string region;
  while (const auto minute = table.next()) {
    const auto row_currency = table.rows().field(currency_place);
    const auto row_region = region_place ? table.rows().field(*region_place) : std::string_view();
    if (!currency) {
      currency = row_currency;
      region = row_region;
      price.to_si *= file.usd_per(row_currency);
    }
    if (row_currency != *currency || row_region != region) {
      file.refuse(fmt::format("{} in {} after {} in {}, expected one region and one currency",
                              quote(row_currency), quote(row_region), quote(*currency),
                              quote(region)));
    }
    const double value = table.rows().value(price_place, price);
    rows.add(*minute, {&value, 1});
  }
  return std::move(rows.align(0).front());
}

bool is_esios_price(std::string_view first_line) {
  return first_line == "id;name;geoid;geoname;value;datetime";
}

SiteData read_esios_price(SiteFile& file, std::string_view header) {
  DatedTable table(file, header, ';', "datetime");
  const auto place = table.rows().require("value");
  return read_prices(file, table, place,
                     price_column("value", file.usd_per("EUR"), joules_per_mwh));
}

}  // namespace tokenfab

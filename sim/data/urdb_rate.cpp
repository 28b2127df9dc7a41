// SPDX-License-Identifier: Apache-2.0
#include "sim/data/urdb_rate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/data/energy_columns.hpp"
#include "sim/data/problems.hpp"
#include "sim/data/urdb_fields.hpp"
#include "sim/data/urdb_periods.hpp"

namespace tokenfab {
namespace {

constexpr std::size_t max_bytes = std::size_t{16} << 20;
constexpr double highest_charge = 1e9;  // USD
constexpr double days_per_month = 365.0 / 12;
/// "The highest demand of the current month and the 11 before" is the usual wording where a record
/// does not tell how far back a ratchet looks. Estimate: URDB has no field for it.
constexpr int usual_ratchet_months = 11;

std::string read_all(SiteFile& file, std::string_view line) {
  std::string text(line);
  while (file.next(line)) {
    text += '\n';
    text += line;
    if (text.size() > max_bytes) {
      file.reject(fmt::format("more than {} MiB, expected one tariff", max_bytes >> 20));
    }
  }
  return text;
}

/// The record itself, out of the service's answer if it is one.
simdjson::dom::object record_of(SiteFile& file, const simdjson::dom::element& root) {
  simdjson::dom::object object;
  simdjson::dom::array items;
  if (root.get_object().get(object) != simdjson::SUCCESS) {
    file.faults().reject(0, fmt::format("{}, expected an object with a URDB tariff", shown(root)));
  }
  for (const auto* name : {"error", "errors"}) {
    simdjson::dom::element error;
    if (object.at_key(name).get(error) == simdjson::SUCCESS) {
      file.faults().reject(
          0, fmt::format("the service answered with an error: {}", quote(simdjson::minify(error))));
    }
  }
  if (object.at_key("items").get_array().get(items) != simdjson::SUCCESS) {
    return object;
  }
  if (items.size() != 1 || items.at(0).get_object().get(object) != simdjson::SUCCESS) {
    file.faults().reject(0, fmt::format("{} items, expected one tariff", items.size()),
                         "ask the service for one label with getpage=LABEL");
  }
  return object;
}

/// A charge in USD a month.
double read_charge(const UrdbFields& record, std::string_view name, std::string_view units_name) {
  const auto charge = record.number(name, -highest_charge, highest_charge).value_or(0);
  const auto units = record.text(units_name);
  if (units.empty() || units == "$/month") {
    return charge;
  }
  if (units == "$/day") {
    return charge * days_per_month;
  }
  if (units != "$/year") {
    record.refuse(units_name, fmt::format("{}, expected $/month, $/day or $/year", quote(units)));
  }
  return charge / 12;
}

void read_fixed(SiteFile& file, const UrdbFields& record, UtilityRate& rate) {
  const auto plain = [&](std::string_view name) {
    return record.number(name, -highest_charge, highest_charge).value_or(0);
  };
  rate.fixed_per_month = Dollars(read_charge(record, "fixedchargefirstmeter", "fixedchargeunits") +
                                 plain("fixedmonthlycharge"));  // of version 3
  const double yearly = plain("annualmincharge");
  rate.minimum_per_month = Dollars(read_charge(record, "mincharge", "minchargeunits") +
                                   plain("minmonthlycharge") + yearly / 12);
  if (yearly != 0 || record.text("minchargeunits") == "$/year") {
    file.warn(0, "the minimum charge of a year is applied as a twelfth in each month");
  }
}

void require_kilowatts(const UrdbFields& record, std::string_view name) {
  const auto unit = record.text(name);
  if (!unit.empty() && unit != "kW") {
    record.refuse(name, fmt::format("demand in {} is not modelled, expected kW", quote(unit)));
  }
}

std::vector<std::vector<DemandTier>> demand_of(const UrdbPeriods& periods) {
  std::vector<std::vector<DemandTier>> result;
  for (const auto& period : periods) {
    auto& tiers = result.emplace_back();
    for (const auto& tier : period) {
      tiers.push_back({Watts(tier.most * 1e3), DollarsPerWatt(tier.price / 1e3)});
    }
  }
  return result;
}

void read_demand(SiteFile& file, const UrdbFields& record, UtilityRate& rate) {
  rate.demand = demand_of(read_urdb_periods(file, record, "demandratestructure", "kW"));
  if (!rate.demand.empty()) {
    require_kilowatts(record, "demandrateunit");
    const auto periods = rate.demand.size();
    rate.demand_weekday = read_urdb_schedule(record, "demandweekdayschedule", periods);
    rate.demand_weekend = read_urdb_schedule(record, "demandweekendschedule", periods);
  }
  rate.flat_demand = demand_of(read_urdb_periods(file, record, "flatdemandstructure", "kW"));
  if (!rate.flat_demand.empty()) {
    require_kilowatts(record, "flatdemandunit");
    rate.flat_demand_season = read_urdb_months(record, "flatdemandmonths", rate.flat_demand.size());
  }
  if (const auto minutes = record.number("demandwindow", 1, 1440)) {
    rate.demand_window = Seconds(*minutes * 60);
  }
}

void read_energy(SiteFile& file, const UrdbFields& record, UtilityRate& rate) {
  for (const auto& period : read_urdb_periods(file, record, "energyratestructure", "kWh")) {
    auto& tiers = rate.energy.emplace_back();
    for (const auto& tier : period) {
      tiers.push_back({Joules(tier.most * joules_per_kwh),
                       DollarsPerJoule(tier.price / joules_per_kwh),
                       DollarsPerJoule(tier.sell_price / joules_per_kwh)});
    }
  }
  if (rate.energy.empty()) {
    record.refuse("energyratestructure", "no energy prices");
    return;
  }
  rate.energy_weekday = read_urdb_schedule(record, "energyweekdayschedule", rate.energy.size());
  rate.energy_weekend = read_urdb_schedule(record, "energyweekendschedule", rate.energy.size());
}

/// Fuel adjustments add to every energy price of a month: periods are doubled where months differ.
void add_fuel_adjustments(const UrdbFields& record, UtilityRate& rate) {
  const auto adjustments = record.numbers("fueladjustmentsmonthly", 12, -1000, 1000);
  const auto is_zero = [](double value) { return value == 0; };
  if (!adjustments || std::all_of(adjustments->begin(), adjustments->end(), is_zero)) {
    return;
  }
  const auto periods = std::exchange(rate.energy, {});
  std::map<std::pair<std::uint8_t, double>, std::size_t> adjusted;
  for (std::size_t month = 0; month < adjustments->size(); ++month) {
    const double adjustment = (*adjustments)[month];
    for (auto* hours : {&rate.energy_weekday[month], &rate.energy_weekend[month]}) {
      for (auto& period : *hours) {
        const auto [found, is_new] =
            adjusted.emplace(std::pair(period, adjustment), rate.energy.size());
        if (is_new) {
          auto& tiers = rate.energy.emplace_back(periods[period]);
          for (auto& tier : tiers) {
            tier.price += DollarsPerJoule(adjustment / joules_per_kwh);
          }
        }
        period = static_cast<std::uint8_t>(found->second);
      }
    }
  }
  if (rate.energy.size() > 256) {
    record.refuse("fueladjustmentsmonthly",
                  fmt::format("{} periods with the adjustments of months, expected at most 256",
                              rate.energy.size()));
  }
}

/// Shares, also where they are written in percent.
void take_percent(SiteFile& file, std::string_view name, std::vector<double>& shares) {
  if (std::any_of(shares.begin(), shares.end(), [](double share) { return share > 1; })) {
    file.warn(0, fmt::format("{} goes beyond 1 and is taken as percent", name));
    for (auto& share : shares) {
      share /= 100;
    }
  }
}

void read_ratchet(SiteFile& file, const UrdbFields& record, UtilityRate& rate) {
  auto monthly = record.numbers("demandratchetpercentage", 12, 0, 100);
  std::vector<double> lookback{record.number("lookbackpercent", 0, 100).value_or(0)};
  const auto range = record.number("lookbackrange", 0, 120).value_or(0);
  const auto months = record.numbers("lookbackmonths", 12, 0, 1);
  const auto is_set = [](double value) { return value > 0; };
  const bool has_monthly = monthly && std::any_of(monthly->begin(), monthly->end(), is_set);
  const bool has_months = months && std::any_of(months->begin(), months->end(), is_set);
  if (!has_monthly && lookback[0] == 0) {
    return;
  }
  if (has_monthly && lookback[0] > 0) {
    record.refuse("lookbackpercent", "another ratchet besides demandratchetpercentage",
                  "keep one of them");
    return;
  }
  rate.ratchet_looks_at.fill(true);
  rate.ratchet_months = usual_ratchet_months;
  if (has_monthly) {
    take_percent(file, "demandratchetpercentage", *monthly);
    std::copy(monthly->begin(), monthly->end(), rate.ratchet.begin());
    return;
  }
  take_percent(file, "lookbackpercent", lookback);
  rate.ratchet.fill(lookback[0]);
  if (range > 0 && has_months) {
    record.refuse("lookbackrange", "both lookbackrange and lookbackmonths, expected one of them");
  } else if (range > 0) {
    rate.ratchet_months = static_cast<int>(range);
  } else if (has_months) {
    std::transform(months->begin(), months->end(), rate.ratchet_looks_at.begin(), is_set);
  } else {
    file.warn(0, fmt::format("lookbackpercent without range or months looks {} months back",
                             usual_ratchet_months));
  }
}

/// What a bill made from the rate would lack.
void warn_of_parts_left_out(SiteFile& file, const UrdbFields& record) {
  const auto coincident = record.list("coincidentratestructure");
  if (coincident && coincident->size() > 0) {
    file.warn(0, "the charge for demand at the grid's peak (coincidentratestructure) is left out");
  }
  if (record.number("demandreactivepowercharge", -1e6, 1e6).value_or(0) != 0) {
    file.warn(0, "the charge for reactive power (demandreactivepowercharge) is left out");
  }
  const auto country = record.text("country");
  if (!country.empty() && country != "USA") {
    file.warn(0, fmt::format("a tariff of {}: its prices are taken as USD", quote(country)));
  }
}

}  // namespace

bool is_urdb(std::string_view first_line) {
  const auto first = first_line.find_first_not_of(" \t");
  return first != std::string_view::npos && first_line[first] == '{';
}

SiteData read_urdb(SiteFile& file, std::string_view first_line) {
  const std::string text = read_all(file, first_line);
  simdjson::dom::parser parser(max_bytes + simdjson::SIMDJSON_PADDING);
  simdjson::dom::element root;
  if (const auto error = parser.parse(text).get(root)) {
    file.faults().reject(0, fmt::format("no sound JSON: {}", simdjson::error_message(error)));
  }
  const UrdbFields record(record_of(file, root), "", file.faults());
  UtilityRate rate;
  const auto utility = record.text("utility");
  rate.name =
      utility.empty() ? record.text("name") : fmt::format("{}: {}", utility, record.text("name"));
  read_energy(file, record, rate);
  read_demand(file, record, rate);
  read_ratchet(file, record, rate);
  read_fixed(file, record, rate);
  warn_of_parts_left_out(file, record);
  file.faults().raise();
  add_fuel_adjustments(record, rate);
  file.faults().raise();
  return rate;
}

}  // namespace tokenfab

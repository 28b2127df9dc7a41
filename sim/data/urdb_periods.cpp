// SPDX-License-Identifier: Apache-2.0
#include "sim/data/urdb_periods.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <optional>
#include <utility>

namespace tokenfab {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double highest_price = 1e6;     // USD per kWh or kW; far beyond any tariff
constexpr double highest_amount = 1e12;   // kWh or kW
constexpr std::size_t max_periods = 256;  // a PeriodTable holds bytes
constexpr std::size_t max_tiers = 100;

std::optional<UrdbTier> read_tier(SiteFile& file, const simdjson::dom::element& value,
                                  const std::string& pointer, std::string_view unit) {
  simdjson::dom::object object;
  if (value.get_object().get(object) != simdjson::SUCCESS) {
    file.faults().add_at(pointer, fmt::format("{}, expected an object with rate", shown(value)));
    return std::nullopt;
  }
  const UrdbFields fields(object, pointer, file.faults());
  const auto rate = fields.number("rate", -highest_price, highest_price);
  const auto adjustment = fields.number("adj", -highest_price, highest_price);
  const auto most = fields.number("max", 0, highest_amount);
  if (!fields.find("rate") && !fields.find("adj")) {
    fields.refuse("rate", "missing");
  }
  const auto own_unit = fields.text("unit");
  if (most && !own_unit.empty() && own_unit != unit) {
    fields.refuse(
        "unit", fmt::format("limits in \"{}\" are not modelled, expected \"{}\"", own_unit, unit));
  }
  return UrdbTier{most.value_or(infinity), rate.value_or(0) + adjustment.value_or(0),
                  fields.number("sell", -highest_price, highest_price).value_or(0)};
}

/// Limits rise, and only the last tier is without one; it goes on beyond the limit it has.
void check_limits(SiteFile& file, const std::string& pointer, std::vector<UrdbTier>& tiers) {
  for (std::size_t i = 1; i < tiers.size(); ++i) {
    if (!(tiers[i].most > tiers[i - 1].most)) {
      file.faults().add_at(fmt::format("{}/{}/max", pointer, i),
                           fmt::format("{} after {} in the tier before, expected rising limits",
                                       tiers[i].most, tiers[i - 1].most),
                           "only the last tier goes without max");
    }
  }
  if (!tiers.empty() && std::isfinite(tiers.back().most)) {
    file.warn(0, fmt::format("{}: the price of the last tier holds beyond its max of {} too",
                             pointer, tiers.back().most));
    tiers.back().most = infinity;
  }
}

std::vector<UrdbTier> read_tiers(SiteFile& file, const simdjson::dom::element& value,
                                 const std::string& pointer, std::string_view unit) {
  simdjson::dom::array list;
  std::vector<UrdbTier> tiers;
  if (value.get_array().get(list) != simdjson::SUCCESS || list.size() == 0 ||
      list.size() > max_tiers) {
    file.faults().add_at(
        pointer, fmt::format("{}, expected a list of 1 to {} tiers", shown(value), max_tiers));
    return tiers;
  }
  for (const auto& tier : list) {
    if (auto read = read_tier(file, tier, fmt::format("{}/{}", pointer, tiers.size()), unit)) {
      tiers.push_back(*read);
    } else {
      return {};
    }
  }
  check_limits(file, pointer, tiers);
  return tiers;
}

/// The number of a period that exists.
std::optional<std::uint8_t> read_period(const UrdbFields& record, std::string_view name,
                                        const simdjson::dom::element& value, std::size_t periods) {
  const auto number = number_in(value, 0, static_cast<double>(max_periods - 1));
  if (!number || value.is_bool() || *number != std::floor(*number)) {
    record.refuse(name, fmt::format("a period is {}, expected a whole number", shown(value)));
    return std::nullopt;
  }
  if (*number >= static_cast<double>(periods)) {
    record.refuse(name,
                  fmt::format("period {} is named, but there are {} (from 0)", *number, periods));
    return std::nullopt;
  }
  return static_cast<std::uint8_t>(*number);
}

/// Whether a table that is not there may be taken as all period 0; a fault if not.
void check_absent(const UrdbFields& record, std::string_view name, std::size_t periods) {
  if (!record.find(name) && periods > 1) {
    record.refuse(name, fmt::format("missing; it says when each of {} periods holds", periods));
  }
}

}  // namespace

UrdbPeriods read_urdb_periods(SiteFile& file, const UrdbFields& record, std::string_view name,
                              std::string_view unit) {
  const auto list = record.list(name);
  UrdbPeriods periods;
  if (!list) {
    return periods;
  }
  if (list->size() > max_periods) {
    record.refuse(name, fmt::format("{} periods, expected at most {}", list->size(), max_periods));
    return periods;
  }
  for (const auto& period : *list) {
    periods.push_back(read_tiers(
        file, period, fmt::format("{}/{}", record.pointer_to(name), periods.size()), unit));
  }
  return periods;
}

PeriodTable read_urdb_schedule(const UrdbFields& record, std::string_view name,
                               std::size_t periods) {
  constexpr std::string_view expected = "expected 12 lists (months) of 24 numbers (hours)";
  PeriodTable table{};
  check_absent(record, name, periods);
  const auto months = record.list(name);
  if (!months) {
    return table;
  }
  if (months->size() != table.size()) {
    record.refuse(name, fmt::format("{} rows, {}", months->size(), expected));
    return table;
  }
  std::size_t month = 0;
  for (const auto& row : *months) {
    auto& hours = table[month];
    const auto row_name = fmt::format("{}/{}", name, month++);
    simdjson::dom::array list;
    if (row.get_array().get(list) != simdjson::SUCCESS || list.size() != hours.size()) {
      record.refuse(row_name, fmt::format("{}, {}",
                                          row.is_array() ? fmt::format("{} columns", list.size())
                                                         : shown(row),
                                          expected));
      continue;
    }
    std::size_t hour = 0;
    for (const auto& value : list) {
      const auto period = read_period(record, row_name, value, periods);
      if (!period) {
        break;  // the rest of the row would say the same
      }
      hours[hour++] = *period;
    }
  }
  return table;
}

std::array<std::uint8_t, 12> read_urdb_months(const UrdbFields& record, std::string_view name,
                                              std::size_t periods) {
  std::array<std::uint8_t, 12> months{};
  check_absent(record, name, periods);
  const auto list = record.list(name);
  if (!list) {
    return months;
  }
  if (list->size() != months.size()) {
    record.refuse(name, fmt::format("{} elements, expected 12", list->size()));
    return months;
  }
  std::size_t month = 0;
  for (const auto& value : *list) {
    months[month++] = read_period(record, name, value, periods).value_or(0);
  }
  return months;
}

}  // namespace tokenfab

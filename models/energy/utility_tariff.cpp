// SPDX-License-Identifier: Apache-2.0
#include "models/energy/utility_tariff.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace tokenfab {
namespace {

constexpr Duration hour = Duration::from_ticks(Int128{3600} * Duration::ticks_per_second);

void check_window(const std::string& owner, Seconds window) {
  const double seconds = window.si();
  const bool divides_hour =
      seconds >= 1 && seconds == std::floor(seconds) && std::fmod(3600, seconds) == 0;
  if (!divides_hour) {
    throw std::invalid_argument(fmt::format(
        "{}: demand_window of {} s does not divide an hour; 15 min is usual", owner, seconds));
  }
}

void check_periods(const std::string& owner, const char* what, const PeriodTable& table,
                   std::size_t periods) {
  for (const auto& month : table) {
    for (const auto period : month) {
      if (period >= periods) {
        throw std::invalid_argument(
            fmt::format("{}: {} names period {} of {}", owner, what, period, periods));
      }
    }
  }
}

template <class Tiers>
void check_tiers(const std::string& owner, const char* what, const Tiers& periods) {
  for (const auto& tiers : periods) {
    const bool is_ascending = std::is_sorted(
        tiers.begin(), tiers.end(), [](const auto& a, const auto& b) { return a.most < b.most; });
    if (tiers.empty() || !is_ascending) {
      throw std::invalid_argument(
          fmt::format("{}: the tiers of {} are not in ascending order", owner, what));
    }
  }
}

}  // namespace

void UtilityTariff::set_rate(const std::string& owner, UtilityRate rate) {
  check_tiers(owner, "energy", rate.energy);
  check_tiers(owner, "demand", rate.demand);
  check_tiers(owner, "flat demand", rate.flat_demand);
  check_periods(owner, "energy on weekdays", rate.energy_weekday, rate.energy.size());
  check_periods(owner, "energy on weekends", rate.energy_weekend, rate.energy.size());
  if (!rate.demand.empty()) {
    check_periods(owner, "demand on weekdays", rate.demand_weekday, rate.demand.size());
    check_periods(owner, "demand on weekends", rate.demand_weekend, rate.demand.size());
  }
  for (const auto season : rate.flat_demand_season) {
    if (!rate.flat_demand.empty() && season >= rate.flat_demand.size()) {
      throw std::invalid_argument(fmt::format("{}: flat demand names season {} of {}", owner,
                                              season, rate.flat_demand.size()));
    }
  }
  if (!rate.demand.empty() || !rate.flat_demand.empty()) {
    check_window(owner, rate.demand_window);
  }
  rate_ = std::move(rate);
}

const EnergyTier& UtilityTariff::last_tier(Instant at) const {
  const CivilTime local = calendar_.at(at);
  const auto& table = local.is_weekend() ? rate_.energy_weekend : rate_.energy_weekday;
  const auto period =
      table[static_cast<std::size_t>(local.month - 1)][static_cast<std::size_t>(local.hour)];
  return rate_.energy[period].back();
}

DollarsPerJoule UtilityTariff::energy_price(Instant at) const {
  const DollarsPerJoule price = last_tier(at).price;
  return spot_.price.empty() ? price : price + DollarsPerJoule(spot_.price.at(calendar_, at));
}

DollarsPerJoule UtilityTariff::export_price(Instant at) const {
  const DollarsPerJoule price = last_tier(at).sell_price;
  return spot_.price.empty()
             ? price
             : price + spot_.export_share * DollarsPerJoule(spot_.price.at(calendar_, at));
}

bool UtilityTariff::is_constant() const {
  const auto& first = rate_.energy.front().back();
  return spot_.price.empty() &&
         std::all_of(rate_.energy.begin(), rate_.energy.end(), [&](const auto& tiers) {
           return tiers.back().price == first.price && tiers.back().sell_price == first.sell_price;
         });
}

std::optional<Instant> UtilityTariff::holds_until(Instant at) const {
  if (is_constant()) {
    return std::nullopt;
  }
  if (!spot_.price.empty()) {
    return std::min(spot_.price.holds_until(calendar_, at), calendar_.next_multiple(at, hour));
  }
  const CivilTime local = calendar_.at(at);
  const auto& table = local.is_weekend() ? rate_.energy_weekend : rate_.energy_weekday;
  const auto& periods = table[static_cast<std::size_t>(local.month - 1)];
  Instant end = calendar_.next_multiple(at, hour);
  const auto period = periods[static_cast<std::size_t>(local.hour)];
  for (auto next = static_cast<std::size_t>(local.hour) + 1; next < 24 && periods[next] == period;
       ++next) {
    end += hour;
  }
  return end;
}

std::unique_ptr<BillMeter> UtilityTariff::open_bill() const {
  return std::make_unique<UtilityBillMeter>(rate_, spot_, calendar_);
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "models/energy/tariff_charges.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace tokenfab {

void DemandPeriodConfig::describe(Describe<DemandPeriodConfig>& d) {
  using C = DemandPeriodConfig;
  d.field("price", &C::price, "Of the highest power in these hours, a month")
      .required()
      .range(0, 10);
  describe_times(d, &C::hours, &C::months, &C::days);
}

void TariffChargesConfig::describe(Describe<TariffChargesConfig>& d) {
  using C = TariffChargesConfig;
  d.field("demand", &C::demand, "Of the highest power of the month at any hour, a month")
      .range(0, 10);
  d.map("demand_periods", &C::demand_periods, "Further prices of the highest power, by hours");
  d.field("demand_window", &C::demand_window, "Time over which power is averaged; divides an hour")
      .range(1, 3600)
      .source("15 min in most US and Chinese tariffs, 30 min in Singapore");
  d.field("ratchet", &C::ratchet, "Share of the highest past peak that is billed at least")
      .range(0, 1);
  d.field("ratchet_months", &C::ratchet_months, "Months that a ratchet looks back").range(1, 60);
  d.field("capacity", &C::capacity, "Of contracted power or transformer capacity, a month")
      .range(0, 10);
  d.field("contracted", &C::contracted,
          "Contracted power, or transformer capacity with kVA written as kW")
      .range(0, 1e12);
  d.field("fixed", &C::fixed, "A month, whatever is used").range(0, 1e12);
  d.field("minimum", &C::minimum, "Least that a month costs before credits").range(0, 1e12);
}

void add_charges(const std::string& owner, const TariffChargesConfig& charges, UtilityRate& rate) {
  const bool has_demand = charges.demand > DollarsPerWatt(0) || !charges.demand_periods.empty();
  if (charges.ratchet > 0 && !has_demand) {
    throw std::invalid_argument(fmt::format("{}: ratchet {} without a demand price; add \"demand\"",
                                            owner, charges.ratchet));
  }
  if (charges.capacity > DollarsPerWatt(0) && !(charges.contracted > Watts(0))) {
    throw std::invalid_argument(
        fmt::format("{}: capacity costs {} USD/kW a month, but contracted is not given", owner,
                    charges.capacity.si() * 1e3));
  }
  if (charges.demand > DollarsPerWatt(0)) {
    rate.flat_demand = {{{.price = charges.demand}}};
  }
  if (!charges.demand_periods.empty()) {
    std::map<std::string, PeriodTimes> times;
    for (const auto& [name, period] : charges.demand_periods) {
      times[name] = {period.hours, period.months, period.days};
      rate.demand.push_back({{.price = period.price}});
    }
    const auto tables = sparse_period_tables(owner + ": demand_periods", times);
    rate.demand.push_back({{}});  // of hours that no period covers: free
    rate.demand_weekday = tables.weekday;
    rate.demand_weekend = tables.weekend;
  }
  rate.demand_window = charges.demand_window;
  rate.ratchet.fill(charges.ratchet);
  rate.ratchet_looks_at.fill(true);
  rate.ratchet_months = charges.ratchet > 0 ? charges.ratchet_months : 0;
  rate.fixed_per_month = charges.fixed + charges.capacity * charges.contracted;
  rate.minimum_per_month = charges.minimum;
}

}  // namespace tokenfab

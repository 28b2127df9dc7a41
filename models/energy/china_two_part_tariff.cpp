// SPDX-License-Identifier: Apache-2.0
#include "models/energy/china_two_part_tariff.hpp"

#include <stdexcept>

namespace tokenfab {

void ChinaPeriod::describe(Describe<ChinaPeriod>& d) {
  using C = ChinaPeriod;
  d.field("multiplier", &C::multiplier, "Of the floating part of the price").range(0, 10);
  describe_times(d, &C::hours, &C::months, &C::days);
}

void ChinaTwoPartConfig::describe(Describe<ChinaTwoPartConfig>& d) {
  using C = ChinaTwoPartConfig;
  d.field("floating_price", &C::floating_price, "Part of the energy price that the hour multiplies")
      .required()
      .range(-1e-5, 1e-5);
  d.field("fixed_price", &C::fixed_price, "Part of the energy price that is always the same")
      .range(-1e-5, 1e-5);
  d.map("periods", &C::periods, "Multipliers by name; together they cover every hour exactly once")
      .required();
  d.choice("basic_charge", &C::basic_charge, {"demand", "capacity"},
           "What the monthly charge is for: highest power, or transformer capacity");
  d.field("demand_price", &C::demand_price, "Of the highest 15-minute power, a month").range(0, 10);
  d.field("demand_share", &C::demand_share,
          "Share of the demand price that is paid: 0.9 from 260 kWh a month per kVA on")
      .range(0, 1)
      .source("NDRC 2023 No. 526");
  d.field("capacity_price", &C::capacity_price, "Of transformer capacity, a month, per kVA as kW")
      .range(0, 10);
  d.field("transformer", &C::transformer, "Transformer capacity, with kVA written as kW")
      .range(0, 1e12);
}

ChinaTwoPartTariff::ChinaTwoPartTariff(const ChinaTwoPartConfig& config) {
  std::map<std::string, PeriodTimes> times;
  UtilityRate rate;
  for (const auto& [name, period] : config.periods) {
    times[name] = {period.hours, period.months, period.days};
    const DollarsPerJoule price = config.floating_price * period.multiplier + config.fixed_price;
    rate.energy.push_back({{.price = price, .sell_price = {}}});
  }
  const auto tables = period_tables("china_two_part: periods", times);
  rate.energy_weekday = tables.weekday;
  rate.energy_weekend = tables.weekend;
  if (config.basic_charge == BasicCharge::Capacity) {
    if (!(config.transformer > Watts(0))) {
      throw std::invalid_argument(
          "china_two_part: basic_charge \"capacity\" needs the size of the transformer; give "
          "\"transformer\" or choose \"demand\"");
    }
    rate.fixed_per_month = config.capacity_price * config.transformer;
  } else if (config.demand_price > DollarsPerWatt(0)) {
    rate.flat_demand = {{{.price = config.demand_price * config.demand_share}}};
  }
  set_rate("china_two_part", std::move(rate));
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "models/energy/time_of_use_tariff.hpp"

namespace tokenfab {

void TimeOfUsePeriod::describe(Describe<TimeOfUsePeriod>& d) {
  using C = TimeOfUsePeriod;
  d.field("price", &C::price, "Of energy in these hours, all charges per kWh included")
      .required()
      .range(-1e-5, 1e-5);
  d.field("sell_price", &C::sell_price, "Paid for energy fed into the grid").range(-1e-5, 1e-5);
  describe_times(d, &C::hours, &C::months, &C::days);
}

void TimeOfUseConfig::describe(Describe<TimeOfUseConfig>& d) {
  using C = TimeOfUseConfig;
  d.map("periods", &C::periods, "Prices by name; together they cover every hour exactly once")
      .required();
  d.object("charges", &C::charges, "What a month costs besides energy");
}

TimeOfUseTariff::TimeOfUseTariff(const TimeOfUseConfig& config) {
  std::map<std::string, PeriodTimes> times;
  UtilityRate rate;
  for (const auto& [name, period] : config.periods) {
    times[name] = {period.hours, period.months, period.days};
    rate.energy.push_back({{.price = period.price, .sell_price = period.sell_price}});
  }
  const auto tables = period_tables("time_of_use: periods", times);
  rate.energy_weekday = tables.weekday;
  rate.energy_weekend = tables.weekend;
  add_charges("time_of_use: charges", config.charges, rate);
  set_rate("time_of_use", std::move(rate));
}

}  // namespace tokenfab

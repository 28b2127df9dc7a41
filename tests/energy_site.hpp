// SPDX-License-Identifier: Apache-2.0
// Energy supplies for tests: configurations without a reader, hourly prices, runs over many
// intervals.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "models/catalog.hpp"
#include "models/energy/site_supply.hpp"

namespace tokenfab::testing {

constexpr double kwh = 3.6e6;
constexpr Duration seconds(double s) { return Duration::from_seconds(s); }
constexpr Instant at_s(double s) { return Instant(Duration::from_seconds(s)); }

template <class Config>
PluginConfig model_of(const std::string& id, Config config) {
  return {id, std::make_shared<Config>(std::move(config))};
}

/// Opens models on a clock that starts at a new year's midnight.
inline OpenSiteModel opened_at_new_year(std::uint64_t seed = 1, SiteData data = {}) {
  return [seed, data](SiteModel& model, const std::string& key) {
    SiteInputs inputs;
    inputs.calendar = Calendar(
        Duration::from_ticks(Int128{19723} * 86400 * Duration::ticks_per_second));  // 2024-01-01
    inputs.seed = seed;
    inputs.path = key;
    inputs.data = data;
    model.open(inputs);
  };
}

/// Prices by hour from the start, over and over; nothing is paid for exports.
class HourlyTariff : public Tariff {
 public:
  explicit HourlyTariff(std::vector<double> per_kwh) : per_kwh_(std::move(per_kwh)) {}
  DollarsPerJoule energy_price(Instant at) const override {
    const auto hour = static_cast<std::size_t>(at.seconds() / 3600);
    return DollarsPerJoule(per_kwh_[hour % per_kwh_.size()] / kwh);
  }
  std::optional<Instant> holds_until(Instant) const override { return std::nullopt; }
  std::unique_ptr<BillMeter> open_bill() const override { return nullptr; }

 private:
  std::vector<double> per_kwh_;
};

/// 1 MWh, 500 kW, 81 % both ways, no ageing, all of it usable, half full.
inline BatteryConfig plain_battery() {
  BatteryConfig battery;
  battery.capacity = Joules(1000 * kwh);
  battery.power = Watts(500e3);
  battery.round_trip_efficiency = 0.81;
  battery.soc_min = 0;
  battery.calendar_fade = 0;
  battery.cycle_fade = 0;
  return battery;
}

/// import + solar + wind + genset + shortfall - load - exported - stored - battery_loss.
inline double imbalance(const SupplyOutcome& out, Watts load) {
  return (out.import + out.solar + out.wind + out.genset + out.shortfall - load - out.exported -
          out.stored - out.battery_loss)
      .si();
}

}  // namespace tokenfab::testing

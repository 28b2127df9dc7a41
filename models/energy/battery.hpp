// SPDX-License-Identifier: Apache-2.0
// A site battery: cells behind one inverter. Losses are proportional, half of them each way:
// charging at P stores sqrt(e) P, discharging P takes P / sqrt(e) from the cells, e the round-trip
// efficiency. Charge stays within [soc_min, soc_max] of the capacity that is left.
// Ageing as in REopt (NREL REopt.jl, battery degradation): capacity falls by
//   k_cal x (charge / capacity) d(t^a) + k_cyc d(full cycles), t in days, 80 % left: end of life.
// It is integrated exactly; the capacity itself follows once a day, at midnight of the run's clock.
// Left out: efficiency and power limits by load, charge and temperature; self-discharge; standby.
#pragma once

#include <optional>

#include "models/energy/energy_asset.hpp"
#include "sim/core/instant.hpp"

namespace tokenfab {

struct BatteryConfig {
  Joules capacity;
  Watts power;
  std::optional<Watts> inverter;
  double c_rate = 1;
  double round_trip_efficiency = 0.96 * 0.96 * 0.975;
  double soc_min = 0.2;
  double soc_max = 1;
  double soc_initial = 0.5;
  bool backs_up = false;
  double calendar_fade = 1.16e-3;
  double cycle_fade = 2.46e-5;
  double fade_exponent = 0.428;
  DollarsPerJoule price{125 / 3.6e6};
  Seconds life{15 * asset_year};
  double maintenance = 0.025;  // of the price, a year
  static void describe(Describe<BatteryConfig>& d);
};

/// State machine. Law: advancing in two calls equals advancing in one.
class Battery {
 public:
  /// std::invalid_argument: ratings that contradict each other.
  explicit Battery(const BatteryConfig& config);

  struct Flow {
    Joules stored;  // into the cells; negative: out of them
    Joules loss;
  };

  const BatteryConfig& config() const { return config_; }
  Joules charge() const { return charge_; }
  Joules charge_min() const { return config_.soc_min * capacity_; }
  Joules charge_max() const { return config_.soc_max * capacity_; }
  Joules capacity() const { return capacity_; }
  double health() const { return health_; }
  double cycles() const { return throughput_ / (2 * config_.capacity); }
  /// The most it takes or gives now, at its terminals; 0 when full or empty.
  Watts charge_power() const { return charge_ < charge_max() ? config_.power : Watts(0); }
  Watts discharge_power() const { return charge_ > charge_min() ? config_.power : Watts(0); }

  /// How long it can go on at this power at its terminals (positive discharges); nullopt: for good.
  std::optional<Duration> time_to_limit(Watts terminal) const;
  /// Not beyond time_to_limit(), nor beyond ageing_date(from).
  Flow advance(Instant from, Duration span, Watts terminal);
  /// The next date at which the capacity follows its ageing.
  static Instant ageing_date(Instant after);
  /// To be called at that date; energy that the capacity lost no longer holds is lost as well.
  Flow age();

  EnergyAsset asset() const;

 private:
  double fade_power(double days);

  BatteryConfig config_;
  double one_way_;
  Joules capacity_;  // as of the last ageing date
  Joules charge_;
  Joules throughput_;  // in and out of the cells
  double health_ = 1;
  double cached_days_ = 0;  // and its power of the exponent
  double cached_power_ = 0;
};

}  // namespace tokenfab

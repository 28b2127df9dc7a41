// SPDX-License-Identifier: Apache-2.0
// A wind farm: the power curve of its turbine at the wind of its hub, v_hub = v_10 (z / 10 m)^a
// with a = 1/7 (neutral air over open land; Manwell, McGowan, Rogers, Wind Energy Explained, 2nd
// ed., ch. 2.3.3). Thin air: the curve is read at v (rho / 1.225)^(1/3), IEC 61400-12-1:2017, 9.1.5
// for turbines that pitch. Left out: wakes in detail (part of the losses), icing, direction, gusts.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "models/energy/power_source.hpp"

namespace tokenfab {

/// Share of rated power by wind speed at the hub in m/s: "12.5": 1.
struct TurbineConfig {
  double hub_height_m = 110;
  double cut_out_m_s = 25;
  std::map<std::string, double> curve;  // empty: IEA 3.4 MW
  static void describe(Describe<TurbineConfig>& d);
};

struct WindFarmConfig {
  Watts capacity;
  TurbineConfig turbine;
  double shear = 1.0 / 7;
  double speed_factor = 1;
  double losses = 0.15;
  DollarsPerWatt price{2.896};
  Seconds life{25 * asset_year};
  DollarsPerWattSecond maintenance = dollars_per_kw_year(42);
  static void describe(Describe<WindFarmConfig>& d);
};

class WindFarm : public PowerSource {
 public:
  /// std::invalid_argument: a curve that is none.
  explicit WindFarm(const WindFarmConfig& config);
  Watts power(Instant at, const Weather& weather) const override;
  std::optional<Instant> holds_until(Instant) const override { return std::nullopt; }
  Watts rating() const override { return config_.capacity; }
  EnergyAsset asset() const override;

 private:
  struct CurvePoint {
    double wind_m_s;
    double share;
  };
  double curve_at(double wind_m_s) const;

  WindFarmConfig config_;
  std::vector<CurvePoint> curve_;  // by wind
  double hub_factor_;
};

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// A photovoltaic plant under the global horizontal irradiance of the weather, after PVWatts 5
// (A. P. Dobos, "PVWatts Version 5 Manual", NREL/TP-6A20-62641, 2014):
//   DC = capacity x (irradiance on the plane / 1000 W/m2) x (1 + g (T_cell - 25 C)) x (1 - losses)
//   AC = inverter curve of the load, clipped at the rated AC power.
// Beam and diffuse light are split by Erbs 1982 and brought onto the plane with the isotropic sky
// of B. Y. H. Liu and R. C. Jordan, Solar Energy 7(2), 1963 (PVWatts takes Perez: 2-4 % more over a
// year). Cell temperature: open rack of King et al., SAND2004-3535. The irradiance of a step is a
// mean, so it is spread over the step along the sun's path: light before sunrise does not exist.
// Left out: shading, reflection at the cover, spectrum, snow, bifacial modules, backtracking.
#pragma once

#include <array>

#include "models/energy/power_source.hpp"

namespace tokenfab {

enum class SolarMount { Fixed, Tracking };

struct SolarPlantConfig {
  Watts capacity_dc;
  double dc_ac_ratio = 1.2;
  double losses = 0.14;
  double inverter_efficiency = 0.96;
  double temperature_coefficient = -0.0047;  // per K
  SolarMount mount = SolarMount::Fixed;
  double tilt_deg = 20;
  double azimuth_deg = 180;
  double tracker_limit_deg = 45;
  double albedo = 0.2;
  std::optional<double> latitude_deg;
  std::optional<double> longitude_deg;
  double degradation = 0.005;  // per year
  Seconds age;
  Seconds step{3600};
  DollarsPerWatt price{1.56};
  Seconds life{30 * asset_year};
  DollarsPerWattSecond maintenance = dollars_per_kw_year(18);
  static void describe(Describe<SolarPlantConfig>& d);
};

class SolarPlant : public PowerSource {
 public:
  /// std::invalid_argument: a step that does not divide a day.
  explicit SolarPlant(const SolarPlantConfig& config);
  void open(const SiteInputs& inputs) override;
  void locate(const std::optional<SitePlace>& place) override;
  Watts power(Instant at, const Weather& weather) const override;
  std::optional<Instant> holds_until(Instant at) const override;
  Watts rating() const override { return config_.capacity_dc / config_.dc_ac_ratio; }
  EnergyAsset asset() const override;

 private:
  struct Light {
    double beam_normal;
    double diffuse;
    double global;
  };
  double plane_irradiance(const std::array<double, 3>& sun, const Light& light) const;
  Watts power_under(double irradiance_w_m2, const Weather& weather) const;

  SolarPlantConfig config_;
  Duration step_;
  Calendar calendar_;
  double utc_offset_h_ = 0;
  double latitude_rad_ = 0;
  double longitude_deg_ = 0;
};

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "models/energy/wind_farm.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <stdexcept>

namespace tokenfab {
namespace {

constexpr double gas_constant_dry_air = 287.05;  // J/(kg K)
constexpr double standard_density = 1.225;       // kg/m3, to which power curves are brought
constexpr double anemometer_height_m = 10;

struct ReferencePoint {
  double wind_m_s;
  double kilowatts;
};

/// IEA 3.4 MW, rotor 130 m, hub 110 m (Bortolotti et al., NREL/TP-5000-73492, 2019), thinned from
/// the NREL turbine-models collection, IEA_Reference_3.4MW_130.csv.
constexpr ReferencePoint iea_3_4mw[] = {
    {3, 51.6203274},       {3.5392, 123.3681588}, {4.0485, 213.241509},  {4.5267, 318.837998},
    {4.973, 435.9564867},  {5.3862, 560.8983052}, {5.7654, 688.906312},  {6.1098, 819.1257759},
    {6.4186, 949.7236726}, {6.9269, 1193.682699}, {7.2857, 1388.952513}, {7.5371, 1537.725022},
    {7.9041, 1773.500601}, {8.3132, 2063.341406}, {8.5735, 2263.331677}, {8.8703, 2506.635948},
    {9.203, 2799.332771},  {9.5707, 3148.458978}, {9.8127, 3370},        {25, 3370},
};
constexpr double iea_rated_kw = 3370;

}  // namespace

void TurbineConfig::describe(Describe<TurbineConfig>& d) {
  using C = TurbineConfig;
  d.field("hub_height_m", &C::hub_height_m, "Height of the hub above ground")
      .range(5, 300)
      .source("IEA 3.4 MW reference turbine: 110 m");
  d.field("cut_out_m_s", &C::cut_out_m_s, "Wind at the hub above which it stands still")
      .range(5, 60)
      .source("IEA 3.4 MW reference turbine: 25 m/s");
  d.field("curve", &C::curve,
          "Share of rated power by wind at the hub in m/s, straight lines between")
      .source("IEA 3.4 MW reference turbine (NREL/TP-5000-73492), taken if none is given");
}

void WindFarmConfig::describe(Describe<WindFarmConfig>& d) {
  using C = WindFarmConfig;
  d.field("capacity", &C::capacity, "Rated power of all turbines").required().range(0, 1e12);
  d.object("turbine", &C::turbine, "One turbine of the farm");
  d.field("shear", &C::shear, "Exponent of wind speed over height")
      .range(0, 1)
      .source("1/7: Manwell et al., Wind Energy Explained, ch. 2.3.3");
  d.field("speed_factor", &C::speed_factor, "Wind at the farm over wind at the weather's place")
      .range(0.1, 10);
  d.field("losses", &C::losses, "Wakes, availability, cables and the like")
      .range(0, 1)
      .source("Estimate: usual for farms on land");
  describe_ownership(d, "REopt, large wind: 2896 USD/kW and 42 USD/kW/year");
}

WindFarm::WindFarm(const WindFarmConfig& config)
    : config_(config),
      hub_factor_(config.speed_factor *
                  std::pow(config.turbine.hub_height_m / anemometer_height_m, config.shear)) {
  for (const auto& [key, share] : config.turbine.curve) {
    double wind = 0;
    const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), wind);
    if (error != std::errc{} || end != key.data() + key.size() || wind < 0) {
      throw std::invalid_argument(
          fmt::format("turbine/curve: \"{}\" is no wind speed in m/s, such as \"12.5\"", key));
    }
    if (share < 0 || share > 1) {
      throw std::invalid_argument(
          fmt::format("turbine/curve: share {} at {} m/s is outside 0 to 1", share, key));
    }
    curve_.push_back({wind, share});
  }
  if (curve_.empty()) {
    for (const auto& point : iea_3_4mw) {
      curve_.push_back({point.wind_m_s, point.kilowatts / iea_rated_kw});
    }
  }
  std::sort(curve_.begin(), curve_.end(),
            [](const CurvePoint& a, const CurvePoint& b) { return a.wind_m_s < b.wind_m_s; });
}

double WindFarm::curve_at(double wind_m_s) const {
  const auto above =
      std::upper_bound(curve_.begin(), curve_.end(), wind_m_s,
                       [](double wind, const CurvePoint& point) { return wind < point.wind_m_s; });
  if (above == curve_.begin()) {
    return 0;  // below the first point it stands still
  }
  const auto& low = *(above - 1);
  if (above == curve_.end()) {
    return low.share;
  }
  const double part = (wind_m_s - low.wind_m_s) / (above->wind_m_s - low.wind_m_s);
  return low.share + part * (above->share - low.share);
}

Watts WindFarm::power(Instant, const Weather& weather) const {
  const double hub = weather.wind_m_s * hub_factor_;
  if (!(hub > 0) || hub > config_.turbine.cut_out_m_s) {
    return Watts(0);
  }
  const double density =
      weather.pressure_pa / (gas_constant_dry_air * (weather.dry_bulb.degrees() + 273.15));
  const double share = curve_at(hub * std::cbrt(density / standard_density));
  return config_.capacity * (share * (1 - config_.losses));
}

EnergyAsset WindFarm::asset() const {
  return {"wind", config_.capacity * config_.price, config_.life,
          config_.capacity * config_.maintenance};
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "models/weather/psychrometrics.hpp"

#include <algorithm>
#include <cmath>

namespace tokenfab {
namespace {

constexpr double kelvin_zero = 273.15;
constexpr double triple_point_degc = 0.01;
constexpr double mass_ratio = 0.621945;  // water to dry air
constexpr int newton_steps_max = 50;
constexpr double temperature_tolerance_k = 1e-9;

/// ln p = c[0] / T + c[1] + c[2] T + c[3] T^2 + c[4] T^3 + c[5] T^4 + c[6] ln T, p in Pa, T in K.
struct SaturationCurve {
  double c[7];

  struct Point {
    double pa;
    double pa_per_k;
  };
  Point at(double degc) const {
    const double t = degc + kelvin_zero;
    const double log_p =
        c[0] / t + c[1] + t * (c[2] + t * (c[3] + t * (c[4] + t * c[5]))) + c[6] * std::log(t);
    const double slope =
        -c[0] / (t * t) + c[2] + t * (2 * c[3] + t * (3 * c[4] + t * 4 * c[5])) + c[6] / t;
    const double p = std::exp(log_p);
    return {p, p * slope};
  }
};

constexpr SaturationCurve ice{
    {-5.6745359e3, 6.3925247, -9.677843e-3, 6.2215701e-7, 2.0747825e-9, -9.484024e-13, 4.1635019}};
constexpr SaturationCurve water{
    {-5.8002206e3, 1.3914993, -4.8640239e-2, 4.1764768e-5, -1.4452093e-8, 0, 6.5459673}};

/// The constants of eq. 33 and of eq. 35, in kJ/kg and kJ/(kg K): latent heat of the water on the
/// bulb at 0 degC, its decrease per K, and the heat capacity of that water.
struct Bulb {
  const SaturationCurve& saturation;
  double latent;
  double latent_per_k;
  double capacity;

  struct Point {
    double ratio;
    double ratio_per_k;  // of the wet bulb
  };
  Point at(double dry, double wet, double pressure) const {
    const auto [pa, pa_per_k] = saturation.at(wet);
    const double room = pressure - pa;
    const double saturated = mass_ratio * pa / room;
    const double saturated_per_k = mass_ratio * pressure * pa_per_k / (room * room);
    const double top = (latent - latent_per_k * wet) * saturated - 1.006 * (dry - wet);
    const double top_per_k =
        (latent - latent_per_k * wet) * saturated_per_k - latent_per_k * saturated + 1.006;
    const double bottom = latent + 1.86 * dry - capacity * wet;
    return {top / bottom, (top_per_k + top / bottom * capacity) / bottom};
  }
  /// The function is convex in the wet bulb, so Newton's method converges from above.
  double solve(double dry, double ratio, double pressure) const {
    double wet = dry;
    for (int i = 0; i < newton_steps_max; ++i) {
      const auto [value, slope] = at(dry, wet, pressure);
      const double step = (value - ratio) / slope;
      wet -= step;
      if (std::abs(step) < temperature_tolerance_k) {
        break;
      }
    }
    return wet;
  }
};

constexpr Bulb wet_bulb_water{water, 2501, 2.326, 4.186};
constexpr Bulb wet_bulb_ice{ice, 2830, 0.24, 2.1};

}  // namespace

double water_saturation_pa(Celsius temperature) { return water.at(temperature.degrees()).pa; }

double ice_saturation_pa(Celsius temperature) { return ice.at(temperature.degrees()).pa; }

double saturation_pressure_pa(Celsius temperature) {
  return (temperature.degrees() < triple_point_degc ? ice : water).at(temperature.degrees()).pa;
}

double humidity_ratio(double vapour_pressure, double pressure_pa) {
  return mass_ratio * vapour_pressure / (pressure_pa - vapour_pressure);
}

double vapour_pressure_pa(double ratio, double pressure_pa) {
  return pressure_pa * ratio / (mass_ratio + ratio);
}

Celsius dew_point(double vapour_pressure) {
  const double log_p = std::log(vapour_pressure);
  double degc = 10;
  for (int i = 0; i < newton_steps_max; ++i) {
    const auto [pa, pa_per_k] = water.at(degc);
    const double step = (std::log(pa) - log_p) * pa / pa_per_k;
    degc -= step;
    if (std::abs(step) < temperature_tolerance_k) {
      break;
    }
  }
  return Celsius(degc);
}

double humidity_ratio_of_wet_bulb(Celsius dry_bulb, Celsius wet, double pressure_pa) {
  const Bulb& bulb = wet.degrees() >= 0 ? wet_bulb_water : wet_bulb_ice;
  return bulb.at(dry_bulb.degrees(), wet.degrees(), pressure_pa).ratio;
}

Celsius wet_bulb_of_humidity_ratio(Celsius dry_bulb, double ratio, double pressure_pa) {
  const double dry = dry_bulb.degrees();
  if (dry >= 0) {
    const double liquid = wet_bulb_water.solve(dry, ratio, pressure_pa);
    if (liquid >= 0) {
      return Celsius(std::min(liquid, dry));
    }
  }
  return Celsius(std::min(wet_bulb_ice.solve(dry, ratio, pressure_pa), dry));
}

Celsius wet_bulb(Celsius dry_bulb, double relative_humidity, double pressure_pa) {
  const double vapour = relative_humidity * water_saturation_pa(dry_bulb);
  return wet_bulb_of_humidity_ratio(dry_bulb, humidity_ratio(vapour, pressure_pa), pressure_pa);
}

double relative_humidity_of_wet_bulb(Celsius dry_bulb, Celsius wet, double pressure_pa) {
  const double ratio = humidity_ratio_of_wet_bulb(dry_bulb, wet, pressure_pa);
  return vapour_pressure_pa(ratio, pressure_pa) / water_saturation_pa(dry_bulb);
}

double enthalpy_j_per_kg(Celsius dry_bulb, double ratio) {
  const double t = dry_bulb.degrees();
  return 1000 * (1.006 * t + ratio * (2501 + 1.86 * t));
}

double air_density_kg_m3(Celsius dry_bulb, double ratio, double pressure_pa) {
  constexpr double gas_constant = 287.042;  // of dry air, J/(kg K)
  const double volume =
      gas_constant * (dry_bulb.degrees() + kelvin_zero) * (1 + 1.607858 * ratio) / pressure_pa;
  return (1 + ratio) / volume;
}

double standard_pressure_pa(double elevation_m) {
  return 101325 * std::pow(1 - 2.25577e-5 * elevation_m, 5.2559);
}

Celsius stull_wet_bulb(Celsius dry_bulb, double relative_humidity) {
  const double t = dry_bulb.degrees();
  const double rh = 100 * relative_humidity;
  return Celsius(t * std::atan(0.151977 * std::sqrt(rh + 8.313659)) + std::atan(t + rh) -
                 std::atan(rh - 1.676331) +
                 0.00391838 * rh * std::sqrt(rh) * std::atan(0.023101 * rh) - 4.686035);
}

}  // namespace tokenfab

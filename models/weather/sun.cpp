// SPDX-License-Identifier: Apache-2.0
#include "models/weather/sun.hpp"

#include <cmath>
#include <numbers>

namespace tokenfab {
namespace {

constexpr double radians = std::numbers::pi / 180;

}  // namespace

double clock_minus_solar_h(const SunPlace& place) {
  return place.utc_offset_h - place.longitude_deg / 15;
}

double sun_elevation_sine(const SunPlace& place, std::uint32_t day, double clock_h) {
  const double angle = 2 * std::numbers::pi * (day + (clock_h - 12) / 24) / 366;
  const double c1 = std::cos(angle);
  const double s1 = std::sin(angle);
  const double c2 = c1 * c1 - s1 * s1;
  const double s2 = 2 * s1 * c1;
  const double c3 = c2 * c1 - s2 * s1;
  const double s3 = s2 * c1 + c2 * s1;
  const double declination = 0.006918 - 0.399912 * c1 + 0.070257 * s1 - 0.006758 * c2 +
                             0.000907 * s2 - 0.002697 * c3 + 0.00148 * s3;
  const double equation_h =
      (0.000075 + 0.001868 * c1 - 0.032077 * s1 - 0.014615 * c2 - 0.040849 * s2) * 12 /
      std::numbers::pi;
  const double solar_h = clock_h - clock_minus_solar_h(place) + equation_h;
  const double hour_angle = (solar_h - 12) * 15 * radians;
  const double latitude = place.latitude_deg * radians;
  return std::sin(latitude) * std::sin(declination) +
         std::cos(latitude) * std::cos(declination) * std::cos(hour_angle);
}

double clear_sky_w_m2(double elevation_sine) {
  return elevation_sine > 0 ? 1098 * elevation_sine * std::exp(-0.057 / elevation_sine) : 0;
}

double clear_sky_mean_w_m2(const SunPlace& place, std::uint32_t day, double from_h, double to_h) {
  constexpr int points = 6;  // midpoint rule: within 0.3 W/m2 in every hour
  double sum = 0;
  for (int i = 0; i < points; ++i) {
    const double hour = from_h + (to_h - from_h) * (i + 0.5) / points;
    sum += clear_sky_w_m2(sun_elevation_sine(place, day, hour));
  }
  return sum / points;
}

double cloud_transmission(double cloud_cover) { return 1 - 0.75 * std::pow(cloud_cover, 3.4); }

}  // namespace tokenfab

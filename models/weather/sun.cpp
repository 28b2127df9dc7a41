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

SunDay::SunDay(const SunPlace& place, std::uint32_t day) {
  const double angle = 2 * std::numbers::pi * day / 366;
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
  const double latitude = place.latitude_deg * radians;
  noon_h_ = 12 + clock_minus_solar_h(place) - equation_h;
  constant_ = std::sin(latitude) * std::sin(declination);
  amplitude_ = std::cos(latitude) * std::cos(declination);
}

double SunDay::elevation_sine(double clock_h) const {
  return constant_ + amplitude_ * std::cos((clock_h - noon_h_) * 15 * radians);
}

double SunDay::clear_sky_mean_w_m2(double from_h, double to_h) const {
  constexpr int points = 4;  // midpoint rule
  double sum = 0;
  for (int i = 0; i < points; ++i) {
    sum += clear_sky_w_m2(elevation_sine(from_h + (to_h - from_h) * (i + 0.5) / points));
  }
  return sum / points;
}

double clear_sky_w_m2(double elevation_sine) {
  return elevation_sine > 0 ? 1098 * elevation_sine * std::exp(-0.057 / elevation_sine) : 0;
}

double cloud_transmission(double cloud_cover) { return 1 - 0.75 * std::pow(cloud_cover, 3.4); }

}  // namespace tokenfab

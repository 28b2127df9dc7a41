// SPDX-License-Identifier: Apache-2.0
#include "models/energy/solar_geometry.hpp"

#include <cmath>
#include <numbers>

namespace tokenfab {
namespace {

constexpr double pi = std::numbers::pi;
constexpr double solar_constant_w_m2 = 1361;

}  // namespace

SolarDay solar_day(double day_of_year) {
  const double b = 2 * pi * day_of_year / 365;
  const double c1 = std::cos(b);
  const double s1 = std::sin(b);
  const double c2 = std::cos(2 * b);
  const double s2 = std::sin(2 * b);
  SolarDay day;
  day.declination = 0.006918 - 0.399912 * c1 + 0.070257 * s1 - 0.006758 * c2 + 0.000907 * s2 -
                    0.002697 * std::cos(3 * b) + 0.00148 * std::sin(3 * b);
  day.equation_of_time_min =
      229.18 * (0.000075 + 0.001868 * c1 - 0.032077 * s1 - 0.014615 * c2 - 0.04089 * s2);
  day.extraterrestrial_w_m2 = solar_constant_w_m2 * (1.00011 + 0.034221 * c1 + 0.00128 * s1 +
                                                     0.000719 * c2 + 0.000077 * s2);
  return day;
}

Direction sun_direction(const SolarDay& day, double latitude_rad, double solar_hour) {
  // Spherical triangle of pole, zenith and sun (Duffie and Beckman, Solar Engineering of Thermal
  // Processes, 4th ed., eqs. 1.6.5 and 1.6.6); the hour angle grows towards the west.
  const double hour_angle = pi / 12 * (solar_hour - 12);
  const double sin_d = std::sin(day.declination);
  const double cos_d = std::cos(day.declination);
  const double sin_l = std::sin(latitude_rad);
  const double cos_l = std::cos(latitude_rad);
  const double cos_h = std::cos(hour_angle);
  return {-cos_d * std::sin(hour_angle), cos_l * sin_d - sin_l * cos_d * cos_h,
          sin_l * sin_d + cos_l * cos_d * cos_h};
}

double diffuse_share(double clearness) {
  const double k = clearness;
  if (k <= 0.22) {
    return 1 - 0.09 * k;
  }
  if (k <= 0.80) {
    return 0.9511 + k * (-0.1604 + k * (4.388 + k * (-16.638 + k * 12.336)));
  }
  return 0.165;
}

}  // namespace tokenfab

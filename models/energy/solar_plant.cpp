// SPDX-License-Identifier: Apache-2.0
#include "models/energy/solar_plant.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <stdexcept>

#include "models/energy/solar_geometry.hpp"

namespace tokenfab {
namespace {

constexpr double degree = std::numbers::pi / 180;
constexpr auto pvwatts = "PVWatts 5 (NREL/TP-6A20-62641, 2014)";

/// Parts into which the sun's path through a step is cut.
constexpr int path_parts = 4;

}  // namespace

void SolarPlantConfig::describe(Describe<SolarPlantConfig>& d) {
  using C = SolarPlantConfig;
  d.field("capacity_dc", &C::capacity_dc, "Power of the modules at 1000 W/m2 and 25 degC")
      .required()
      .range(0, 1e12);
  d.field("dc_ac_ratio", &C::dc_ac_ratio, "Module power over the inverters' rated AC power")
      .range(0.5, 4)
      .source("REopt: 1.2");
  d.field("losses", &C::losses, "Soiling, shading, mismatch, wiring, availability and the like")
      .range(0, 1)
      .source(pvwatts);
  d.field("inverter_efficiency", &C::inverter_efficiency, "At rated power")
      .range(0.5, 1)
      .source(pvwatts);
  d.field("temperature_coefficient", &C::temperature_coefficient,
          "Relative change of DC power per kelvin of cell temperature")
      .range(-0.01, 0)
      .source(std::string(pvwatts) + ", standard modules; premium ones -0.0035");
  d.choice("mount", &C::mount, {"fixed", "tracking"},
           "Fixed plane, or one horizontal north-south axis that follows the sun");
  d.field("tilt_deg", &C::tilt_deg, "Of a fixed plane from the horizontal").range(0, 90);
  d.field("azimuth_deg", &C::azimuth_deg, "Of a fixed plane, clockwise from north").range(0, 360);
  d.field("tracker_limit_deg", &C::tracker_limit_deg, "Largest rotation of a tracking plane")
      .range(0, 90)
      .source(pvwatts);
  d.field("albedo", &C::albedo, "Share of light the ground reflects").range(0, 1).source(pvwatts);
  d.field("latitude_deg", &C::latitude_deg, "North positive; that of the weather if absent")
      .range(-90, 90);
  d.field("longitude_deg", &C::longitude_deg, "East positive; that of the weather if absent")
      .range(-180, 180);
  d.field("degradation", &C::degradation, "Output lost per year of age")
      .range(0, 0.5)
      .source("REopt: 0.5 % a year");
  d.field("age", &C::age, "At the start of the run").range(0, 3e9);
  d.field("step", &C::step, "For which one power holds; that of the weather data").range(60, 86400);
  describe_ownership(d,
                     "REopt: operation 18 USD/kW/year; price: estimate after NREL ATB 2024, "
                     "utility scale");
}

SolarPlant::SolarPlant(const SolarPlantConfig& config)
    : config_(config), step_(Duration::from_seconds(config.step.si())) {
  const double steps = 86400 / config.step.si();
  if (std::abs(steps - std::round(steps)) > 1e-9) {
    throw std::invalid_argument(fmt::format("step of {} s does not divide a day; nearest: {:.6g} s",
                                            config.step.si(), 86400 / std::round(steps)));
  }
}

void SolarPlant::open(const SiteInputs& inputs) {
  calendar_ = inputs.calendar;
  utc_offset_h_ = inputs.utc_offset_h;
}

void SolarPlant::locate(const std::optional<SitePlace>& place) {
  if (!place && !(config_.latitude_deg && config_.longitude_deg)) {
    throw std::invalid_argument(
        "the sun's path needs a place, and the weather of this site has none; give the plant "
        "latitude_deg and longitude_deg");
  }
  const auto known = place.value_or(SitePlace());
  latitude_rad_ = config_.latitude_deg.value_or(known.latitude_deg) * degree;
  longitude_deg_ = config_.longitude_deg.value_or(known.longitude_deg);
}

std::optional<Instant> SolarPlant::holds_until(Instant at) const {
  return calendar_.next_multiple(at, step_);
}

EnergyAsset SolarPlant::asset() const {
  return {"solar", rating() * config_.price, config_.life, rating() * config_.maintenance};
}

double SolarPlant::plane_irradiance(const Direction& sun, const Light& light) const {
  double tilt = config_.tilt_deg * degree;
  Direction normal;
  if (config_.mount == SolarMount::Tracking) {
    const double limit = config_.tracker_limit_deg * degree;
    const double rotation = sun[2] > 0 ? std::clamp(std::atan2(sun[0], sun[2]), -limit, limit) : 0;
    normal = {std::sin(rotation), 0, std::cos(rotation)};
    tilt = std::abs(rotation);
  } else {
    const double azimuth = config_.azimuth_deg * degree;
    normal = {std::sin(tilt) * std::sin(azimuth), std::sin(tilt) * std::cos(azimuth),
              std::cos(tilt)};
  }
  const double incidence =
      std::max(0.0, normal[0] * sun[0] + normal[1] * sun[1] + normal[2] * sun[2]);
  return light.beam_normal * incidence + light.diffuse * (1 + std::cos(tilt)) / 2 +
         light.global * config_.albedo * (1 - std::cos(tilt)) / 2;
}

Watts SolarPlant::power_under(double irradiance_w_m2, const Weather& weather) const {
  if (irradiance_w_m2 <= 0) {
    return Watts(0);
  }
  // Open rack, glass/cell/polymer (King, Boyson, Kratochvil, SAND2004-3535, table 1): back of the
  // module e^(a + b v) per W/m2 above the air, the cell 3 K above that at 1000 W/m2.
  const double cell_degc =
      weather.dry_bulb.degrees() +
      irradiance_w_m2 * (std::exp(-3.56 - 0.075 * weather.wind_m_s) + 3.0 / 1000);
  const double derate =
      std::max(0.0, 1 + config_.temperature_coefficient * (cell_degc - 25)) * (1 - config_.losses);
  const double dc = config_.capacity_dc.si() * irradiance_w_m2 / 1000 * derate;
  const double ac_rated = rating().si();
  const double load = dc / (ac_rated / config_.inverter_efficiency);
  if (load <= 0) {
    return Watts(0);
  }
  // Relative efficiency of inverters, 0.9637 at the reference (PVWatts 5, eq. 12).
  const double efficiency =
      config_.inverter_efficiency / 0.9637 * (-0.0162 * load - 0.0059 / load + 0.9858);
  return Watts(std::clamp(efficiency * dc, 0.0, ac_rated));
}

Watts SolarPlant::power(Instant at, const Weather& weather) const {
  const double global = weather.irradiance_w_m2;
  if (!(global > 0)) {
    return Watts(0);
  }
  const Instant start = calendar_.next_multiple(at, step_) - step_;
  const auto day_of_year = calendar_.step_of_leap_year(start, 1) / 24;
  const auto day = solar_day(day_of_year);
  const auto local = calendar_.at(start);
  const double solar_hour = local.hour + local.minute / 60.0 + day.equation_of_time_min / 60 +
                            longitude_deg_ / 15 - utc_offset_h_;
  std::array<Direction, path_parts> suns;
  double up_sum = 0;
  for (int part = 0; part < path_parts; ++part) {
    const double hours = (part + 0.5) / path_parts * config_.step.si() / 3600;
    suns[part] = sun_direction(day, latitude_rad_, solar_hour + hours);
    up_sum += std::max(0.0, suns[part][2]);
  }
  const double years = (config_.age.si() + start.seconds()) / asset_year.si();
  const double health = std::pow(1 - config_.degradation, std::max(0.0, years));
  // Extraterrestrial light on the horizontal, mean over the step.
  const double above_w_m2 = day.extraterrestrial_w_m2 * up_sum / path_parts;
  const double clearness = above_w_m2 > 0 ? std::min(1.0, global / above_w_m2) : 0;
  // More light than above the air is scatter of a rough file: taken as diffuse.
  const double beam = clearness * above_w_m2 * (1 - diffuse_share(clearness));
  Watts sum;
  for (const auto& sun : suns) {
    const double up = std::max(0.0, sun[2]);
    const double share = up_sum > 0 ? up * path_parts / up_sum : 1;
    const double beam_normal = up > 0 ? beam * share / up : 0;
    const Light light{beam_normal, (global - beam) * share, global * share};
    sum += power_under(plane_irradiance(sun, light), weather);
  }
  return sum * (health / path_parts);
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// The air outside over the year, step by step: what a table tells, what it leaves out derived, and
// offsets on it. All wet bulbs are computed once.
//
// Derived: pressure from elevation (standard atmosphere); irradiance from cloud cover (clear sky
// after Haurwitz 1945, clouds after Kasten and Czeplak 1980, models/weather/sun.hpp). A table with
// neither irradiance nor clouds has no sun; one without wind has none.
// Left out: changes within a step; every value holds through its step.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/api/field.hpp"
#include "sim/api/weather.hpp"

namespace tokenfab {

/// A heat wave or a cold spell, every year.
struct WeatherEvent {
  std::string start;  // "07-10"
  Seconds duration;
  Kelvins dry_bulb_offset;
  static void describe(Describe<WeatherEvent>& d);
};

/// What a scenario puts on any weather. Vapour pressure stays as it is, unless the air would be
/// supersaturated; overlapping events add up.
struct WeatherOffsets {
  Kelvins dry_bulb_offset;  // all year
  std::map<std::string, WeatherEvent> events;

  bool empty() const { return dry_bulb_offset.si() == 0 && events.empty(); }
};

template <class Config>
void describe_offsets(Describe<Config>& d) {
  d.field("dry_bulb_offset", static_cast<Kelvins Config::*>(&Config::dry_bulb_offset),
          "Added to every dry bulb; the vapour pressure stays")
      .range(-30, 30);
  d.map("events", static_cast<std::map<std::string, WeatherEvent> Config::*>(&Config::events),
        "Heat waves and cold spells");
}

class WeatherYear {
 public:
  WeatherYear() = default;
  /// Throws std::invalid_argument: a table without dry bulb or humidity, a start that is no day.
  WeatherYear(const WeatherTable& table, const SiteInputs& inputs, const WeatherOffsets& offsets);

  bool empty() const { return steps_.empty(); }
  const Weather& at(Instant date) const {
    return steps_[calendar_.step_of_leap_year(date, steps_per_hour_)];
  }
  Instant holds_until(Instant date) const;
  const std::vector<Weather>& steps() const { return steps_; }

 private:
  void add_offsets(const WeatherOffsets& offsets);

  Calendar calendar_;
  std::uint32_t steps_per_hour_ = 1;
  std::vector<Weather> steps_;
};

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "models/weather/weather_year.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <stdexcept>

#include "models/weather/months.hpp"
#include "models/weather/psychrometrics.hpp"
#include "models/weather/sun.hpp"

namespace tokenfab {
namespace {

/// A column in the steps of the table, which are those of its dry bulb or longer.
class Column {
 public:
  Column(const AnnualSeries& series, std::uint32_t steps_per_hour)
      : series_(series), repeats_(series.empty() ? 1 : steps_per_hour / series.steps_per_hour()) {}
  bool empty() const { return series_.empty(); }
  double operator[](std::size_t step) const { return series_.values()[step / repeats_]; }

 private:
  const AnnualSeries& series_;
  std::size_t repeats_;
};

void require_columns(const WeatherTable& table) {
  if (table.dry_bulb_degc.empty() || table.relative_humidity.empty()) {
    throw std::invalid_argument(fmt::format(
        "the weather of \"{}\" has no {}; wet bulbs need dry bulb and humidity or dew point",
        table.place, table.dry_bulb_degc.empty() ? "dry bulb" : "humidity"));
  }
  for (const auto* series : {&table.relative_humidity, &table.pressure_pa, &table.irradiance_w_m2,
                             &table.cloud_cover, &table.wind_m_s}) {
    if (!series->empty() && table.dry_bulb_degc.steps_per_hour() % series->steps_per_hour() != 0) {
      throw std::invalid_argument(
          fmt::format("the weather of \"{}\" has columns of {} and {} steps an hour", table.place,
                      table.dry_bulb_degc.steps_per_hour(), series->steps_per_hour()));
    }
  }
}

/// Day of a leap year, from 0.
std::uint32_t day_of_start(const std::string& text) {
  unsigned month = 0;
  unsigned day = 0;
  const char* const data = text.data();
  const bool is_shaped = text.size() == 5 && text[2] == '-' &&
                         std::from_chars(data, data + 2, month).ptr == data + 2 &&
                         std::from_chars(data + 3, data + 5, day).ptr == data + 5;
  if (!is_shaped || month < 1 || month > 12 || day < 1 || day > month_days[month - 1]) {
    throw std::invalid_argument(fmt::format(
        "event start \"{}\" is no day of the year; write month-day, like \"07-10\"", text));
  }
  std::uint32_t result = day - 1;
  for (unsigned i = 0; i + 1 < month; ++i) {
    result += month_days[i];
  }
  return result;
}

void warm(Weather& weather, double kelvins) {
  const double vapour = weather.relative_humidity * water_saturation_pa(weather.dry_bulb);
  weather.dry_bulb = weather.dry_bulb + Kelvins(kelvins);
  weather.relative_humidity = std::min(1.0, vapour / water_saturation_pa(weather.dry_bulb));
}

}  // namespace

void WeatherEvent::describe(Describe<WeatherEvent>& d) {
  d.field("start", &WeatherEvent::start, "Month and day, like \"07-10\"; from midnight").required();
  d.field("duration", &WeatherEvent::duration, "Whole steps of the weather count")
      .required()
      .range(3600, 366.0 * 86400);
  d.field("dry_bulb_offset", &WeatherEvent::dry_bulb_offset,
          "Added to the dry bulb; the vapour pressure stays")
      .required()
      .range(-30, 30);
}

WeatherYear::WeatherYear(const WeatherTable& table, const SiteInputs& inputs,
                         const WeatherOffsets& offsets)
    : calendar_(inputs.calendar) {
  require_columns(table);
  steps_per_hour_ = table.dry_bulb_degc.steps_per_hour();
  const auto count = table.dry_bulb_degc.values().size();
  const auto steps_per_day = std::size_t{24} * steps_per_hour_;
  const SunPlace sun{table.latitude_deg, table.longitude_deg, inputs.utc_offset_h};
  const double standard_pressure = standard_pressure_pa(table.elevation_m);
  const Column humidity(table.relative_humidity, steps_per_hour_);
  const Column pressure(table.pressure_pa, steps_per_hour_);
  const Column irradiance(table.irradiance_w_m2, steps_per_hour_);
  const Column clouds(table.cloud_cover, steps_per_hour_);
  const Column wind(table.wind_m_s, steps_per_hour_);
  steps_.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    Weather& step = steps_[i];
    step.dry_bulb = Celsius(table.dry_bulb_degc.values()[i]);
    step.relative_humidity = humidity[i];
    step.pressure_pa = pressure.empty() ? standard_pressure : pressure[i];
    step.wind_m_s = wind.empty() ? 0 : wind[i];
    if (!irradiance.empty()) {
      step.irradiance_w_m2 = irradiance[i];
    }
  }
  if (irradiance.empty() && !clouds.empty()) {
    const double step_h = 1.0 / steps_per_hour_;
    for (std::uint32_t day = 0; day < days_of_leap_year; ++day) {
      const SunDay sky(sun, day);
      for (std::size_t i = 0; i < steps_per_day; ++i) {
        const double from_h = static_cast<double>(i) * step_h;
        const std::size_t step = day * steps_per_day + i;
        steps_[step].irradiance_w_m2 =
            cloud_transmission(clouds[step]) * sky.clear_sky_mean_w_m2(from_h, from_h + step_h);
      }
    }
  }
  add_offsets(offsets);
  for (auto& step : steps_) {
    step.wet_bulb = wet_bulb(step.dry_bulb, step.relative_humidity, step.pressure_pa);
  }
}

void WeatherYear::add_offsets(const WeatherOffsets& offsets) {
  if (offsets.empty()) {
    return;
  }
  const double step_s = 3600.0 / steps_per_hour_;
  std::vector<double> kelvins(steps_.size(), offsets.dry_bulb_offset.si());
  for (const auto& [name, event] : offsets.events) {
    const auto first = std::size_t{day_of_start(event.start)} * 24 * steps_per_hour_;
    const auto length = static_cast<std::size_t>(std::llround(event.duration.si() / step_s));
    for (std::size_t i = first; i < first + length; ++i) {
      kelvins[i % kelvins.size()] += event.dry_bulb_offset.si();
    }
  }
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    if (kelvins[i] != 0) {
      warm(steps_[i], kelvins[i]);
    }
  }
}

Instant WeatherYear::holds_until(Instant date) const {
  return calendar_.next_multiple(
      date, Duration::from_ticks(Int128{3600 / steps_per_hour_} * Duration::ticks_per_second));
}

}  // namespace tokenfab

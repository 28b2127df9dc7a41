// SPDX-License-Identifier: Apache-2.0
// A year of a price or of a carbon intensity from published statistics: an annual mean, the shape
// over the months, over the hours of weekdays and weekends, a dip while the sun shines, and noise
// that is correlated from hour to hour (a first-order autoregressive process).
//
// The annual mean and the ratios of the monthly means come out exactly; noise does not move them.
// Left out: what drives the noise (wind, outages), spikes beyond the noise's distribution,
// holidays. Weekdays are those of the calendar's first year; 29 February in other years is not
// looked at.
#pragma once

#include <array>
#include <map>
#include <string>

#include "models/weather/months.hpp"
#include "sim/api/annual_series.hpp"
#include "sim/api/field.hpp"
#include "sim/core/random.hpp"

namespace tokenfab {

enum class NoiseShape {
  Normal,    // may bring values below zero
  Lognormal  // values keep their sign; long tail upwards
};

struct ProfileShapeConfig {
  std::map<std::string, double> months;         // "jan" to "dec" -> relative level; empty: level
  std::map<std::string, double> weekday_hours;  // "0" to "23" -> relative level; empty: level
  std::map<std::string, double> weekend_hours;  // beside the weekday's; empty: as on weekdays
  double midday_dip = 0;
  double latitude_deg = 0;
  double noise = 0;
  double noise_correlation = 0.9;
  NoiseShape noise_shape = NoiseShape::Lognormal;
  static void describe(Describe<ProfileShapeConfig>& d);
};

class MonthlyProfile {
 public:
  /// Throws std::invalid_argument, naming `what`, for hours or months that are none, or levels that
  /// are all zero.
  MonthlyProfile(const ProfileShapeConfig& config, const std::string& what);

  /// Hourly; mean `mean` over the 366 days. Throws std::invalid_argument where dip or noise leave a
  /// month without a positive mean.
  AnnualSeries series(double mean, const Calendar& calendar, RandomStream random) const;

 private:
  using Day = std::array<double, 24>;

  double expected(std::uint32_t day, std::uint32_t hour, bool is_weekend) const;
  double factor(double normal) const;

  ProfileShapeConfig config_;
  ByMonth months_{};  // mean 1 over the year
  Day weekday_{};
  Day weekend_{};
};

}  // namespace tokenfab

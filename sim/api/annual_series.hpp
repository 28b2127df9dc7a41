// SPDX-License-Identifier: Apache-2.0
// Values over the year on a site's wall clock, in equal steps of an hour or of a part of it, held
// through each step. Rows of data files are aligned by month, day and hour, whatever their year.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "sim/core/calendar.hpp"
#include "sim/core/check.hpp"

namespace tokenfab {

class AnnualSeries {
 public:
  static constexpr std::uint32_t hours = 8784;  // a leap year's: 29 February is always there

  AnnualSeries() = default;
  /// `steps_per_hour` divides 60; values.size() == 8784 x steps_per_hour.
  AnnualSeries(std::uint32_t steps_per_hour, std::vector<double> values)
      : steps_per_hour_(steps_per_hour), values_(std::move(values)) {
    CHECK(values_.size() == std::size_t{hours} * steps_per_hour_, "{} values", values_.size());
  }

  bool empty() const { return values_.empty(); }
  std::uint32_t steps_per_hour() const { return steps_per_hour_; }
  const std::vector<double>& values() const { return values_; }

  double at(const Calendar& calendar, Instant date) const {
    return values_[calendar.step_of_leap_year(date, steps_per_hour_)];
  }
  /// The end of the step in which the date lies.
  Instant holds_until(const Calendar& calendar, Instant date) const {
    return calendar.next_multiple(
        date, Duration::from_ticks(Int128{3600 / steps_per_hour_} * Duration::ticks_per_second));
  }

 private:
  std::uint32_t steps_per_hour_ = 1;
  std::vector<double> values_;
};

}  // namespace tokenfab

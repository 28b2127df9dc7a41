// SPDX-License-Identifier: Apache-2.0
// A daily pattern of load: a factor on the arrival rate by local hour of the day, constant from one
// given hour to the next and the same every day. Factors are scaled so that their mean over a day
// is 1; the rate they multiply stays the mean rate of whole days.
//
// Arrivals of varying intensity are those of a steady process whose clock runs at the factor
// (time change of a renewal process; for Poisson arrivals exactly the non-homogeneous Poisson
// process: E. Cinlar, Introduction to Stochastic Processes, 1975, ch. 4.7). The integral of the
// pattern is inverted in closed form: no draw is thrown away, so a stream of random numbers gives
// the same gaps with and without a pattern.
// Left out: weekdays.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "sim/core/instant.hpp"

namespace tokenfab {

class DiurnalPattern {
 public:
  /// `factors`: hour of the day, "0" to below "24", decimals allowed -> factor. What holds before
  /// the first hour is the last one's. `time_of_day`: of the clock's date 0, below 24 h. Throws
  /// std::invalid_argument for other keys, a negative factor, or no positive one.
  DiurnalPattern(const std::map<std::string, double>& factors, Duration time_of_day);

  /// The date at which the steady process's clock, 0 at date 0, has run for `steady`. Never
  /// decreases as `steady` grows; rounded to about 1e-11 s.
  Duration date_of(Duration steady) const;

 private:
  struct Span {
    double begin_s;  // since midnight
    double end_s;
    double integral;  // of the factor from midnight to begin_s
    double factor;    // mean over the day 1
  };

  Duration time_of_day_;
  Duration steady_at_start_;  // integral from midnight to time_of_day
  std::vector<Span> spans_;   // of positive factor, in order
};

}  // namespace tokenfab

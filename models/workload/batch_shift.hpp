// SPDX-License-Identifier: Apache-2.0
// When requests of a batch that can wait are sent: in hours whose energy is cheap or clean, but
// early enough for the deadline. Prices and intensities of the next 24 hours are taken as known
// (day-ahead markets publish them).
//   an hour is good if fewer than `hours` of the 24 from it on are strictly better, or if it is at
//   or below a threshold;
//   latest start = deadline - time still needed x (1 + reserve)
// What has been sent runs on when its hour ends.
#pragma once

#include <functional>
#include <map>
#include <optional>

#include "sim/api/field.hpp"
#include "sim/core/instant.hpp"

namespace tokenfab {

enum class ShiftSignal { Price, Carbon };

struct BatchShiftConfig {
  ShiftSignal signal = ShiftSignal::Price;
  std::int32_t hours = 8;
  std::optional<DollarsPerJoule> price_below;
  std::optional<KilogramsPerJoule> carbon_below;
  Seconds duration{0};
  double reserve = 0.25;
  static void describe(Describe<BatchShiftConfig>& d);
};

class BatchShift {
 public:
  /// std::invalid_argument: a threshold of the other signal, or one that has no deadline to end
  /// the waiting, a deadline that the batch cannot meet.
  BatchShift(const BatchShiftConfig& config, Seconds start, std::optional<Seconds> deadline);

  /// `signal`: of the site, in SI units; `time_of_day`: of the wall clock at date 0.
  void open(std::function<double(Instant)> signal, Duration time_of_day);
  /// The first date from `date` on at which to send, if the batch still needs so long.
  Instant release(Instant date, Seconds needed);

 private:
  bool is_good(std::int64_t hour);
  Instant begin_of(std::int64_t hour) const;

  BatchShiftConfig config_;
  std::optional<double> threshold_;
  std::optional<Instant> deadline_;
  std::function<double(Instant)> signal_;
  Duration time_of_day_;
  std::map<std::int64_t, bool> known_;  // whether an hour since midnight of date 0 is good
};

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// Highest and lowest mean power of plant intervals. They lie on a grid from date 0, however the
// time in between is cut: into events within an interval, or into stretches over many of them.
#pragma once

#include "sim/core/instant.hpp"
#include "sim/core/units.hpp"

namespace tokenfab {

class IntervalExtremes {
 public:
  explicit IntervalExtremes(Duration interval) : interval_(interval) {}

  /// Constant powers until a date, from where the last call ended.
  void add(Instant until, Watts used, Watts import);
  /// The run ends. A cut interval counts only in a run shorter than one interval.
  void finish();

  Watts peak_used() const { return peak_used_; }
  Watts min_used() const { return min_used_; }
  Watts peak_import() const { return peak_import_; }

 private:
  void count(Watts used, Watts import);

  Duration interval_;
  Instant metered_;
  Instant cell_began_;
  Joules used_;  // in this interval
  Joules import_;
  bool has_counted_ = false;
  Watts peak_used_;
  Watts min_used_;
  Watts peak_import_;
};

}  // namespace tokenfab

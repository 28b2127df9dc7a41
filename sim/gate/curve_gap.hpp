// SPDX-License-Identifier: Apache-2.0
// How far a curve lies from its baseline, where the most, and which x it no longer reaches.
#pragma once

#include "sim/gate/aligned_curves.hpp"
#include "sim/gate/tolerance.hpp"

namespace tokenfab {

struct GapAt {
  double x = 0;
  double baseline = 0;
  double now = 0;

  double absolute() const { return now - baseline; }
  double relative() const { return relative_change(baseline, now); }
};

struct CurveGap {
  bool has_common_range = false;
  bool is_log = false;
  double low = 0;  // the common range
  double high = 0;
  GapAt rise;  // where it lies the farthest above the baseline, measured by the tolerance
  GapAt fall;  // the farthest below it
  double mean_absolute = 0;  // over x, trapezoids between the points of the grid
  double mean_relative = 0;  // to the mean size of the baseline
  AlignedCurves::Reach lost_reach;
  AlignedCurves::Reach new_reach;
};

/// Both ordered. `tolerance` says what counts the most.
CurveGap gap_between(const CurveLinePoints& baseline, const CurveLinePoints& now,
                     const Tolerance& tolerance);

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// How far a number may lie from its baseline: by a share of the baseline's size or by an amount,
// whichever allows more.
#pragma once

namespace tokenfab {

/// (now - baseline) / |baseline|; infinite where only the baseline is 0.
double relative_change(double baseline, double now);

struct Tolerance {
  double relative = 0;
  double absolute = 0;  // in the metric's unit

  double allowed(double baseline) const;
  bool is_exceeded(double baseline, double now) const;
  /// The change in units of what is allowed, to find the worst of several; without any tolerance
  /// the relative change.
  double rank(double baseline, double now) const;
};

}  // namespace tokenfab

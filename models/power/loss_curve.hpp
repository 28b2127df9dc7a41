// SPDX-License-Identifier: Apache-2.0
// What a converter loses against its load, both as shares of its rating: either the polynomial
// a0 + a1 x + a2 x^2 (no-load, proportional and square-law losses; Schneider Electric White Paper
// 108, "Making Large UPS Systems More Efficient", rev. 2), or published efficiencies at some loads.
//
// Between published points the LOSS is linear, not the efficiency: a straight line in efficiency
// bends the loss and puts its minimum where no point lies. Below the first point the first two
// points' line goes on, kept between 0 and the first point's loss; above the last point the last
// two points' line goes on; a single point is a constant efficiency.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace tokenfab {

class LossCurve {
 public:
  /// Coefficients must not be negative.
  LossCurve(double no_load, double proportional, double square)
      : no_load_(no_load), proportional_(proportional), square_(square) {}
  /// From efficiencies by load share ("0.2": 0.94); the points must be free of problems_in().
  explicit LossCurve(const std::map<std::string, double>& efficiency);

  double at(double share) const {
    return segments_.empty() ? no_load_ + share * (proportional_ + share * square_)
                             : interpolated(share);
  }

 private:
  struct Segment {
    double end;  // load share up to which it holds
    double loss_at_zero;
    double slope;
  };
  double interpolated(double share) const {
    std::size_t i = 0;
    while (i + 1 < segments_.size() && share > segments_[i].end) {
      ++i;
    }
    return segments_[i].loss_at_zero + segments_[i].slope * share;
  }

  double no_load_ = 0;
  double proportional_ = 0;
  double square_ = 0;
  std::vector<Segment> segments_;
};

/// What is wrong with published points: keys that are no load share, efficiencies that are not in
/// (0, 1], input power that falls while the load grows.
std::vector<std::string> problems_in(const std::map<std::string, double>& efficiency);

}  // namespace tokenfab

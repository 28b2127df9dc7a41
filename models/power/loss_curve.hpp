// SPDX-License-Identifier: Apache-2.0
// What a converter loses against its load, both as shares of its rating: either the polynomial
// a0 + a1 x + a2 x^2 (no-load, proportional and square-law losses; Schneider Electric White Paper
// 108, "Making Large UPS Systems More Efficient", rev. 2), or published efficiencies at some loads.
//
// Between published points the LOSS is interpolated, not the efficiency: a straight line in
// efficiency bends the loss and puts its minimum where no point lies. The curve is the monotone
// cubic of Fritsch and Butland, SIAM J. Sci. Stat. Comput. 5 (1984) 300: smooth, never outside the
// two neighbouring points, and bent as square-law losses are. At no load stands the line through
// the first two points, kept between 0 and the first point's loss; above the last point its tangent
// goes on. One point is a constant efficiency.
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
    double begin;
    double end;  // load shares between which it holds
    double loss;
    double slope;  // both at the begin
    double square;
    double cube;
  };
  double interpolated(double share) const {
    std::size_t i = 0;
    while (i + 1 < segments_.size() && share > segments_[i].end) {
      ++i;
    }
    const auto& s = segments_[i];
    const double x = share - s.begin;
    return s.loss + x * (s.slope + x * (s.square + x * s.cube));
  }

  double no_load_ = 0;
  double proportional_ = 0;
  double square_ = 0;
  std::vector<Segment> segments_;
};

/// What is wrong with published points: keys that are no load share, efficiencies that are not in
/// (0, 1], a loss that falls so fast that more load could draw less.
std::vector<std::string> problems_in(const std::map<std::string, double>& efficiency);

}  // namespace tokenfab

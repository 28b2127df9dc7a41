// SPDX-License-Identifier: Apache-2.0
// A curve through points that rises where they rise and falls where they fall: piecewise cubic
// Hermite polynomials whose slopes are limited (Fritsch & Carlson 1980, SIAM J. Numer. Anal.
// 17:238). The slopes are the harmonic means of Fritsch & Butland 1984 (SIAM J. Sci. Stat. Comput.
// 5:300) weighted by the widths, one-sided at the ends, as in PCHIM of SLATEC and in SciPy's
// PchipInterpolator.
#pragma once

#include <vector>

namespace tokenfab {

class MonotoneCubic {
 public:
  /// `x` strictly rising, as long as `y`, at least one. Of one point the curve is that point.
  MonotoneCubic(std::vector<double> x, std::vector<double> y);

  /// Between the first and the last x; the end's value outside.
  double at(double x) const;

  const std::vector<double>& knots() const { return x_; }
  const std::vector<double>& slopes() const { return slopes_; }

 private:
  std::vector<double> x_;
  std::vector<double> y_;
  std::vector<double> slopes_;
};

}  // namespace tokenfab

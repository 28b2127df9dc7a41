// SPDX-License-Identifier: Apache-2.0
// Counterflow plate heat exchanger by effectiveness and number of transfer units:
// eps = (1 - exp(-N(1-r))) / (1 - r exp(-N(1-r))), N = UA/Cmin, r = Cmin/Cmax; N/(1+N) at r = 1
// (Incropera, Fundamentals of Heat and Mass Transfer, table 11.3).
#pragma once

#include <cmath>

namespace tokenfab {

inline double effectiveness(double transfer_units, double ratio) {
  if (std::abs(1 - ratio) < 1e-9) {
    return transfer_units / (1 + transfer_units);
  }
  const double e = std::exp(-transfer_units * (1 - ratio));
  return (1 - e) / (1 - ratio * e);
}

}  // namespace tokenfab

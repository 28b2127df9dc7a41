// SPDX-License-Identifier: Apache-2.0
// Losses of a fit: how much a residual costs. Rows of another kernel variant, of a busy machine or
// of a typing error must not pull the constants, so the costs grow slower than squares beyond a
// scale.
#pragma once

#include <string_view>

namespace tokenfab {

enum class Loss {
  Squared,  // r^2 / 2
  SoftL1,   // s^2 (sqrt(1 + (r / s)^2) - 1): Charbonnier; |r| in the far
  Huber,    // r^2 / 2 to s, s (|r| - s / 2) beyond (Huber 1964, doi:10.1214/aoms/1177703732)
  Cauchy    // s^2 / 2 ln(1 + (r / s)^2): what is far off has next to no say; several minima
};

std::string_view name_of(Loss loss);

/// Cost of a residual and its first two derivatives.
struct LossTerms {
  double cost;
  double slope;
  double curvature;

  /// Weight of iterated least squares: slope over residual.
  double weight;
};

/// `scale` s > 0; the squared loss has none.
LossTerms loss_terms(Loss loss, double residual, double scale);

}  // namespace tokenfab

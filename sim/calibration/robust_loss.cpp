// SPDX-License-Identifier: Apache-2.0
#include "sim/calibration/robust_loss.hpp"

#include <cmath>

namespace tokenfab {

std::string_view name_of(Loss loss) {
  switch (loss) {
    case Loss::Squared:
      return "squared";
    case Loss::SoftL1:
      return "soft_l1";
    case Loss::Huber:
      return "huber";
    case Loss::Cauchy:
      return "cauchy";
  }
  return {};
}

LossTerms loss_terms(Loss loss, double residual, double scale) {
  const double r = residual;
  if (loss == Loss::SoftL1) {
    const double root = std::sqrt(1 + (r / scale) * (r / scale));
    return {scale * scale * (root - 1), r / root, 1 / (root * root * root), 1 / root};
  }
  if (loss == Loss::Huber && std::abs(r) > scale) {
    return {scale * (std::abs(r) - scale / 2), std::copysign(scale, r), 0, scale / std::abs(r)};
  }
  if (loss == Loss::Cauchy) {
    const double far = (r / scale) * (r / scale);
    const double weight = 1 / (1 + far);
    return {scale * scale / 2 * std::log1p(far), r * weight, (1 - far) * weight * weight, weight};
  }
  return {r * r / 2, r, 1, 1};
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// Battery policy that keeps the import from changing faster than a rate, so that the swings of
// training jobs stay behind the meter. Within what the rate allows the charge is steered back to
// a target, ready for the next swing either way.
#pragma once

#include <optional>

#include "sim/api/dispatch.hpp"
#include "sim/api/field.hpp"

namespace tokenfab {

using WattsPerSecond = Quantity<dimensions::energy - dimensions::time - dimensions::time>;

struct RampLimitConfig {
  WattsPerSecond rate;
  double soc_target = 0.5;
  Seconds recovery{900};
  static void describe(Describe<RampLimitConfig>& d);
};

class RampLimit : public DispatchPolicy {
 public:
  explicit RampLimit(const RampLimitConfig& config) : config_(config) {}
  Watts battery_power(const DispatchView& view) override;

 private:
  RampLimitConfig config_;
  std::optional<Instant> asked_;
  Watts allowed_;  // change of the import since the stretch before
};

}  // namespace tokenfab

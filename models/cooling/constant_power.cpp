// SPDX-License-Identifier: Apache-2.0
#include "models/cooling/constant_power.hpp"

namespace tokenfab {

void ConstantPowerConfig::describe(Describe<ConstantPowerConfig>& d) {
  using C = ConstantPowerConfig;
  d.field("pump_power", &C::pump_power, "Electric power of one pump or CDU")
      .required()
      .range(0, 1e9);
  d.field("pumps", &C::pumps, "How many there are").range(1, 1e6);
}

CoolingOutcome ConstantPower::advance(Duration, const CoolingInputs& inputs) {
  CoolingOutcome outcome;
  if (inputs.is_powered) {
    outcome.pumps = power_design() * inputs.health.pumps;
  }
  outcome.heat_rejected = inputs.it_power + inputs.indoor_loss + outcome.pumps;
  return outcome;
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "models/cooling/constant_pue.hpp"

#include <algorithm>

namespace tokenfab {

void ConstantPueConfig::describe(Describe<ConstantPueConfig>& d) {
  d.field("pue", &ConstantPueConfig::pue, "Power usage effectiveness of the whole site")
      .range(1, 4)
      .source(
          "Estimate for a new air- or hybrid-cooled site; the world average is 1.58 (Uptime "
          "Institute global survey 2023)");
}

CoolingOutcome ConstantPue::advance(Duration, const CoolingInputs& inputs) {
  CoolingOutcome outcome;
  if (inputs.is_powered) {
    // Racks without power leave less than the chain loses; no plant gives power back.
    outcome.other = std::max(Watts(0), inputs.it_power * (config_.pue - 1) - inputs.indoor_loss);
  }
  outcome.heat_rejected = inputs.it_power + inputs.indoor_loss + outcome.other;
  return outcome;
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "models/cooling/constant_pue.hpp"

namespace tokenfab {

void ConstantPueConfig::describe(Describe<ConstantPueConfig>& d) {
  d.field("pue", &ConstantPueConfig::pue, "Power usage effectiveness of the whole site")
      .range(1, 4)
      .source(
          "Estimate for a new air- or hybrid-cooled site; the world average is 1.58 (Uptime "
          "Institute global survey 2023)");
}

CoolingOutcome ConstantPue::cool(const CoolingLoad& load) const {
  const auto electric = load.it_power * (config_.pue - 1) - load.conversion_loss;
  return {electric, load.it_power + load.conversion_loss + electric};
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "models/power/constant_efficiency.hpp"

namespace tokenfab {

void ConstantEfficiencyConfig::describe(Describe<ConstantEfficiencyConfig>& d) {
  using C = ConstantEfficiencyConfig;
  d.field("transformer", &C::transformer, "Efficiency of the medium-voltage transformer")
      .range(0.5, 1)
      .source("Estimate: full-load efficiency 98.8-99.4 % of dry-type distribution transformers");
  d.field("ups", &C::ups, "Efficiency of the double-conversion UPS")
      .range(0.5, 1)
      .source("Estimate: 95.9-96.0 % at 50-100 % load in current data sheets");
  d.field("distribution", &C::distribution, "Efficiency of PDU and busway")
      .range(0.5, 1)
      .source("Estimate: square-law loss of 0.5-1 % at full load");
}

}  // namespace tokenfab

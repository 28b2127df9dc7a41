// SPDX-License-Identifier: Apache-2.0
// Power chain with constant stage efficiencies: the simple twin of a load-dependent chain.
// Loss = P_it (1 / (eta_transformer eta_ups eta_distribution) - 1).
// Left out: no-load losses, redundancy, load dependence, batteries; mechanical loads bypass the
// chain, and all losses count as indoors.
#pragma once

#include "sim/api/field.hpp"
#include "sim/api/power_chain.hpp"

namespace tokenfab {

struct ConstantEfficiencyConfig {
  double transformer = 0.99;
  double ups = 0.96;
  double distribution = 0.99;

  double efficiency() const { return transformer * ups * distribution; }
  static void describe(Describe<ConstantEfficiencyConfig>& d);
};

class ConstantEfficiency : public PowerChain {
 public:
  explicit ConstantEfficiency(const ConstantEfficiencyConfig& config) : config_(config) {}
  Watts indoor_loss(const ChainInputs& inputs) const override {
    return inputs.racks * (1 / config_.efficiency() - 1);
  }
  ChainOutcome advance(Duration, const ChainInputs& inputs) override {
    const auto loss = indoor_loss(inputs);
    return {inputs.racks + inputs.cooling + loss, loss, Watts(0), Watts(0)};
  }

 private:
  ConstantEfficiencyConfig config_;
};

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// Power chain with constant stage efficiencies: the simple twin of a load-dependent chain.
// Loss = P_it (1 / (eta_transformer eta_ups eta_distribution) - 1).
// Left out: no-load losses, redundancy, load dependence; mechanical loads bypass the chain.
#pragma once

#include "sim/api/field.hpp"
#include "sim/api/plant.hpp"

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
  Watts conversion_loss(Watts it_power) const override {
    return it_power * (1 / config_.efficiency() - 1);
  }

 private:
  ConstantEfficiencyConfig config_;
};

}  // namespace tokenfab

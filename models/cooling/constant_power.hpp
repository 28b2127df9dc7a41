// SPDX-License-Identifier: Apache-2.0
// Cooling that draws the same power whatever the load: pumps at one speed whose water somebody else
// cools. Left out: everything behind the pumps, temperatures, water.
#pragma once

#include "sim/api/cooling.hpp"
#include "sim/api/field.hpp"

namespace tokenfab {

struct ConstantPowerConfig {
  Watts pump_power;
  std::int64_t pumps = 1;
  static void describe(Describe<ConstantPowerConfig>& d);
};

class ConstantPower : public CoolingModel {
 public:
  explicit ConstantPower(const ConstantPowerConfig& config) : config_(config) {}
  Watts power_design() const override {
    return config_.pump_power * static_cast<double>(config_.pumps);
  }
  CoolingOutcome advance(Duration span, const CoolingInputs& inputs) override;

 private:
  ConstantPowerConfig config_;
};

}  // namespace tokenfab

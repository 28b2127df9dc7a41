// SPDX-License-Identifier: Apache-2.0
// From the input of the racks down to the parts of a node, each stage optional: voltage regulators
// (vrm) and power supplies (psu) of the node itself, then a rectifier that several nodes share with
// auxiliary loads such as switches. Input power of a node for what its parts draw:
//
//   P_node = (rectifier(n psu(vrm(P_dc)) + P_auxiliary)) / n, n nodes per rectifier
//
// Nodes that share a rectifier count as equally loaded. Left out: one regulator per part, with its
// own curve; output voltages.
#pragma once

#include <cstdint>
#include <optional>

#include "models/power/conversion_stage.hpp"

namespace tokenfab {

struct PowerSupplyConfig {
  std::optional<ConversionStageConfig> vrm;
  std::optional<ConversionStageConfig> psu;
  std::optional<ConversionStageConfig> rectifier;
  std::int64_t nodes_per_rectifier = 1;
  Watts auxiliary_power;  // of each rectifier, besides its nodes

  static void describe(Describe<PowerSupplyConfig>& d);
};

/// What contradicts itself, each with the nearest fix.
std::vector<std::string> contradictions(const PowerSupplyConfig& config);

class PowerSupply {
 public:
  /// `dc_design`: what the parts of a node draw at most; ratings not given are built for it. Throws
  /// std::invalid_argument with all contradictions.
  PowerSupply(const PowerSupplyConfig& config, Watts dc_design);

  /// Input power of a node whose parts draw `dc_output`, its share of the auxiliary loads included.
  Watts input_power(Watts dc_output) const {
    Watts power = dc_output;
    if (vrm_) {
      power += vrm_->loss(power);
    }
    if (psu_) {
      power += psu_->loss(power);
    }
    Watts shared = nodes_ * power + auxiliary_;
    if (rectifier_) {
      shared += rectifier_->loss(shared);
    }
    return shared / nodes_;
  }

 private:
  std::optional<ConversionStage> vrm_;
  std::optional<ConversionStage> psu_;
  std::optional<ConversionStage> rectifier_;
  double nodes_ = 1;
  Watts auxiliary_;
};

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "models/power/power_supply.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace tokenfab {

void PowerSupplyConfig::describe(Describe<PowerSupplyConfig>& d) {
  using C = PowerSupplyConfig;
  d.object("vrm", &C::vrm, "Voltage regulators of a node; absent: no loss of theirs")
      .catalogue("power_stages");
  d.object("psu", &C::psu, "Power supplies of a node; absent: none").catalogue("power_stages");
  d.object("rectifier", &C::rectifier, "Rectifier that nodes share; absent: none")
      .catalogue("power_stages");
  d.field("nodes_per_rectifier", &C::nodes_per_rectifier, "Nodes that share a rectifier")
      .range(1, 1e4);
  d.field("auxiliary_power", &C::auxiliary_power,
          "What else a rectifier feeds at all times, such as switches")
      .range(0, 1e6);
}

std::vector<std::string> contradictions(const PowerSupplyConfig& config) {
  std::vector<std::string> found;
  const auto check = [&](const std::optional<ConversionStageConfig>& stage, const char* role) {
    if (!stage) {
      return;
    }
    for (const auto& problem : contradictions(*stage, role)) {
      found.push_back(problem);
    }
    if (!stage->eco_efficiency.empty()) {
      found.push_back(
          fmt::format("{}.eco_efficiency: only a UPS has an eco mode: leave it out", role));
    }
  };
  check(config.vrm, "vrm");
  check(config.psu, "psu");
  check(config.rectifier, "rectifier");
  if (!config.rectifier && config.nodes_per_rectifier != 1) {
    found.push_back(
        fmt::format("nodes_per_rectifier {}: there is no rectifier: add one or leave it out",
                    config.nodes_per_rectifier));
  }
  return found;
}

PowerSupply::PowerSupply(const PowerSupplyConfig& config, Watts dc_design)
    : nodes_(static_cast<double>(config.nodes_per_rectifier)), auxiliary_(config.auxiliary_power) {
  if (const auto found = contradictions(config); !found.empty()) {
    throw std::invalid_argument(fmt::format("{}", fmt::join(found, "; ")));
  }
  Watts design = dc_design;
  const auto make = [&](std::optional<ConversionStage>& stage,
                        const std::optional<ConversionStageConfig>& stage_config) {
    if (stage_config) {
      stage.emplace(*stage_config, design);
      design += stage->loss(design);
    }
  };
  make(vrm_, config.vrm);
  make(psu_, config.psu);
  design = nodes_ * design + auxiliary_;
  make(rectifier_, config.rectifier);
}

}  // namespace tokenfab

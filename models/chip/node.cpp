// SPDX-License-Identifier: Apache-2.0
#include "models/chip/node.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/chip/clock.hpp"

namespace tokenfab {

void FanConfig::describe(Describe<FanConfig>& d) {
  using C = FanConfig;
  d.field("power_idle", &C::power_idle, "Fans with nothing to do").range(0, 1e7);
  d.field("power_busy", &C::power_busy, "Fans with all chips at work, at the reference inlet")
      .range(0, 1e7);
  d.field("inlet_reference", &C::inlet_reference, "Air temperature that both figures hold for")
      .range(0, 50)
      .source("estimate: the middle of ASHRAE's recommended range is 22.5 degC");
  d.field("target", &C::target, "Chip temperature that the fans hold")
      .range(40, 120)
      .source("estimate: below the 87 to 92 degC at which NVIDIA's chips slow down");
  d.field("speed_max", &C::speed_max, "Greatest speed, of the busy speed at the reference inlet")
      .range(1, 10)
      .source("estimate: 3.4 times the reference power");
}

void NodeConfig::describe(Describe<NodeConfig>& d) {
  using C = NodeConfig;
  d.field("name", &C::name, "Name in reports");
  d.object("chip", &C::chip, "The accelerator").catalogue("chips").required();
  d.field("chips_per_node", &C::chips_per_node, "Accelerators in one node")
      .required()
      .range(1, 16384);
  d.field("host_power_idle", &C::host_power_idle, "CPUs, memory, NICs, switches, fans when idle")
      .required()
      .range(0, 1e7);
  d.field("host_power_busy", &C::host_power_busy, "The same with all chips at work")
      .required()
      .range(0, 1e7);
  d.object("fans", &C::fans, "Of the host's power: fans");
  d.field("network_power", &C::network_power, "Of the host's power: NICs and switches")
      .range(0, 1e7);
  d.field("storage_power", &C::storage_power, "Of the host's power: drives").range(0, 1e7);
  d.field("psu_efficiency", &C::psu_efficiency, "Output over input of the power supplies")
      .required()
      .range(0.5, 1);
  d.object("power_supply", &C::power_supply,
           "Stages of the power supplies with losses by load, in place of psu_efficiency");
  d.field("liquid_heat_share", &C::liquid_heat_share,
          "Share of the node's heat that its liquid loop takes")
      .range(0, 1);
  d.field("host_price", &C::host_price, "Purchase price of the node without its accelerators")
      .required()
      .range(0, 1e8);
  d.field("network_price", &C::network_price, "Share of switches, optics and cables per node")
      .required()
      .range(0, 1e8);
}

Watts NodeConfig::processor_power(double load) const {
  const auto host = host_power_idle + (host_power_busy - host_power_idle) * load;
  return host - fan_power(load, std::nullopt) - network_power - storage_power;
}

double NodeConfig::fan_speed_at_reference(double load) const {
  const double idle = std::cbrt(fans.power_idle / fans.power_busy);
  return idle + (1 - idle) * load;
}

Watts NodeConfig::fan_power(double load, std::optional<Celsius> inlet) const {
  if (!inlet || fans.power_busy == Watts(0)) {
    return fans.power_idle + (fans.power_busy - fans.power_idle) * load;
  }
  double speed = fans.speed_max;
  if (*inlet < fans.target) {
    const double warmth = (fans.target - fans.inlet_reference) / (fans.target - *inlet);
    speed = std::clamp(fan_speed_at_reference(load) * warmth, fan_speed_at_reference(0), speed);
  }
  return fans.power_busy * (speed * speed * speed);
}

Kelvins NodeConfig::over_target(double load, Celsius inlet) const {
  if (fans.power_busy == Watts(0)) {
    return Kelvins(0);
  }
  const double flow = fan_speed_at_reference(load) / fans.speed_max;
  const auto chip_at_most = inlet + (fans.target - fans.inlet_reference) * flow;
  return std::max(Kelvins(0), chip_at_most - fans.target);
}

std::vector<std::string> power_problems(const NodeConfig& node) {
  auto problems = power_problems(node.chip);
  const double idle = node.host_power_idle.si();
  const double busy = node.host_power_busy.si();
  const double fixed = (node.network_power + node.storage_power).si();
  if (busy < idle) {
    problems.push_back(
        fmt::format("host_power_busy {:.0f} W is below host_power_idle {:.0f} W; at "
                    "least {:.0f} W",
                    busy, idle, idle));
  }
  if (node.fans.power_busy < node.fans.power_idle) {
    problems.push_back(fmt::format(
        "fans: power_busy {:.0f} W is below power_idle {:.0f} W; at "
        "least {:.0f} W",
        node.fans.power_busy.si(), node.fans.power_idle.si(), node.fans.power_idle.si()));
  }
  const auto check_sum = [&](const char* name, double total, double fans) {
    if (fans + fixed > total) {
      problems.push_back(
          fmt::format("fans, network_power and storage_power are {:.0f} W of {} {:.0f} W; at most "
                      "that",
                      fans + fixed, name, total));
    }
  };
  check_sum("host_power_idle", idle, node.fans.power_idle.si());
  check_sum("host_power_busy", busy, node.fans.power_busy.si());
  if (node.fans.inlet_reference >= node.fans.target) {
    problems.push_back(fmt::format("fans: inlet_reference {} degC is not below target {} degC",
                                   node.fans.inlet_reference.degrees(),
                                   node.fans.target.degrees()));
  }
  return problems;
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// A server node: its chips, and the host around them. Power at the PSU input is
// (chips + host) / psu_efficiency, the host going linearly from idle to busy with the share of its
// chips that work. Of the host, fans, network and storage are told apart; CPUs with their memory
// are the rest. Where the air's temperature is known the fans follow it (FanConfig). The supplies
// have one efficiency, or stages with losses by load (models/power/power_supply). Left out: leakage
// against temperature.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/chip/chip.hpp"
#include "models/chip/training_power.hpp"
#include "models/power/power_supply.hpp"

namespace tokenfab {

/// Fans of a node. Speed n of the reference speed, by load u (share of chips at work) and inlet T:
///   n = (n_idle + (1 - n_idle) u) (target - reference) / (target - T), at least n_idle,
/// as heat over the rise that is left to the target goes with the airflow; power goes with n^3 (fan
/// affinity law, ASHRAE Handbook HVAC Systems and Equipment), n_idle^3 = power_idle / power_busy.
/// Beyond speed_max the fans stay there and the chips get warmer than their target.
/// A rack of servers was measured to draw 0.35 to 0.5 % more per kelvin between 23 and 30 degC
/// (Coroama, arXiv:2509.26163); 8 % of fans give 0.3 to 0.6 here.
struct FanConfig {
  Watts power_idle;
  Watts power_busy;  // with all chips at work, at the reference inlet temperature
  Celsius inlet_reference{25};
  Celsius target{85};  // of the chips: well below their limit
  double speed_max = 1.5;
  static void describe(Describe<FanConfig>& d);
};

struct NodeConfig {
  std::string name;
  ChipConfig chip;
  std::int64_t chips_per_node = 8;
  Watts host_power_idle;  // CPUs, memory, NICs, switches and fans
  Watts host_power_busy;
  FanConfig fans;       // part of the host's power, as are
  Watts network_power;  // NICs and switches inside the node, idle or busy
  Watts storage_power;  // local drives
  double psu_efficiency = 1;
  std::optional<PowerSupplyConfig> power_supply;  // in place of psu_efficiency
  double liquid_heat_share = 0;  // of the node's heat that the liquid loop takes; rest: room air
  Dollars host_price;            // the server without its accelerators
  Dollars network_price;         // share of the cluster network, per node

  /// What chips and host draw behind the power supplies: with nothing to do, and with all chips at
  /// their limit.
  Watts idle_output() const {
    return chip.power_idle * static_cast<double>(chips_per_node) + host_power_idle;
  }
  Watts design_output() const {
    return chip.power_limit * static_cast<double>(chips_per_node) + host_power_busy;
  }
  /// Its supplies, if they are told apart, built for design_output().
  std::optional<PowerSupply> supply() const {
    return power_supply ? std::optional<PowerSupply>(std::in_place, *power_supply, design_output())
                        : std::nullopt;
  }
  Watts input_power(Watts output) const {
    const auto stages = supply();
    return stages ? stages->input_power(output) : output / psu_efficiency;
  }

  Watts power_idle() const { return input_power(idle_output()); }
  /// What the site's power has to be built for.
  Watts power_design() const { return input_power(design_output()); }

  /// All chips in training, their clock as configured (models/chip/clock.hpp).
  Watts power_training(const TrainingPhases& phases) const {
    return input_power(training_power(chip, phases) * static_cast<double>(chips_per_node) +
                       host_power_busy);
  }

  /// What the host draws above idle for each of its chips that works.
  Watts host_power_per_chip() const {
    return (host_power_busy - host_power_idle) / static_cast<double>(chips_per_node);
  }

  /// CPUs and their memory.
  Watts processor_power(double load) const;
  /// `inlet` unknown: linear from idle to busy, as at the reference temperature.
  Watts fan_power(double load, std::optional<Celsius> inlet) const;
  /// What the fans draw at `inlet` beyond what host_power_idle and host_power_busy hold; below zero
  /// in cold air.
  Watts fan_power_beyond(double load, Celsius inlet) const {
    return fan_power(load, inlet) - fan_power(load, std::nullopt);
  }
  /// How far above their target the chips are when the fans are at their fastest; 0 below that.
  Kelvins over_target(double load, Celsius inlet) const;

  static void describe(Describe<NodeConfig>& d);

 private:
  double fan_speed_at_reference(double load) const;  // of the busy speed
};

/// Numbers that contradict each other, the chip's included, each with the nearest fix; empty: none.
std::vector<std::string> power_problems(const NodeConfig& node);

}  // namespace tokenfab

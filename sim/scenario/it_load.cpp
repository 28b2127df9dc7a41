// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/it_load.hpp"

#include <algorithm>

#include "models/chip/clock.hpp"

namespace tokenfab {
ItLoad::ItLoad(const std::string& site, const SiteConfig& config, std::vector<MeteredPool*> pools)
    : pools_(std::move(pools)), power_design_(config.power_design()) {
  for (const auto& [name, cluster] : config.clusters) {
    const auto nodes = static_cast<double>(cluster.nodes);
    const auto per_node = static_cast<double>(cluster.node.chips_per_node);
    clusters_.push_back(
        {site, name, static_cast<std::uint64_t>(cluster.nodes), nodes * per_node, 0, Joules(0)});
    auto& part = parts_.emplace_back();
    part.node = &cluster.node;
    part.supply = cluster.node.supply();
    part.spare_nodes = nodes;
    part.levels = clock_levels(cluster.node.chip);
    for (auto* pool : pools_) {
      if (pool->cluster() == name) {
        const double share = pool->result().chips / per_node;
        part.spare_nodes -= share;
        part.sources.push_back({pool, share});
        part.is_shared = part.is_shared || pool->result().borrows;
        clusters_.back().chips_allocated += pool->result().chips;
      }
    }
    chips_ += nodes * per_node;
    ControlledCluster controlled;
    controlled.idle_power = nodes * cluster.node.power_idle();
    controlled.it_power = controlled.idle_power;
    controlled.name = name;  // of the configuration, which outlives this
    if (cluster.rack_power_cap) {
      const double racks = nodes / static_cast<double>(cluster.nodes_per_rack);
      controlled.cap = *cluster.rack_power_cap * racks;
    }
    controlled_.push_back(controlled);
  }
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    controlled_[i].levels = parts_[i].levels;  // parts_ no longer grows
  }
}

bool ItLoad::any_busy() const {
  return std::any_of(pools_.begin(), pools_.end(),
                     [](const MeteredPool* pool) { return pool->any_busy(); });
}

/// Power into the nodes' supplies for an even share of `output` behind them.
Watts ItLoad::input_power(const Cluster& part, Watts output, double nodes) {
  if (nodes <= 0) {
    return Watts(0);
  }
  return part.supply ? part.supply->input_power(output / nodes) * nodes
                     : output / part.node->psu_efficiency;
}

/// Share of the way from idle to full power: what its fans follow, and its chips' temperature.
double ItLoad::load_of(const Cluster& part, const Source& source, Watts dynamic) {
  const auto range = (part.node->design_output() - part.node->idle_output()) * source.nodes;
  return range > Watts(0) ? std::min(1.0, dynamic / range) : 0;
}

Watts ItLoad::Idle::of_node(const NodeConfig& node, double load) const {
  const auto fans = inlet ? node.fan_power_beyond(load, *inlet) : Watts(0);
  return has_power ? node.idle_output() + fans : Watts(0);
}

void ItLoad::note_chip_power(const NodeConfig& node, double load, bool has_power,
                             Reading& reading) {
  const auto& chip = node.chip;
  if (has_power) {
    const auto chip_power = chip.power_idle + (chip.power_limit - chip.power_idle) * load;
    reading.chip_power = std::max(reading.chip_power, chip_power);
  }
}

void ItLoad::read_sources(Cluster& part, Instant until, Seconds span, const Idle& idle,
                          Reading& reading, Watts& power) {
  const auto& node = *part.node;
  for (const auto& source : part.sources) {
    const Watts dynamic = Joules(source.pool->harvest_energy_j(until)) / span;
    const double load = load_of(part, source, dynamic);
    const auto output = idle.of_node(node, load) * source.nodes + dynamic;
    const auto drawn = output > Watts(0) ? input_power(part, output, source.nodes) : Watts(0);
    source.pool->result().energy_it += drawn * span;
    power += drawn;
    note_chip_power(node, load, idle.has_power, reading);
  }
}

/// All nodes of the pools as one, evenly loaded: nobody knows whose nodes a borrower's work is on.
void ItLoad::read_shared(Cluster& part, Instant until, Seconds span, const Idle& idle,
                         Reading& reading, Watts& power) {
  const auto& node = *part.node;
  Source all{nullptr, 0};
  Watts dynamic;
  std::vector<Watts> own;
  for (const auto& source : part.sources) {
    own.push_back(Joules(source.pool->harvest_energy_j(until)) / span);
    dynamic += own.back();
    all.nodes += source.nodes;
  }
  const double load = load_of(part, all, dynamic);
  const auto still = idle.of_node(node, load);
  const auto output = still * all.nodes + dynamic;
  if (output > Watts(0)) {
    const auto drawn = input_power(part, output, all.nodes);
    for (std::size_t i = 0; i < own.size(); ++i) {
      auto& pool = part.sources[i].pool->result();
      pool.energy_it += drawn * span * ((still * part.sources[i].nodes + own[i]) / output);
    }
    power += drawn;
  }
  note_chip_power(node, load, idle.has_power, reading);
}

ItLoad::Reading ItLoad::read(Instant until, Seconds span, bool has_power,
                             std::optional<Celsius> inlet) {
  Reading reading;
  const Idle idle{has_power, inlet};
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    auto& part = parts_[i];
    const auto& node = *part.node;
    Watts power;
    if (has_power) {
      power = input_power(part, idle.of_node(node, 0) * part.spare_nodes, part.spare_nodes);
    }
    if (part.is_shared) {
      read_shared(part, until, span, idle, reading, power);
    } else {
      read_sources(part, until, span, idle, reading, power);
    }
    clusters_[i].energy_it += power * span;
    controlled_[i].it_power = power;
    reading.power += power;
    reading.liquid_heat += power * node.liquid_heat_share;
  }
  return reading;
}

void ItLoad::set_clocks(const std::vector<double>& clocks, Instant now) {
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    const auto& levels = parts_[i].levels;
    const auto above =
        std::upper_bound(levels.begin(), levels.end(), clocks[i],
                         [](double clock, const ClockLevel& level) { return clock < level.clock; });
    const auto level = above == levels.begin() ? levels.front() : *(above - 1);
    if (level.clock == controlled_[i].clock) {
      continue;
    }
    controlled_[i].clock = level.clock;
    for (const auto& source : parts_[i].sources) {
      source.pool->set_clock(level.clock, now);
    }
  }
}

double ItLoad::mean_clock() const {
  double sum = 0;
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    sum += controlled_[i].clock * clusters_[i].chips;
  }
  return sum / chips_;
}

double ItLoad::clock_of(std::string_view cluster) const {
  const auto found =
      std::find_if(controlled_.begin(), controlled_.end(),
                   [cluster](const ControlledCluster& each) { return each.name == cluster; });
  return found == controlled_.end() ? 1 : found->clock;
}

}  // namespace tokenfab

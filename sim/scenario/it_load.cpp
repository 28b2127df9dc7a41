// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/it_load.hpp"

#include <algorithm>

#include "models/chip/clock.hpp"

namespace tokenfab {
namespace {

/// Power into the nodes' supplies for an even share of `output` behind them.
Watts input_power(const NodeConfig& node, Watts output, double nodes) {
  return nodes > 0 ? node.input_power(output / nodes) * nodes : Watts(0);
}

}  // namespace

ItLoad::ItLoad(const std::string& site, const SiteConfig& config, std::vector<MeteredPool*> pools)
    : pools_(std::move(pools)) {
  for (const auto& [name, cluster] : config.clusters) {
    const auto nodes = static_cast<double>(cluster.nodes);
    const auto per_node = static_cast<double>(cluster.node.chips_per_node);
    clusters_.push_back(
        {site, name, static_cast<std::uint64_t>(cluster.nodes), nodes * per_node, 0, Joules(0)});
    auto& part = parts_.emplace_back();
    part.node = &cluster.node;
    part.spare_nodes = nodes;
    part.levels = clock_levels(cluster.node.chip);
    for (auto* pool : pools_) {
      if (pool->result().cluster == name) {
        const double share = pool->result().chips / per_node;
        part.spare_nodes -= share;
        part.sources.push_back({pool, share, share * cluster.node.idle_output(), part.node});
        clusters_.back().chips_allocated += pool->result().chips;
      }
    }
    chips_ += nodes * per_node;
    power_design_ += nodes * cluster.node.power_design();
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

/// The pool's part of host power is taken to follow its chips' power.
Watts ItLoad::chip_power(const Source& source, Watts dynamic) const {
  const auto& chip = source.node->chip;
  const auto range = chip.power_limit - chip.power_idle;
  const auto range_with_host = range + source.node->host_power_per_chip();
  const auto per_chip = dynamic / source.pool->result().chips;
  return chip.power_idle +
         (range_with_host > Watts(0) ? per_chip * (range / range_with_host) : Watts(0));
}

ItLoad::Reading ItLoad::read(Instant until, Seconds span, bool has_power) {
  Reading reading;
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    const auto& part = parts_[i];
    Watts power;
    if (has_power) {
      power =
          input_power(*part.node, part.node->idle_output() * part.spare_nodes, part.spare_nodes);
    }
    for (const auto& source : part.sources) {
      const Watts dynamic = Joules(source.pool->harvest_energy_j(until)) / span;
      if (!has_power && dynamic == Watts(0)) {
        continue;
      }
      const auto idle = has_power ? source.idle_power : Watts(0);
      const auto drawn = input_power(*source.node, idle + dynamic, source.nodes);
      source.pool->result().energy_it += drawn * span;
      power += drawn;
      reading.chip_power = std::max(reading.chip_power, chip_power(source, dynamic));
    }
    clusters_[i].energy_it += power * span;
    controlled_[i].it_power = power;
    reading.power += power;
    reading.liquid_heat += power * part.node->liquid_heat_share;
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

}  // namespace tokenfab

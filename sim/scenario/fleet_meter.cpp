// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/fleet_meter.hpp"

#include <algorithm>
#include <cmath>

namespace tokenfab {
namespace {

std::string name_in_table(const PoolResult& pool) {
  return pool.is_jobs || pool.is_given ? pool.name : pool.service + "/" + pool.name;
}

}  // namespace

FleetMeter::FleetMeter(const std::string& site, const SiteConfig& config,
                       const std::vector<MeteredPool*>& pools, std::uint32_t groups_max,
                       FleetSink& sink)
    : site_(site), sink_(&sink) {
  for (auto* meter : pools) {
    const auto groups = std::min(meter->units(), groups_max);
    if (groups == 0) {
      continue;
    }
    meter->watch_units(groups);
    const auto& node = config.clusters.at(meter->cluster()).node;
    auto& pool = pools_.emplace_back();
    pool.meter = meter;
    pool.name = name_in_table(meter->result());
    pool.idle =
        node.power_idle() * (meter->result().chips / static_cast<double>(node.chips_per_node));
    pool.groups.resize(groups);
  }
}

void FleetMeter::write_pool(Pool& pool, Instant now, double clock) {
  std::vector<UnitGroup> groups(pool.groups.size());
  pool.meter->read_units(now, groups);
  const double span = (now - began_).seconds();
  const double energy = (pool.meter->result().energy_it - pool.energy).si();
  pool.energy = pool.meter->result().energy_it;
  const double still = std::min(energy, pool.idle.si() * span);
  double units = 0;
  double dynamic = 0;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    units += groups[i].units;
    dynamic += groups[i].dynamic_energy_j - pool.groups[i].dynamic_energy_j;
  }
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const auto& group = groups[i];
    const auto& before = pool.groups[i];
    const double by_units = group.units / units;
    const double by_work =
        dynamic > 0 ? (group.dynamic_energy_j - before.dynamic_energy_j) / dynamic : by_units;
    FleetRecord record;
    record.end = now;
    record.site = site_;
    record.cluster = pool.meter->cluster();
    record.pool = pool.name;
    record.group = static_cast<std::uint32_t>(i);
    record.units = group.units;
    record.busy = (group.busy - before.busy).seconds() / (group.units * span);
    record.kv_usage = group.kv_usage;
    record.clock = clock;
    record.power_w = (still * by_units + (energy - still) * by_work) / span;
    sink_->fleet(record);
  }
  pool.groups = std::move(groups);
}

std::uint32_t fleet_groups_max(const ScenarioConfig& config) {
  constexpr double groups = 64;     // as many as a heat map has lines for
  constexpr double rows = 500'000;  // of a pool: some forty megabytes
  if (!config.horizon || !config.output.series) {
    return static_cast<std::uint32_t>(groups);
  }
  const double intervals = std::ceil(*config.horizon / *config.output.series);
  return static_cast<std::uint32_t>(std::clamp(std::floor(rows / intervals), 1.0, groups));
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/fault_runtime.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "models/catalog.hpp"

namespace tokenfab {

FaultRuntime::FaultRuntime(std::unique_ptr<FaultProcess> process, engine::Agenda& agenda,
                           std::vector<ServicePool*> pools)
    : process_(std::move(process)),
      agenda_(agenda),
      pools_(std::move(pools)),
      slot_(agenda.add(engine::EventPriority::Fault, *this)) {}

void FaultRuntime::start(std::uint32_t nodes, RandomStream random) {
  process_->start(nodes, random);
  is_down_.assign(nodes, false);
  next_ = process_->next();
  reschedule();
}

void FaultRuntime::handle_event(Instant now) {
  // Repairs first: a node that breaks at the date of its repair is lost again.
  while (!repairs_.empty() && repairs_.front().date <= now) {
    const auto node = repairs_.front().node;
    std::pop_heap(repairs_.begin(), repairs_.end(), std::greater<>());
    repairs_.pop_back();
    is_down_[node] = false;
    for (auto* pool : pools_) {
      if (has_power_) {
        pool->node_repaired(node, now);
      }
    }
  }
  while (next_ && next_->date <= now) {
    const auto loss = *next_;
    next_ = process_->next();
    if (is_down_[loss.node]) {
      continue;
    }
    is_down_[loss.node] = true;
    repairs_.push_back({now + loss.repair, loss.node});
    std::push_heap(repairs_.begin(), repairs_.end(), std::greater<>());
    if (has_power_) {
      lose({loss.node}, now);
    }
  }
  reschedule();
}

void FaultRuntime::lose(const std::vector<std::uint32_t>& nodes, Instant now) {
  for (auto* pool : pools_) {
    for (const auto node : nodes) {
      pool->node_fails(node);
    }
  }
  for (auto* pool : pools_) {
    for (const auto node : nodes) {
      pool->node_failed(node, now);
    }
  }
}

void FaultRuntime::power_lost(Instant now) {
  has_power_ = false;
  std::vector<std::uint32_t> nodes;
  for (std::uint32_t node = 0; node < is_down_.size(); ++node) {
    if (!is_down_[node]) {
      nodes.push_back(node);
    }
  }
  lose(nodes, now);
}

void FaultRuntime::power_restored(Instant now) {
  has_power_ = true;
  for (auto* pool : pools_) {
    for (std::uint32_t node = 0; node < is_down_.size(); ++node) {
      if (!is_down_[node]) {
        pool->node_repaired(node, now);
      }
    }
  }
}

void FaultRuntime::reschedule() {
  std::optional<Instant> date = next_ ? std::optional(next_->date) : std::nullopt;
  if (!repairs_.empty() && (!date || repairs_.front().date < *date)) {
    date = repairs_.front().date;
  }
  if (date) {
    agenda_.schedule(slot_, *date);
  }
}

std::vector<SiteFaults> make_fault_runtimes(
    const ScenarioConfig& config, engine::Agenda& agenda,
    const std::function<std::vector<ServicePool*>(std::uint32_t, std::uint32_t)>& pools_in) {
  std::vector<SiteFaults> faults;
  std::uint32_t site_number = 0;
  for (const auto& [site_name, site] : config.sites) {
    std::uint32_t cluster_number = 0;
    for (const auto& [name, cluster] : site.clusters) {
      faults.push_back(
          {site_number, std::make_unique<FaultRuntime>(
                            plugin_table().make<FaultProcess>("faults", cluster.faults), agenda,
                            pools_in(site_number, cluster_number++))});
      faults.back().runtime->start(
          static_cast<std::uint32_t>(cluster.nodes),
          RandomStream(static_cast<std::uint64_t>(config.seed), 0,
                       "sites/" + site_name + "/clusters/" + name, "faults"));
    }
    ++site_number;
  }
  return faults;
}

}  // namespace tokenfab

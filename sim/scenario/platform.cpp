// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/platform.hpp"

#include <algorithm>

#include "models/catalog.hpp"
#include "sim/api/cooling.hpp"

namespace tokenfab {
namespace {

/// Whether the racks may lose their power, after which replicas load their weights again.
bool can_go_dark(const SiteConfig& site) {
  const bool has_temperatures =
      plugin_table().make<CoolingModel>("cooling", site.cooling)->state().has_value();
  return has_temperatures || site.energy.grid.outages.model != "none" ||
         site.power.model != "constant_efficiency";
}

/// Whether new weights come to the service's replicas.
bool gets_deployed(const ScenarioConfig& config, const std::string& service) {
  return std::any_of(config.jobs.begin(), config.jobs.end(), [&service](const auto& entry) {
    return entry.second.deployment && entry.second.deployment->service == service;
  });
}

/// Whether anything may ever move to or from the pool's nodes.
bool has_flows(const Scenario& scenario, const PoolPlan& plan) {
  const auto& config = *scenario.config;
  const auto& service = config.services.at(plan.service);
  const auto& site = config.sites.at(plan.site);
  return plan.config->cold_start || plan.config->role != ReplicaRole::Mixed ||
         service.autoscaler.model != "fixed" ||
         site.clusters.at(plan.cluster).faults.model != "none" || can_go_dark(site) ||
         gets_deployed(config, plan.service);
}

/// Whether jobs read or write the site's storage from the cluster's nodes.
bool has_job_flows(const ScenarioConfig& config, const std::string& place) {
  return std::any_of(config.jobs.begin(), config.jobs.end(), [&place](const auto& entry) {
    const auto& job = entry.second;
    return job.cluster == place && (job.training || job.data);
  });
}

/// The nodes that a pool's chips, numbered through the cluster, belong to.
engine::NodeRange nodes_of(const PoolPlan& plan) {
  const auto per_node = plan.node->chips_per_node;
  const auto chips = plan.config->replicas_max() * plan.config->chips_per_replica();
  const auto first = plan.chip_offset / per_node;
  const auto end = (plan.chip_offset + chips + per_node - 1) / per_node;
  return {static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(end - first)};
}

}  // namespace

std::vector<engine::WanLink> wan_of(const ScenarioConfig& config) {
  const auto number = [&config](const std::string& site) {
    return static_cast<std::uint32_t>(std::distance(config.sites.begin(), config.sites.find(site)));
  };
  std::vector<engine::WanLink> lines;
  for (const auto& [name, line] : config.wan) {
    lines.push_back({number(line.from), number(line.to), line.bandwidth, line.latency});
  }
  return lines;
}

std::vector<engine::SitePlatform> platform_of(const Scenario& scenario) {
  std::vector<engine::SitePlatform> sites;
  for (const auto& [name, site] : scenario.config->sites) {
    auto& platform = sites.emplace_back();
    platform.name = name;
    platform.storage_bandwidth = site.storage_bandwidth;
    for (const auto& [cluster_name, cluster] : site.clusters) {
      const auto chips = static_cast<double>(cluster.node.chips_per_node);
      auto& ports = platform.clusters.emplace_back();
      ports.name = cluster_name;
      ports.nodes = static_cast<std::uint32_t>(cluster.nodes);
      ports.scale_up_bandwidth = cluster.node.chip.scale_up_bandwidth * chips;
      ports.network_bandwidth = cluster.node.chip.scale_out_bandwidth * chips;
      ports.topology = make_network(cluster)->topology();
      auto& flow_nodes = ports.flow_nodes.emplace();
      if (has_job_flows(*scenario.config, name + "/" + cluster_name)) {
        flow_nodes.push_back({0, ports.nodes});
      }
      for (const auto& plan : scenario.pools) {
        if (plan.site == name && plan.cluster == cluster_name && has_flows(scenario, plan)) {
          flow_nodes.push_back(nodes_of(plan));
        }
      }
    }
  }
  return sites;
}

}  // namespace tokenfab

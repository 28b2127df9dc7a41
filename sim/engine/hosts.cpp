// SPDX-License-Identifier: Apache-2.0
#include "sim/engine/hosts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <simgrid/kernel/resource/Model.hpp>
#include <simgrid/kernel/resource/NetworkModelIntf.hpp>
#include <simgrid/s4u.hpp>
#include <utility>

#include "sim/core/check.hpp"
#include "sim/engine/linked_zone.hpp"

namespace tokenfab::engine {
namespace s4u = simgrid::s4u;

namespace {

/// Nodes compute through our own chip models; SimGrid only needs a positive host speed.
constexpr double host_speed_unused = 1.0;

/// What a cluster is to its site.
struct ClusterZone {
  s4u::NetZone* zone;
  simgrid::kernel::routing::NetPoint* gateway;
  std::vector<s4u::Host*> nodes;
};

std::vector<std::uint32_t> nodes_with_flows(const std::string& name,
                                            const ClusterPlatform& cluster) {
  std::vector<std::uint32_t> nodes;
  for (const auto& range :
       cluster.flow_nodes.value_or(std::vector<NodeRange>{{0, cluster.nodes}})) {
    const auto end = range.first + range.count;
    CHECK(end <= cluster.nodes, "{}: node {} of {}", name, end - 1, cluster.nodes);
    for (auto node = range.first; node < end; ++node) {
      nodes.push_back(node);
    }
  }
  std::sort(nodes.begin(), nodes.end());
  nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
  return nodes;
}

s4u::Host* build_node(s4u::NetZone* zone, const std::string& name, BytesPerSecond fabric_bandwidth,
                      BytesPerSecond port_bandwidth) {
  auto* host = zone->create_host(name, host_speed_unused);
  auto* port = zone->create_split_duplex_link("port-" + name, port_bandwidth.si());
  auto* fabric = zone->create_link("fabric-" + name, fabric_bandwidth.si());
  zone->add_route(host->get_netpoint(), nullptr, nullptr, nullptr,
                  {{port, s4u::LinkInRoute::Direction::UP}}, true);
  zone->add_route(host->get_netpoint(), host->get_netpoint(), nullptr, nullptr,
                  {s4u::LinkInRoute(fabric)}, false);
  return host;
}

/// Ports and fabrics only, which SimGrid's star zone does without a number for every node there is:
/// a cluster may have millions.
ClusterZone build_star(s4u::NetZone* site, const std::string& name, const ClusterPlatform& cluster,
                       const std::vector<std::uint32_t>& nodes) {
  auto* zone = s4u::create_star_zone("cluster-" + name);
  zone->set_parent(site);
  const auto& topology = cluster.topology;
  std::vector<s4u::Host*> hosts(nodes.empty() ? 0 : std::size_t{nodes.back()} + 1);
  for (const auto node : nodes) {
    hosts[node] = build_node(zone, fmt::format("{}-{:07}", name, node),
                             topology ? topology->scale_up_node : cluster.scale_up_bandwidth,
                             topology ? topology->node_bandwidth : cluster.network_bandwidth);
  }
  auto* gateway = zone->create_router("gateway-" + name);
  zone->add_route(gateway, nullptr, nullptr, nullptr, {}, true);
  zone->seal();
  return {zone, gateway, std::move(hosts)};
}

ClusterZone build_links(s4u::NetZone* site, const std::string& name, const ClusterPlatform& cluster,
                        const std::vector<std::uint32_t>& nodes) {
  // SimGrid owns and ends its zones.
  auto* zone =
      new LinkedZone(name, site, make_cluster_links(*cluster.topology, cluster.nodes), nodes);
  std::vector<s4u::Host*> hosts(nodes.empty() ? 0 : std::size_t{nodes.back()} + 1);
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    hosts[nodes[i]] = zone->host(i);
  }
  return {zone->get_iface(), zone->gateway(), std::move(hosts)};
}

std::vector<s4u::Host*> build_cluster(s4u::NetZone* site, const std::string& name,
                                      const ClusterPlatform& cluster) {
  const auto nodes = nodes_with_flows(name, cluster);
  const auto& topology = cluster.topology;
  const bool is_star =
      !topology || (topology->shape == NetworkShape::Star && topology->domain_tiers.empty());
  auto built = is_star || nodes.empty() ? build_star(site, name, cluster, nodes)
                                        : build_links(site, name, cluster, nodes);
  site->add_route(built.zone->get_netpoint(), nullptr, built.gateway, nullptr, {}, true);
  return std::move(built.nodes);
}

/// A site's zone, and the point in it that everything from elsewhere comes through.
struct SiteZone {
  s4u::NetZone* zone;
  simgrid::kernel::routing::NetPoint* gateway;
};

void join_freely(s4u::NetZone* world, const std::vector<SiteZone>& sites) {
  for (const auto& site : sites) {
    world->add_route(site.zone->get_netpoint(), nullptr, site.gateway, nullptr, {}, true);
  }
}

void join_by_lines(s4u::NetZone* world, const std::vector<SiteZone>& sites,
                   const std::vector<WanLink>& wan, const WanRoutes& routes) {
  std::vector<const s4u::SplitDuplexLink*> lines;
  for (const auto& line : wan) {
    lines.push_back(world->create_split_duplex_link(fmt::format("wan-{:04}", lines.size()),
                                                    line.bandwidth.si()));
  }
  const auto count = static_cast<std::uint32_t>(sites.size());
  for (std::uint32_t from = 0; from < count; ++from) {
    for (std::uint32_t to = 0; to < count; ++to) {
      const auto& way = routes.way(from, to);
      if (from == to || !way) {
        continue;
      }
      std::vector<s4u::LinkInRoute> links;
      for (const auto& hop : way->hops) {
        using enum s4u::LinkInRoute::Direction;
        links.emplace_back(lines[hop.line], hop.is_forward ? UP : DOWN);
      }
      world->add_route(sites[from].zone->get_netpoint(), sites[to].zone->get_netpoint(),
                       sites[from].gateway, sites[to].gateway, links, false);
    }
  }
}

}  // namespace

Hosts::Hosts(const std::vector<SitePlatform>& sites, const std::vector<WanLink>& wan) {
  auto* world = wan.empty() ? s4u::create_star_zone("world") : s4u::create_full_zone("world");
  std::vector<SiteZone> zones;
  for (const auto& site : sites) {
    auto* zone = s4u::create_star_zone("site-" + site.name);
    zone->set_parent(world);
    // SimGrid routes wrongly between a host of a zone and the hosts of that zone's zones, so the
    // storage and the site's gateway have a zone of their own beside the clusters.
    auto* core = s4u::create_star_zone("core-" + site.name);
    core->set_parent(zone);
    auto* storage = core->create_host("storage-" + site.name, host_speed_unused);
    auto* storage_link =
        core->create_split_duplex_link("storage-" + site.name, site.storage_bandwidth.si());
    core->add_route(storage->get_netpoint(), nullptr, nullptr, nullptr,
                    {{storage_link, s4u::LinkInRoute::Direction::UP}}, true);
    auto* gateway = core->create_router("gateway-" + site.name);
    core->add_route(gateway, nullptr, nullptr, nullptr, {}, true);
    core->seal();
    zone->add_route(core->get_netpoint(), nullptr, gateway, nullptr, {}, true);
    storages_.push_back(storage);
    auto& clusters = nodes_.emplace_back();
    for (const auto& cluster : site.clusters) {
      clusters.push_back(build_cluster(zone, site.name + "/" + cluster.name, cluster));
    }
    zone->seal();
    zones.push_back({zone, gateway});
  }
  if (wan.empty()) {
    join_freely(world, zones);
  } else {
    wan_.emplace(static_cast<std::uint32_t>(sites.size()), wan);
    join_by_lines(world, zones, wan, *wan_);
  }
  world->seal();
  network_ = dynamic_cast<simgrid::kernel::resource::Model*>(world->get_network_model());
  CHECK(network_ != nullptr, "{} sites", sites.size());
}

s4u::Host* Hosts::at(const HostPlace& place) const {
  if (place.is_storage) {
    return storages_.at(place.site);
  }
  const auto& nodes = nodes_.at(place.site).at(place.cluster);
  const bool has_host = place.node < nodes.size() && nodes[place.node] != nullptr;
  CHECK(has_host, "site {}, cluster {}: no flows at node {}", place.site, place.cluster,
        place.node);
  return nodes[place.node];
}

}  // namespace tokenfab::engine

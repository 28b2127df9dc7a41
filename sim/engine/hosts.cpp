// SPDX-License-Identifier: Apache-2.0
#include "sim/engine/hosts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <simgrid/kernel/resource/Model.hpp>
#include <simgrid/kernel/resource/NetworkModelIntf.hpp>
#include <simgrid/s4u.hpp>

#include "sim/core/check.hpp"

namespace tokenfab::engine {
namespace s4u = simgrid::s4u;

namespace {

/// Nodes compute through our own chip models; SimGrid only needs a positive host speed.
constexpr double host_speed_unused = 1.0;

s4u::Host* build_node(s4u::NetZone* zone, const std::string& name, const ClusterPlatform& cluster) {
  auto* host = zone->create_host(name, host_speed_unused);
  auto* port = zone->create_split_duplex_link("port-" + name, cluster.network_bandwidth.si());
  auto* fabric = zone->create_link("fabric-" + name, cluster.scale_up_bandwidth.si());
  zone->add_route(host->get_netpoint(), nullptr, nullptr, nullptr,
                  {{port, s4u::LinkInRoute::Direction::UP}}, true);
  zone->add_route(host->get_netpoint(), host->get_netpoint(), nullptr, nullptr,
                  {s4u::LinkInRoute(fabric)}, false);
  return host;
}

std::vector<s4u::Host*> build_cluster(s4u::NetZone* site, const std::string& name,
                                      const ClusterPlatform& cluster) {
  auto* zone = s4u::create_star_zone("cluster-" + name);
  zone->set_parent(site);
  std::vector<s4u::Host*> nodes;
  for (const auto& range :
       cluster.flow_nodes.value_or(std::vector<NodeRange>{{0, cluster.nodes}})) {
    const auto end = range.first + range.count;
    CHECK(end <= cluster.nodes, "{}: node {} of {}", name, end - 1, cluster.nodes);
    nodes.resize(std::max<std::size_t>(nodes.size(), end));
    for (auto i = range.first; i < end; ++i) {
      if (nodes[i] == nullptr) {
        nodes[i] = build_node(zone, fmt::format("{}-{:07}", name, i), cluster);
      }
    }
  }
  auto* gateway = zone->create_router("gateway-" + name);
  zone->add_route(gateway, nullptr, nullptr, nullptr, {}, true);
  zone->seal();
  site->add_route(zone->get_netpoint(), nullptr, gateway, nullptr, {}, true);
  return nodes;
}

}  // namespace

Hosts::Hosts(const std::vector<SitePlatform>& sites) {
  auto* world = s4u::create_star_zone("world");
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
    world->add_route(zone->get_netpoint(), nullptr, gateway, nullptr, {}, true);
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

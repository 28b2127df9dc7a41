// SPDX-License-Identifier: Apache-2.0
// A cluster as a SimGrid zone whose routes are computed, not stored: links and hosts are SimGrid's,
// which links a flow crosses is ClusterLinks' answer. SimGrid's own fat tree takes 43 s for 100,000
// hosts and its dragonfly fails in routing with more groups than routers (docs/network.md).
#pragma once

#include <memory>
#include <simgrid/kernel/routing/NetZoneImpl.hpp>
#include <string>
#include <vector>

#include "sim/engine/cluster_links.hpp"

namespace tokenfab::engine {

class LinkedZone : public simgrid::kernel::routing::NetZoneImpl {
 public:
  /// Makes the links that flows of `nodes` may cross, and their hosts. `parent` owns the zone.
  LinkedZone(const std::string& name, simgrid::s4u::NetZone* parent,
             std::unique_ptr<ClusterLinks> links, const std::vector<std::uint32_t>& nodes);

  simgrid::s4u::Host* host(std::size_t position) const { return hosts_[position]; }
  /// Stands for the core of the network.
  simgrid::kernel::routing::NetPoint* gateway() const { return gateway_; }

 protected:
  void get_local_route(const simgrid::kernel::routing::NetPoint* from,
                       const simgrid::kernel::routing::NetPoint* to,
                       simgrid::kernel::routing::Route* into, double* latency) override;

 private:
  std::unique_ptr<ClusterLinks> numbers_;
  std::vector<simgrid::kernel::resource::StandardLinkImpl*> links_;  // by number; null: unused
  std::vector<simgrid::s4u::Host*> hosts_;
  std::vector<std::uint32_t> node_of_;  // by the number that SimGrid gives a point of the zone
  simgrid::kernel::routing::NetPoint* gateway_ = nullptr;
  std::vector<std::uint32_t> way_;  // of the route being asked for
};

}  // namespace tokenfab::engine

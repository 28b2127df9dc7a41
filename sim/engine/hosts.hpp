// SPDX-License-Identifier: Apache-2.0
// The platform built in SimGrid: zones of clusters in zones of sites, and the host of every place.
#pragma once

#include <simgrid/forward.h>

#include <optional>
#include <vector>

#include "sim/engine/platform.hpp"
#include "sim/engine/wan.hpp"

namespace tokenfab::engine {

class Hosts {
 public:
  /// Builds and seals everything. Once per process, after the SimGrid engine exists. Without lines
  /// between sites these meet at a point that lets everything through.
  Hosts(const std::vector<SitePlatform>& sites, const std::vector<WanLink>& wan);

  /// CHECKs that the place exists and may have flows.
  simgrid::s4u::Host* at(const HostPlace& place) const;
  /// Whether flows may go from one site to the other.
  bool joins(std::uint32_t from_site, std::uint32_t to_site) const {
    return from_site == to_site || !wan_ || wan_->way(from_site, to_site);
  }
  /// SimGrid's model of every flow here.
  simgrid::kernel::resource::Model& network() const { return *network_; }

 private:
  std::optional<WanRoutes> wan_;                                      // absent: all sites meet
  std::vector<simgrid::s4u::Host*> storages_;                         // by site
  std::vector<std::vector<std::vector<simgrid::s4u::Host*>>> nodes_;  // null: without flows
  simgrid::kernel::resource::Model* network_ = nullptr;
};

}  // namespace tokenfab::engine

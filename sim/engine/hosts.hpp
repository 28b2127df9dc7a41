// SPDX-License-Identifier: Apache-2.0
// The platform built in SimGrid: star zones in star zones, and the host of every place.
#pragma once

#include <simgrid/forward.h>

#include <vector>

#include "sim/engine/platform.hpp"

namespace tokenfab::engine {

class Hosts {
 public:
  /// Builds and seals everything. Once per process, after the SimGrid engine exists.
  explicit Hosts(const std::vector<SitePlatform>& sites);

  /// CHECKs that the place exists and may have flows.
  simgrid::s4u::Host* at(const HostPlace& place) const;
  /// SimGrid's model of every flow here.
  simgrid::kernel::resource::Model& network() const { return *network_; }

 private:
  std::vector<simgrid::s4u::Host*> storages_;                         // by site
  std::vector<std::vector<std::vector<simgrid::s4u::Host*>>> nodes_;  // null: without flows
  simgrid::kernel::resource::Model* network_ = nullptr;
};

}  // namespace tokenfab::engine

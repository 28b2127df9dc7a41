// SPDX-License-Identifier: Apache-2.0
// Which replica of a service takes a request. A decider: it sees what a real router sees, its own
// counts of requests sent and answered, never an output length.
#pragma once

#include <cstdint>

#include "sim/core/random.hpp"

namespace tokenfab {

class Router {
 public:
  virtual ~Router() = default;
  /// Called once, before the first request; replicas >= 1. `random` is this service's router's own.
  virtual void start(std::uint32_t replicas, RandomStream random) = 0;
  /// The replica for the next request. Post: < replicas.
  virtual std::uint32_t route() = 0;
  /// The replica now has this many requests sent and not answered.
  virtual void outstanding_changed(std::uint32_t replica, std::uint32_t outstanding) = 0;
};

}  // namespace tokenfab

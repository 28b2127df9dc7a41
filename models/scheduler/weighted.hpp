// SPDX-License-Identifier: Apache-2.0
// Weighted pools: pools in turn, each as often as its weight says and as evenly spread as that
// allows; inside a pool the replica with the fewest requests under way, of equals the lowest
// number. A pool without eligible replica is left out of the turn.
// Source: nginx, smooth weighted round robin
// (src/http/ngx_http_upstream_round_robin.c, ngx_http_upstream_get_peer): every pool gains its
// weight, the richest is chosen and pays the sum of the weights.
#pragma once

#include <vector>

#include "models/scheduler/replica_order.hpp"
#include "sim/api/field.hpp"
#include "sim/api/router.hpp"

namespace tokenfab {

struct WeightedConfig {
  static void describe(Describe<WeightedConfig>&) {}
};

class Weighted : public Router {
 public:
  explicit Weighted(const WeightedConfig&) {}
  void start(const ReplicaView& view, RandomStream) override;
  std::optional<std::uint32_t> route(const RoutingRequest& request) override;

 private:
  struct Pool {
    double credit = 0;
    std::optional<std::uint32_t> idlest;  // of its eligible replicas, for the request routed
    std::uint32_t outstanding = 0;        // of that one
  };

  const ReplicaView* view_ = nullptr;
  std::vector<Pool> pools_;
};

}  // namespace tokenfab

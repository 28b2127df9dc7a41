// SPDX-License-Identifier: Apache-2.0
// Least KV: the replica whose KV cache is emptiest of running requests; of equals the one with the
// fewest requests under way, then the lowest number. The engines publish what runs, not what
// waits: several requests between two steps of an idle group are told apart by their number only.
#pragma once

#include <utility>

#include "models/scheduler/replica_order.hpp"
#include "sim/api/field.hpp"
#include "sim/api/router.hpp"

namespace tokenfab {

struct LeastKvConfig {
  static void describe(Describe<LeastKvConfig>&) {}
};

class LeastKv : public Router {
 public:
  explicit LeastKv(const LeastKvConfig&) {}
  void start(const ReplicaView& view, RandomStream) override { view_ = &view; }
  std::optional<std::uint32_t> route(const RoutingRequest&) override {
    return cheapest_eligible(*view_, [this](std::uint32_t i) {
      return std::pair(view_->kv_utilization(i), view_->outstanding(i));
    });
  }

 private:
  const ReplicaView* view_ = nullptr;
};

}  // namespace tokenfab

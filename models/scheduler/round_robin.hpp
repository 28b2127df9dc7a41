// SPDX-License-Identifier: Apache-2.0
// Round robin: replicas in turn, whatever they have to do.
#pragma once

#include "sim/api/field.hpp"
#include "sim/api/router.hpp"

namespace tokenfab {

struct RoundRobinConfig {
  static void describe(Describe<RoundRobinConfig>&) {}
};

class RoundRobin : public Router {
 public:
  explicit RoundRobin(const RoundRobinConfig&) {}
  void start(const ReplicaView& view, RandomStream) override { view_ = &view; }
  std::optional<std::uint32_t> route(const RoutingRequest&) override {
    for (std::uint32_t i = 0; i < view_->replicas(); ++i) {
      const auto chosen = next_;
      next_ = (next_ + 1) % view_->replicas();
      if (view_->is_eligible(chosen)) {
        return chosen;
      }
    }
    return std::nullopt;
  }

 private:
  const ReplicaView* view_ = nullptr;
  std::uint32_t next_ = 0;
};

}  // namespace tokenfab

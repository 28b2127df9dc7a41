// SPDX-License-Identifier: Apache-2.0
// Power of two choices: of two replicas drawn at random the one with fewer requests sent and not
// answered; of equals the one drawn first. Nearly as even as asking all, with two questions.
// Source: M. Mitzenmacher, "The power of two choices in randomized load balancing", IEEE
// Transactions on Parallel and Distributed Systems 12 (2001).
#pragma once

#include <optional>
#include <vector>

#include "sim/api/field.hpp"
#include "sim/api/router.hpp"

namespace tokenfab {

struct PowerOfTwoConfig {
  static void describe(Describe<PowerOfTwoConfig>&) {}
};

class PowerOfTwo : public Router {
 public:
  explicit PowerOfTwo(const PowerOfTwoConfig&) {}
  void start(const ReplicaView& view, RandomStream random) override;
  std::optional<std::uint32_t> route(const RoutingRequest& request) override;
  void outstanding_changed(std::uint32_t replica, std::uint32_t outstanding) override {
    outstanding_[replica] = outstanding;
  }

 private:
  std::optional<RandomStream> random_;
  const ReplicaView* view_ = nullptr;
  std::vector<std::uint32_t> outstanding_;  // by replica
  std::vector<std::uint32_t> eligible_;     // of the request being routed
};

}  // namespace tokenfab

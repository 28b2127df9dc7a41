// SPDX-License-Identifier: Apache-2.0
// Least outstanding requests: the replica with the fewest requests sent and not answered; of
// several the one with the lowest number. While every replica is eligible a tournament tree answers
// at once, for O(log replicas) per change; else the eligible ones are compared one by one.
#pragma once

#include <vector>

#include "sim/api/field.hpp"
#include "sim/api/router.hpp"

namespace tokenfab {

struct LeastOutstandingConfig {
  static void describe(Describe<LeastOutstandingConfig>&) {}
};

class LeastOutstanding : public Router {
 public:
  explicit LeastOutstanding(const LeastOutstandingConfig&) {}
  void start(const ReplicaView& view, RandomStream) override;
  std::optional<std::uint32_t> route(const RoutingRequest& request) override;
  void outstanding_changed(std::uint32_t replica, std::uint32_t outstanding) override;

 private:
  std::uint32_t winner_of(std::uint32_t a, std::uint32_t b) const {
    return outstanding_[b] < outstanding_[a] ? b : a;  // a is the lower number
  }

  const ReplicaView* view_ = nullptr;
  std::uint32_t leaves_ = 1;                // a power of two
  std::vector<std::uint32_t> outstanding_;  // by replica; the unused leaves never win
  std::vector<std::uint32_t> winners_;      // heap-shaped: node i has children 2 i and 2 i + 1
};

}  // namespace tokenfab

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
  void start(std::uint32_t replicas, RandomStream) override { replicas_ = replicas; }
  std::uint32_t route() override {
    const auto chosen = next_;
    next_ = (next_ + 1) % replicas_;
    return chosen;
  }
  void outstanding_changed(std::uint32_t, std::uint32_t) override {}

 private:
  std::uint32_t replicas_ = 1;
  std::uint32_t next_ = 0;
};

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// No autoscaling: a pool keeps the replicas it has.
#pragma once

#include "sim/api/autoscaler.hpp"
#include "sim/api/field.hpp"

namespace tokenfab {

struct FixedReplicasConfig {
  static void describe(Describe<FixedReplicasConfig>&) {}
};

class FixedReplicas : public Autoscaler {
 public:
  explicit FixedReplicas(const FixedReplicasConfig&) {}
  Seconds interval() const override { return Seconds(3600); }
  std::uint32_t desired(const PoolLoad& load, const PoolBounds&) override {
    return load.ready + load.starting;
  }
};

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// Nodes whose load is simulated: services use them, or nobody does.
#pragma once

#include "sim/api/cluster_load.hpp"
#include "sim/api/field.hpp"

namespace tokenfab {

struct NoLoadConfig {
  static void describe(Describe<NoLoadConfig>&) {}
};

class NoLoad final : public ClusterLoad {
 public:
  explicit NoLoad(const NoLoadConfig&) {}
  double utilization(Instant) const override { return 0; }
  std::optional<Instant> holds_until(Instant) const override { return std::nullopt; }
};

}  // namespace tokenfab

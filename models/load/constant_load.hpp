// SPDX-License-Identifier: Apache-2.0
// Nodes that are equally busy at all times.
#pragma once

#include "sim/api/cluster_load.hpp"
#include "sim/api/field.hpp"

namespace tokenfab {

struct ConstantLoadConfig {
  double utilization = 0;
  static void describe(Describe<ConstantLoadConfig>& d) {
    d.field("utilization", &ConstantLoadConfig::utilization,
            "Share of the way from idle to design power")
        .required()
        .range(0, 1);
  }
};

class ConstantLoad final : public ClusterLoad {
 public:
  explicit ConstantLoad(const ConstantLoadConfig& config) : config_(config) {}
  double utilization(Instant) const override { return config_.utilization; }
  std::optional<Instant> holds_until(Instant) const override { return std::nullopt; }

 private:
  ConstantLoadConfig config_;
};

}  // namespace tokenfab

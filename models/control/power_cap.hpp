// SPDX-License-Identifier: Apache-2.0
// Keeps the site below a cap, below what its sources can give, and each cluster below its own cap.
#pragma once

#include "models/control/power_limits.hpp"
#include "sim/api/field.hpp"

namespace tokenfab {

struct PowerCapConfig {
  std::optional<Watts> site_power_cap;
  double margin = 0.005;
  std::map<std::string, double> importance;
  /// Those of `importance`.
  std::vector<std::string> named_clusters() const;
  static void describe(Describe<PowerCapConfig>& d);
};

class PowerCap final : public PowerControl {
 public:
  explicit PowerCap(const PowerCapConfig& config) : config_(config) {}
  void decide(const ControlView& view, std::span<double> clocks) override;
  std::vector<std::string> named_clusters() const override { return config_.named_clusters(); }
  std::uint64_t unreachable_caps() const override { return unreachable_; }

 private:
  PowerCapConfig config_;
  std::uint64_t unreachable_ = 0;
};

}  // namespace tokenfab

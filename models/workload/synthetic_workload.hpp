// SPDX-License-Identifier: Apache-2.0
// Synthetic load: single requests that begin as load.hpp says. Prompt (`isl`) and output (`osl`)
// lengths are drawn independently, and so is the tenant, by its share.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/workload/length_distribution.hpp"
#include "models/workload/load.hpp"
#include "sim/api/field.hpp"
#include "sim/api/plugin.hpp"
#include "sim/api/workload.hpp"

namespace tokenfab {

struct SyntheticWorkloadConfig : LoadConfig {
  PluginConfig isl;
  PluginConfig osl;
  std::int32_t priority = 0;
  std::map<std::string, double> tenants;

  static void describe(Describe<SyntheticWorkloadConfig>& d);
};

class SyntheticWorkload : public Workload {
 public:
  /// Throws std::invalid_argument if the configuration is neither one loop nor the other.
  SyntheticWorkload(const SyntheticWorkloadConfig& config, const PluginTable& plugins);

  void open(WorkloadInputs inputs) override;
  bool next(Arrival& arrival) override;
  void departed(const Departure& departure, std::vector<Arrival>& next) override;
  bool is_finite() const override { return load_.expected().has_value(); }
  std::optional<std::uint64_t> expected_requests() const override { return load_.expected(); }
  std::optional<double> offered_rate_per_s() const override { return load_.rate_per_s(); }
  std::optional<std::pair<double, double>> mean_lengths() const override {
    return std::pair(isl_->mean(), osl_->mean());
  }
  const std::vector<std::string>& tenants() const override { return tenants_; }

 private:
  void fill(Arrival& arrival);
  std::uint32_t draw_tenant();

  Load load_;
  std::int32_t priority_;
  std::unique_ptr<LengthDistribution> isl_;
  std::unique_ptr<LengthDistribution> osl_;
  std::vector<std::string> tenants_{""};
  std::vector<double> cumulative_shares_;  // of tenants_[1], [2], ...; the last one is 1
  std::optional<RandomStream> input_stream_;
  std::optional<RandomStream> output_stream_;
  std::optional<RandomStream> tenant_stream_;
};

}  // namespace tokenfab

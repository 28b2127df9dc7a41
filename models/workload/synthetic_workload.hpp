// SPDX-License-Identifier: Apache-2.0
// Synthetic load in the words of the serving benchmarks (vLLM benchmarks/benchmark_serving.py):
// open loop with `request_rate` and gamma `burstiness` (1 is Poisson), or closed loop with
// `concurrency` clients that each send the next request when the last one is answered. `diurnal`
// makes the open loop's rate follow the local hour of the day (diurnal_pattern.hpp).
// Prompt (`isl`) and output (`osl`) lengths are drawn independently.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "models/workload/diurnal_pattern.hpp"
#include "models/workload/length_distribution.hpp"
#include "models/workload/synthetic.hpp"
#include "sim/api/field.hpp"
#include "sim/api/plugin.hpp"
#include "sim/api/workload.hpp"

namespace tokenfab {

struct SyntheticWorkloadConfig {
  PluginConfig isl;
  PluginConfig osl;
  std::optional<PerSecond> request_rate;
  double burstiness = 1;
  std::map<std::string, double> diurnal;
  std::optional<std::int64_t> concurrency;
  std::optional<std::int64_t> num_prompts;

  static void describe(Describe<SyntheticWorkloadConfig>& d);
};

class SyntheticWorkload : public Workload {
 public:
  /// Throws std::invalid_argument if the configuration is neither one loop nor the other.
  SyntheticWorkload(const SyntheticWorkloadConfig& config, const PluginTable& plugins);

  void open(WorkloadInputs inputs) override;
  bool next(Arrival& arrival) override;
  void departed(const Departure& departure, std::vector<Arrival>& next) override;
  bool is_finite() const override { return config_.num_prompts.has_value(); }
  std::optional<std::uint64_t> expected_requests() const override;
  std::optional<double> offered_rate_per_s() const override;
  std::optional<std::pair<double, double>> mean_lengths() const override {
    return std::pair(isl_->mean(), osl_->mean());
  }

 private:
  bool exhausted() const { return config_.num_prompts && given_ >= *config_.num_prompts; }
  void draw_lengths(Arrival& arrival);

  SyntheticWorkloadConfig config_;
  std::unique_ptr<LengthDistribution> isl_;
  std::unique_ptr<LengthDistribution> osl_;
  std::optional<ArrivalProcess> arrivals_;
  std::optional<DiurnalPattern> diurnal_;
  std::optional<RandomStream> arrival_stream_;
  std::optional<RandomStream> input_stream_;
  std::optional<RandomStream> output_stream_;
  std::int64_t given_ = 0;
  Instant last_date_;  // on the clock of the steady process
};

}  // namespace tokenfab

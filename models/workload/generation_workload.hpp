// SPDX-License-Identifier: Apache-2.0
// Requests for images and videos: a mix of shapes drawn by share, each request alone. Arrivals are
// those of the synthetic workload: an open loop with `request_rate`, gamma `burstiness` and a
// `diurnal` pattern, or a closed loop with `concurrency` clients.
// Left out: prompts and their lengths (text encoders pad), adapters, repeated prompts.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/workload/diurnal_pattern.hpp"
#include "models/workload/synthetic.hpp"
#include "sim/api/field.hpp"
#include "sim/api/workload.hpp"

namespace tokenfab {

struct GenerationMixConfig {
  double share = 1;
  std::int64_t width = 1024;
  std::int64_t height = 1024;
  std::int64_t frames = 1;
  std::int64_t steps = 0;
  std::int64_t images = 1;

  GenerationShape shape() const;
  static void describe(Describe<GenerationMixConfig>& d);
};

struct GenerationWorkloadConfig {
  std::map<std::string, GenerationMixConfig> mix;
  std::optional<PerSecond> request_rate;
  double burstiness = 1;
  std::map<std::string, double> diurnal;
  std::optional<std::int64_t> concurrency;
  std::optional<std::int64_t> num_prompts;

  static void describe(Describe<GenerationWorkloadConfig>& d);
};

class GenerationWorkload : public Workload {
 public:
  /// Throws std::invalid_argument, with everything that is wrong, for an empty mix or a
  /// configuration that is neither one loop nor the other.
  explicit GenerationWorkload(const GenerationWorkloadConfig& config);

  void open(WorkloadInputs inputs) override;
  bool next(Arrival& arrival) override;
  void departed(const Departure& departure, std::vector<Arrival>& next) override;
  bool is_finite() const override { return config_.num_prompts.has_value(); }
  std::optional<std::uint64_t> expected_requests() const override;
  std::optional<double> offered_rate_per_s() const override;
  std::vector<GenerationShape> generation_shapes() const override { return shapes_; }
  std::vector<double> generation_shares() const override;

 private:
  bool exhausted() const { return config_.num_prompts && given_ >= *config_.num_prompts; }
  void fill(Arrival& arrival);

  GenerationWorkloadConfig config_;
  std::vector<GenerationShape> shapes_;   // in order of name
  std::vector<double> cumulative_share_;  // up to and including the shape, in all 1
  std::optional<ArrivalProcess> arrivals_;
  std::optional<DiurnalPattern> diurnal_;
  std::optional<RandomStream> arrival_stream_;
  std::optional<RandomStream> shape_stream_;
  std::int64_t given_ = 0;
  Instant last_date_;  // on the clock of the steady process
};

}  // namespace tokenfab

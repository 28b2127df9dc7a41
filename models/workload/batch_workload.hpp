// SPDX-License-Identifier: Apache-2.0
// An offline batch: requests queued at one date that nobody waits for, behind everything else where
// the engine heeds priorities, so that they soak up idle capacity. At most `concurrency` are in the
// service at a time; each answer sends the next. A lost request is not sent again. A batch that can
// wait for cheap or clean hours sends then (batch_shift.hpp).
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "models/workload/batch_shift.hpp"
#include "models/workload/length_distribution.hpp"
#include "sim/api/field.hpp"
#include "sim/api/plugin.hpp"
#include "sim/api/workload.hpp"

namespace tokenfab {

struct BatchWorkloadConfig {
  PluginConfig isl;
  PluginConfig osl;
  std::int64_t num_prompts = 0;
  Seconds start{0};
  std::int64_t concurrency = 256;
  std::int32_t priority = 100;
  std::optional<Seconds> deadline;
  std::optional<BatchShiftConfig> shift;

  static void describe(Describe<BatchWorkloadConfig>& d);
};

class BatchWorkload final : public Workload {
 public:
  /// Throws std::invalid_argument if the deadline is not after the start, or as BatchShift does.
  BatchWorkload(const BatchWorkloadConfig& config, const PluginTable& plugins);

  void open(WorkloadInputs inputs) override;
  bool next(Arrival& arrival) override;
  void departed(const Departure& departure, std::vector<Arrival>& next) override;
  bool is_finite() const override { return true; }
  std::optional<std::uint64_t> expected_requests() const override {
    return static_cast<std::uint64_t>(config_.num_prompts);
  }
  std::optional<std::pair<double, double>> mean_lengths() const override {
    return std::pair(isl_->mean(), osl_->mean());
  }

  std::optional<std::uint64_t> answered_in_time() const override {
    return config_.deadline ? std::optional(answered_in_time_) : std::nullopt;
  }
  /// Requests answered so far.
  std::uint64_t answered() const { return answered_; }

 private:
  void fill(Instant date, Arrival& arrival);
  /// The same for one that may have to wait; `slot`: of the request whose place it takes.
  void fill_shifted(Instant date, std::size_t slot, Arrival& arrival);
  Seconds time_needed() const;

  BatchWorkloadConfig config_;
  std::unique_ptr<LengthDistribution> isl_;
  std::unique_ptr<LengthDistribution> osl_;
  std::optional<RandomStream> input_stream_;
  std::optional<RandomStream> output_stream_;
  std::int64_t given_ = 0;
  std::uint64_t answered_ = 0;
  std::uint64_t answered_in_time_ = 0;

  std::optional<BatchShift> shift_;
  std::vector<Instant> sent_;  // with shift: by slot, of which there are `concurrency`
  std::int64_t departed_ = 0;
  double in_service_s_ = 0;  // of all that have departed
};

}  // namespace tokenfab

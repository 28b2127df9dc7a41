// SPDX-License-Identifier: Apache-2.0
// Retrieval-augmented requests, which begin as load.hpp says: a question is embedded, passages are
// looked up, and the model is asked with a prompt of system prompt, passages and question. The time
// before it is asked is the request's preparation. Passages differ within a request; they stand in
// the order found, so a prompt shares with another the passages up to the first different one.
// Left out: queueing at the embedding model and the index, history of earlier questions.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "models/workload/length_distribution.hpp"
#include "models/workload/load.hpp"
#include "models/workload/zipf.hpp"
#include "sim/api/field.hpp"
#include "sim/api/plugin.hpp"
#include "sim/api/workload.hpp"

namespace tokenfab {

struct RagWorkloadConfig : LoadConfig {
  PluginConfig question_tokens;
  PluginConfig osl;
  PluginConfig passage_tokens;
  PluginConfig passages_per_request;
  std::uint32_t passages = 8'302;
  double zipf_exponent = 0.88;
  std::uint32_t system_tokens = 1'400;
  Seconds embedding_latency{0.01};
  Seconds retrieval_latency{0.05};
  std::int32_t priority = 0;

  RagWorkloadConfig();
  static void describe(Describe<RagWorkloadConfig>& d);
};

class RagWorkload final : public Workload {
 public:
  /// Throws std::invalid_argument for values that contradict each other.
  RagWorkload(const RagWorkloadConfig& config, const PluginTable& plugins);

  void open(WorkloadInputs inputs) override;
  bool next(Arrival& arrival) override;
  void departed(const Departure& departure, std::vector<Arrival>& next) override;
  bool is_finite() const override { return load_.expected().has_value(); }
  std::optional<std::uint64_t> expected_requests() const override { return load_.expected(); }
  std::optional<double> offered_rate_per_s() const override { return load_.rate_per_s(); }
  std::optional<std::pair<double, double>> mean_lengths() const override;

 private:
  using Lengths = std::unique_ptr<LengthDistribution>;

  void fill(Arrival& arrival);
  void choose_passages();

  RagWorkloadConfig config_;
  Load load_;
  Lengths question_;
  Lengths output_;
  Lengths passage_;
  Lengths passage_count_;
  std::optional<Zipf> popularity_;
  std::vector<std::uint32_t> passage_lengths_;
  std::vector<std::uint32_t> chosen_;
  std::optional<RandomStream> question_stream_;
  std::optional<RandomStream> output_stream_;
  std::optional<RandomStream> passage_stream_;
  std::uint64_t salt_ = 0;
  std::uint64_t asked_ = 0;
};

}  // namespace tokenfab

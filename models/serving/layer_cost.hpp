// SPDX-License-Identifier: Apache-2.0
// What the layers of a transformer cost one rank of a replica, kernel by kernel: attention of one
// kind of layers, and everything that depends on the number of rows only.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "models/chip/chip.hpp"
#include "models/chip/kernel_time.hpp"
#include "models/interconnect/collectives.hpp"
#include "models/llm/transformer.hpp"
#include "models/serving/engine_config.hpp"
#include "models/serving/expert_exchange.hpp"
#include "sim/api/step.hpp"

namespace tokenfab {

using Parts = std::array<Duration, time_part_count>;
using PartsS = std::array<double, time_part_count>;  // seconds

/// One layer of a kind on one chip.
struct AttentionCost {
  DecodeAttentionTime decode;
  PrefillAttentionTime prefill;
  Seconds index_per_context_token;  // sparse attention: scoring
  Seconds index_per_pair;
  Seconds expand_per_cached_token;   // latent: keys and values of earlier chunks made anew
  double model_flop_per_pair = 0;    // all chips: scores and values as the model defines them
  double cache_bytes_per_token = 0;  // on one chip
  double index_bytes_per_token = 0;
};

/// `queries`: rows of one sequence that a decode verifies together.
AttentionCost attention_cost(const AttentionLayers& kind, const ChipConfig& chip,
                             const EngineConfig& engine, std::int64_t queries = 1);

/// KV heads that one chip caches: fewer heads than chips are replicated.
std::int64_t heads_per_chip(std::int64_t heads, std::int64_t chips);

class LayerCosts {
 public:
  LayerCosts(const TransformerConfig& model, const ChipConfig& chip, const EngineConfig& engine);

  /// Seconds of all layers for `rows` tokens on one rank, attention over the cache apart.
  PartsS rows(std::int64_t rows) const;
  /// The same without dispatch and combine of experts, and these alone.
  PartsS rows_without_exchange(std::int64_t rows) const;
  double exchange_s(std::int64_t rows) const;
  /// Seconds of the output head for `rows` sampled tokens on one rank.
  PartsS head(std::int64_t rows) const;
  /// Bytes of weights that all chips read for one micro-batch with `rows` tokens on every rank.
  double weight_bytes(std::int64_t rows) const;

 private:
  void add(const MatrixProduct& product, std::int64_t rows, PartsS& parts) const;
  double touched_experts(const MatrixProduct& product, double rows) const;
  double owners() const;
  double small_elements_per_row() const;
  double communication_s(std::int64_t rows) const;
  bool spreads_experts() const { return engine_.expert_parallel_size > 1; }

  TransformerConfig model_;
  ChipConfig chip_;
  EngineConfig engine_;
  std::vector<MatrixProduct> products_;
  AllReduceTime all_reduce_;
  LinkCost stage_link_;  // between pipeline stages
  ExpertExchange exchange_;
  double busiest_chip_;       // rows over the mean
  double mixer_weights_ = 0;  // elements of attention and its kin
  double dense_weights_ = 0;  // elements outside these, routed experts, output head and embedding
};

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "models/training/training_weights.hpp"

namespace tokenfab {

std::int64_t trained_mtp_layers(const TransformerConfig& model, const TrainingConfig& config) {
  return config.train_mtp_layers ? model.mtp_layers : 0;
}

ChipParameters stage_parameters(const TransformerConfig& model, const TrainingConfig& config,
                                double layers, bool has_embedding, bool has_head) {
  const auto count = parameter_count(model);
  const auto split = static_cast<double>(config.tensor_parallel_size);
  const double share = layers / static_cast<double>(model.num_hidden_layers);
  const double dense = count.total() - count.experts - count.embedding - count.head;
  ChipParameters held;
  held.dense = share * dense / split;
  held.experts = share * count.experts /
                 static_cast<double>(config.expert_parallel_size * config.expert_tensor_size());
  const bool has_only_one = config.pipeline_parallel_size == 1 && model.tie_word_embeddings;
  if (has_embedding) {
    held.dense += count.embedding / split;
  }
  if (has_head && !has_only_one) {
    held.dense += count.embedding / split;  // a tied head is a copy on the last stage
  }
  return held;
}

ChipParameters trained_parameters(const TransformerConfig& model, const TrainingConfig& config,
                                  const ChipParameters& held) {
  if (!config.adapters) {
    return held;
  }
  double weights = 0;
  double adapters = 0;
  for (const auto& p : matrix_products(model)) {
    if (p.rows != ProductRows::SampledTokens) {
      const auto copies = static_cast<double>(p.count * p.experts);
      weights += copies * static_cast<double>(p.n) * static_cast<double>(p.k);
      adapters += copies * static_cast<double>(config.adapters->rank * (p.n + p.k));
    }
  }
  const double share = adapters / weights;
  return {held.dense * share, held.experts * share};
}

}  // namespace tokenfab

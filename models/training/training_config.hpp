// SPDX-License-Identifier: Apache-2.0
// How a model is trained: parallel layout, batch, formats, what is sharded, recomputed, overlapped.
//
// Ranks from the innermost out: tensor, context, data, pipeline (Megatron-Core's order). Experts
// take the ranks of one pipeline stage anew: expert-tensor, expert, expert-data (parallel folding,
// arXiv:2504.14960), so expert_parallel_size divides chips / pipeline / expert-tensor.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/chip/chip.hpp"
#include "models/llm/transformer.hpp"
#include "models/training/training_engine.hpp"
#include "sim/api/collective.hpp"
#include "sim/api/field.hpp"

namespace tokenfab {

enum class PipelineSchedule {
  OneForwardOneBackward,  // arXiv:2006.09503
  Interleaved,            // several chunks per stage, arXiv:2104.04473
  ZeroBubble,             // weight gradients fill the bubble, arXiv:2401.10241
  DualPipe                // from both ends at once, arXiv:2412.19437
};

/// What is cut over the data-parallel ranks (ZeRO, arXiv:1910.02054; zero3 is FSDP).
enum class Sharding { None, Optimizer, Gradients, Parameters };

/// What the backward pass computes again (Korthikanti 2022, arXiv:2205.05198; norms, activations
/// and the up projections of latent attention: DeepSeek-V3, arXiv:2412.19437, section 3.2.3).
enum class Recompute { None, Selective, MlaUpProjections, FeedForward, Full };

/// Low-rank adapters in place of full weights (LoRA, arXiv:2106.09685): frozen weights get no
/// gradients, adapters sit beside every product of the layers.
struct AdapterConfig {
  std::int64_t rank = 16;
  static void describe(Describe<AdapterConfig>& d);
};

struct TrainingConfig {
  TrainingEngineConfig engine;
  std::int64_t tensor_parallel_size = 1;
  std::int64_t pipeline_parallel_size = 1;
  std::int64_t context_parallel_size = 1;
  std::int64_t expert_parallel_size = 1;
  std::optional<std::int64_t> expert_tensor_parallel_size;  // tensor_parallel_size if absent
  std::int64_t data_parallel_size = 1;
  std::int64_t virtual_pipeline_size = 1;  // chunks of layers per stage
  PipelineSchedule pipeline_schedule = PipelineSchedule::OneForwardOneBackward;
  bool sequence_parallel = true;
  std::int64_t micro_batch_size = 1;   // sequences
  std::int64_t global_batch_size = 1;  // sequences
  std::int64_t sequence_length = 4096;
  Sharding sharding = Sharding::Optimizer;
  Recompute recompute = Recompute::None;
  Precision precision = Precision::Bf16;
  double optimizer_bytes = 12;       // per parameter: fp32 weight and two moments of Adam
  double gradient_bytes = 4;         // per parameter, accumulated in fp32
  double gradient_reduce_bytes = 2;  // per parameter, sent between data-parallel ranks
  bool overlap_tensor = true;
  bool overlap_pipeline = true;
  bool overlap_data = true;
  bool overlap_expert = false;
  Precision dispatch_precision = Precision::Bf16;  // of rows on their way to experts; back: bf16
  std::optional<std::int64_t> expert_nodes_max;    // nodes that one row is sent to at most
  double expert_imbalance = 1;  // rows of the busiest expert-parallel rank over the mean
  bool train_mtp_layers = true;
  std::optional<AdapterConfig> adapters;

  std::int64_t chips() const {
    return tensor_parallel_size * pipeline_parallel_size * context_parallel_size *
           data_parallel_size;
  }
  std::int64_t micro_batches() const {
    return global_batch_size / (micro_batch_size * data_parallel_size);
  }
  std::int64_t expert_tensor_size() const {
    return expert_tensor_parallel_size.value_or(tensor_parallel_size);
  }
  /// Chunks of layers per stage that the schedule runs.
  std::int64_t chunks_per_stage() const {
    return pipeline_schedule == PipelineSchedule::Interleaved ? virtual_pipeline_size : 1;
  }
  double tokens_per_step() const {
    return static_cast<double>(global_batch_size) * static_cast<double>(sequence_length);
  }
  /// Tokens of one micro-batch on one chip, before tensor parallelism.
  std::int64_t rows() const { return micro_batch_size * sequence_length / context_parallel_size; }

  ChipGroup tensor_group() const { return {tensor_parallel_size, 1}; }
  ChipGroup context_group() const { return {context_parallel_size, tensor_parallel_size}; }
  /// Copies of the layers outside experts: context and data parallel.
  ChipGroup data_group() const {
    return {context_parallel_size * data_parallel_size, tensor_parallel_size};
  }
  ChipGroup expert_group() const { return {expert_parallel_size, expert_tensor_size()}; }
  /// Copies of an expert.
  ChipGroup expert_data_group() const {
    const auto inner = expert_tensor_size() * expert_parallel_size;
    return {chips() / pipeline_parallel_size / inner, inner};
  }
  ChipGroup pipeline_group() const {
    return {pipeline_parallel_size, chips() / pipeline_parallel_size};
  }

  static void describe(Describe<TrainingConfig>& d);
};

/// What the fields contradict, among themselves or with the model, each with the nearest fix.
std::vector<std::string> contradictions(const TrainingConfig& config,
                                        const TransformerConfig& model);

/// What is allowed but costs: stages with unequal numbers of layers.
std::vector<std::string> warnings(const TrainingConfig& config, const TransformerConfig& model);

}  // namespace tokenfab

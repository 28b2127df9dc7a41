// SPDX-License-Identifier: Apache-2.0
// A serving engine as configured: vLLM's options under vLLM's names, and the profile of the engine
// version whose overheads and defaults apply.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/chip/chip.hpp"
#include "models/llm/transformer.hpp"
#include "models/serving/expert_load.hpp"
#include "models/serving/speculation.hpp"
#include "sim/api/field.hpp"

namespace tokenfab {

/// What an engine version takes where the scenario does not say: options of EngineConfig by name.
struct EngineDefaultsConfig {
  std::optional<std::int64_t> max_num_seqs;
  std::optional<std::int64_t> max_num_batched_tokens;
  std::optional<double> gpu_memory_utilization;
  std::optional<std::int64_t> block_size;
  std::optional<bool> enable_chunked_prefill;
  std::optional<bool> enable_prefix_caching;

  static void describe(Describe<EngineDefaultsConfig>& d);
};

/// What an engine version adds to its kernels, and what it defaults to. Fitted to served-model
/// measurements of that version (docs/validation.md).
struct EngineProfileConfig {
  std::string engine;
  std::string version;
  std::string date;
  Seconds step_overhead;            // scheduler and sampling setup not hidden behind the GPU
  Seconds sequence_overhead;        // sampling and detokenization, per sequence that gets a token
  double layer_gap_factor = 1;      // against the chip's serving calibration
  double host_layer_factor = 1;     // the same
  double matmul_factor = 1;         // served kernels against the kernel tables
  double expert_factor = 1;         // of routed experts, the same
  double communication_factor = 1;  // against the chip's serving calibration
  double decode_attention_factor = 1;
  double prefill_attention_factor = 1;
  double quantization_share = 1;       // of activation quantization not fused into other kernels
  std::int64_t cuda_graph_tokens = 0;  // largest batch with CUDA graphs
  Seconds request_overhead;            // tokenization and HTTP, before a request can be scheduled
  Seconds request_token_overhead;      // the same per input token
  Bytes reserved_memory;               // CUDA context, NCCL buffers and graphs per chip
  EngineDefaultsConfig defaults;

  static void describe(Describe<EngineProfileConfig>& d);
};

enum class SchedulingPolicy {
  Fcfs,      // first come first served
  Priority,  // lower priority values first, then earlier arrivals
  Fair       // the tenant first that was served least (waiting_queue.hpp)
};

/// Number format of what is not quantized; all have two bytes and the bf16 peak.
enum class Dtype { Auto, Bfloat16, Float16 };

/// Overrides of one side of `quantization`, in the order of Precision behind Auto.
enum class FormatOverride { Auto, Bf16, Fp8, Int8, Fp4, Fp16 };

struct EngineConfig {
  EngineProfileConfig profile;
  Dtype dtype = Dtype::Auto;
  std::int64_t tensor_parallel_size = 1;
  std::int64_t pipeline_parallel_size = 1;
  std::int64_t data_parallel_size = 1;  // attention replicas that share the experts
  std::int64_t expert_parallel_size =
      1;                               // 1: experts are cut like other layers; else tensor x data
  std::int64_t redundant_experts = 0;  // copies of the hottest ones
  ExpertLoadConfig expert_load;
  std::optional<double> expert_imbalance;          // rows of the hottest chip over the mean
  std::optional<std::int64_t> expert_domains_max;  // scale-up domains that one row goes to
  bool enable_two_batch_overlap = false;
  SchedulingPolicy scheduling_policy = SchedulingPolicy::Fcfs;
  std::int64_t max_num_seqs = 1024;
  std::int64_t max_num_batched_tokens = 8192;
  double gpu_memory_utilization = 0.9;
  std::int64_t block_size = 16;
  bool enable_chunked_prefill = true;
  bool enable_prefix_caching = true;
  Precision quantization = Precision::Bf16;
  FormatOverride weight_dtype = FormatOverride::Auto;
  FormatOverride activation_dtype = FormatOverride::Auto;
  FormatOverride attention_dtype = FormatOverride::Auto;  // of attention's linear layers
  Precision kv_cache_dtype = Precision::Bf16;
  std::optional<std::int64_t> max_model_len;
  std::optional<SpeculativeConfig> speculative;

  Precision weight_precision() const { return overridden(weight_dtype); }
  Precision activation_precision() const { return overridden(activation_dtype); }
  ProductFormat product_format() const { return {weight_precision(), activation_precision()}; }
  /// Of the linear layers of attention and its kin. Published fp4 checkpoints of mixtures keep them
  /// in bf16 (ignore lists of the NVFP4 and MXFP4 config.json of DeepSeek-V4, Kimi-K2.5, GLM-5.1,
  /// MiniMax-M2.5, gpt-oss).
  ProductFormat mixer_format(const TransformerConfig& model) const;

  /// Rows of the busiest expert-parallel chip over the mean; 1 where experts are not spread.
  double busiest_expert_chip(const TransformerConfig& model) const;

  /// Chips of one replica.
  std::int64_t chips() const {
    return tensor_parallel_size * pipeline_parallel_size * data_parallel_size;
  }

  static void describe(Describe<EngineConfig>& d);

 private:
  Precision overridden(FormatOverride format) const {
    return format == FormatOverride::Auto ? quantization
                                          : static_cast<Precision>(static_cast<int>(format) - 1);
  }
};

/// What the fields contradict, one sentence each.
std::vector<std::string> contradictions(const EngineConfig& config);

}  // namespace tokenfab

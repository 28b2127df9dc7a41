// SPDX-License-Identifier: Apache-2.0
#include "models/serving/engine_config.hpp"

#include <fmt/format.h>

namespace tokenfab {

void EngineDefaultsConfig::describe(Describe<EngineDefaultsConfig>& d) {
  using C = EngineDefaultsConfig;
  d.field("max_num_seqs", &C::max_num_seqs, "Most sequences in one step").range(1, 1e6);
  d.field("max_num_batched_tokens", &C::max_num_batched_tokens, "Token budget of one step")
      .range(1, 1 << 20);
  d.field("gpu_memory_utilization", &C::gpu_memory_utilization, "Share of device memory used")
      .range(0.05, 1);
  d.field("block_size", &C::block_size, "Tokens in one KV cache block").range(1, 1024);
  d.field("enable_chunked_prefill", &C::enable_chunked_prefill, "Prompts may be cut");
  d.field("enable_prefix_caching", &C::enable_prefix_caching, "Common prefixes are kept");
}

void EngineProfileConfig::describe(Describe<EngineProfileConfig>& d) {
  using C = EngineProfileConfig;
  d.field("engine", &C::engine, "Name of the serving engine").required();
  d.field("version", &C::version, "Version the numbers were fitted to").required();
  d.field("date", &C::date, "Date of those measurements").required();
  d.field("step_overhead", &C::step_overhead, "Time of a step outside its kernels")
      .required()
      .range(0, 1);
  d.field("sequence_overhead", &C::sequence_overhead, "Time per sequence that gets a token")
      .required()
      .range(0, 1);
  d.field("layer_gap_factor", &C::layer_gap_factor,
          "Launch gaps of small kernels against the chip's calibration")
      .range(0, 10);
  d.field("host_layer_factor", &C::host_layer_factor,
          "Host time to launch a layer against the chip's calibration")
      .range(0, 10);
  d.field("matmul_factor", &C::matmul_factor, "Served matrix products against the kernel tables")
      .range(0.1, 10);
  d.field("expert_factor", &C::expert_factor,
          "Served layers of routed experts against the kernel tables")
      .range(0.1, 10);
  d.field("communication_factor", &C::communication_factor,
          "Served all-reduces against the chip's calibration")
      .range(0.1, 10);
  d.field("decode_attention_factor", &C::decode_attention_factor,
          "Served decode attention against the kernel tables")
      .range(0.1, 10);
  d.field("prefill_attention_factor", &C::prefill_attention_factor,
          "Served prefill attention against the kernel tables")
      .range(0.1, 10);
  d.field("quantization_share", &C::quantization_share,
          "Share of activation quantization that runs as its own kernels")
      .range(0, 1);
  d.field("cuda_graph_tokens", &C::cuda_graph_tokens, "Largest batch replayed as a CUDA graph")
      .range(0, 1e9);
  d.field("request_overhead", &C::request_overhead,
          "Time from arrival until the scheduler can see a request")
      .range(0, 10);
  d.field("request_token_overhead", &C::request_token_overhead, "The same, per input token")
      .range(0, 1);
  d.field("reserved_memory", &C::reserved_memory,
          "Device memory per chip that is neither weights, activations nor KV cache")
      .range(0, 1e12);
  d.object("defaults", &C::defaults, "Engine options where the scenario does not say");
}

namespace {

constexpr const char* vllm_defaults =
    "vLLM v0.10 (2025-08) API server on GPUs of 70 GiB and more: vllm/engine/arg_utils.py";

std::vector<std::string> format_overrides() {
  std::vector<std::string> names{"auto"};
  names.insert(names.end(), precision_names().begin(), precision_names().end());
  return names;
}

void describe_parallelism(Describe<EngineConfig>& d) {
  using C = EngineConfig;
  d.field("tensor_parallel_size", &C::tensor_parallel_size, "Chips that share every layer")
      .range(1, 1024)
      .source(vllm_defaults);
  d.field("pipeline_parallel_size", &C::pipeline_parallel_size, "Stages that share the layers")
      .range(1, 1024)
      .source(vllm_defaults);
  d.field("data_parallel_size", &C::data_parallel_size,
          "Ranks that each serve their own sequences and share the experts")
      .range(1, 1024)
      .source(vllm_defaults);
  d.field("expert_parallel_size", &C::expert_parallel_size,
          "Chips the experts are spread over: 1, or tensor x data parallel")
      .range(1, 1 << 20)
      .source(vllm_defaults);
  d.field("redundant_experts", &C::redundant_experts,
          "Copies of the busiest experts, spread with the others")
      .range(0, 4096);
  d.object("expert_load", &C::expert_load, "How unevenly tokens choose experts");
  d.field("expert_imbalance", &C::expert_imbalance,
          "Tokens of the busiest expert-parallel chip over the mean; from expert_load if absent")
      .range(1, 1000);
  d.field("expert_domains_max", &C::expert_domains_max,
          "Most scale-up domains that one token is sent to, forwarded inside them; if absent each "
          "copy takes its own way")
      .range(1, 1 << 20);
  d.field("enable_two_batch_overlap", &C::enable_two_batch_overlap,
          "A step runs as two halves, each one's expert exchange behind the other's compute");
}

void describe_scheduler(Describe<EngineConfig>& d) {
  using C = EngineConfig;
  d.choice("scheduling_policy", &C::scheduling_policy, {"fcfs", "priority", "fair"},
           "Which waiting request goes first, and which running one is preempted")
      .source(vllm_defaults);
  d.field("max_num_seqs", &C::max_num_seqs, "Most sequences in one step, per data-parallel rank")
      .range(1, 1e6)
      .source(vllm_defaults);
  d.field("max_num_batched_tokens", &C::max_num_batched_tokens,
          "Token budget of one step, per data-parallel rank and pipeline stage")
      .range(1, 1 << 20)
      .source(vllm_defaults);
  d.field("gpu_memory_utilization", &C::gpu_memory_utilization,
          "Share of device memory the engine may use")
      .range(0.05, 1)
      .source(vllm_defaults);
  d.field("block_size", &C::block_size, "Tokens in one KV cache block")
      .range(1, 1024)
      .source(vllm_defaults);
  d.field("enable_chunked_prefill", &C::enable_chunked_prefill,
          "Prompts may be cut to fit the token budget")
      .source(vllm_defaults);
  d.field("enable_prefix_caching", &C::enable_prefix_caching,
          "KV blocks of a prompt that an earlier one began with are used again")
      .source(vllm_defaults);
}

void describe_formats(Describe<EngineConfig>& d) {
  using C = EngineConfig;
  d.choice("quantization", &C::quantization, precision_names(),
           "Number format of weights and matrix products");
  d.choice("weight_dtype", &C::weight_dtype, format_overrides(),
           "Number format of the weights alone; auto: quantization");
  d.choice("activation_dtype", &C::activation_dtype, format_overrides(),
           "Number format that matrix products calculate in; auto: quantization");
  d.choice("attention_dtype", &C::attention_dtype, format_overrides(),
           "Number format of attention's linear layers; auto: that of the others, but bf16 in a "
           "mixture whose weights are fp4");
  d.choice("kv_cache_dtype", &C::kv_cache_dtype, precision_names(),
           "Number format of the KV cache");
}

}  // namespace

void EngineConfig::describe(Describe<EngineConfig>& d) {
  using C = EngineConfig;
  d.object("profile", &C::profile, "Engine version whose overheads apply")
      .catalogue("engines")
      .uses_by_default("vllm-2025-10");
  d.choice("dtype", &C::dtype, {"auto", "bfloat16", "float16"},
           "Number format of activations and unquantized weights; all cost the same")
      .source(vllm_defaults);
  describe_parallelism(d);
  describe_scheduler(d);
  describe_formats(d);
  d.field("max_model_len", &C::max_model_len,
          "Longest request, input and output; the model's context if absent")
      .range(1, 1e9);
  d.object("speculative", &C::speculative, "Speculative decoding; none if absent");
}

double EngineConfig::busiest_expert_chip(const TransformerConfig& model) const {
  if (expert_parallel_size <= 1 || !model.mixture) {
    return 1;
  }
  return expert_imbalance ? *expert_imbalance
                          : busiest_chip(expert_load, model.mixture->num_experts, redundant_experts,
                                         expert_parallel_size);
}

ProductFormat EngineConfig::mixer_format(const TransformerConfig& model) const {
  if (attention_dtype != FormatOverride::Auto) {
    return overridden(attention_dtype);
  }
  const bool is_fp4_mixture = model.mixture && weight_precision() == Precision::Fp4;
  return is_fp4_mixture ? ProductFormat(Precision::Bf16) : product_format();
}

std::vector<std::string> contradictions(const EngineConfig& config) {
  auto found = contradictions(config.expert_load);
  if (config.speculative) {
    for (const auto& contradiction : contradictions(*config.speculative)) {
      found.push_back("speculative: " + contradiction);
    }
  }
  const auto weights = config.weight_precision();
  const auto activations = config.activation_precision();
  const double difference = bytes_per_element(activations) - bytes_per_element(weights);
  const bool is_same = calibration_key(weights) == calibration_key(activations);
  if (difference < 0 || (difference == 0 && !is_same)) {
    found.push_back(fmt::format("{} weights cannot be multiplied with {} activations",
                                name_of(weights), name_of(activations)));
  }
  if (config.redundant_experts > 0 && config.expert_parallel_size == 1) {
    found.emplace_back("redundant_experts need expert_parallel_size above 1");
  }
  if (config.enable_two_batch_overlap && config.expert_parallel_size == 1) {
    found.emplace_back("enable_two_batch_overlap needs expert_parallel_size above 1");
  }
  return found;
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "models/training/training_config.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/training/pipeline_schedule.hpp"

namespace tokenfab {

void AdapterConfig::describe(Describe<AdapterConfig>& d) {
  d.field("rank", &AdapterConfig::rank, "Rank of the adapters").range(1, 4096);
}

namespace {

void describe_layout(Describe<TrainingConfig>& d) {
  using C = TrainingConfig;
  d.field("tensor_parallel_size", &C::tensor_parallel_size, "Chips that share every layer")
      .range(1, 1024);
  d.field("pipeline_parallel_size", &C::pipeline_parallel_size, "Stages that share the layers")
      .range(1, 1024);
  d.field("context_parallel_size", &C::context_parallel_size, "Chips that share every sequence")
      .range(1, 1024);
  d.field("expert_parallel_size", &C::expert_parallel_size,
          "Chips that the experts are spread over")
      .range(1, 1 << 20);
  d.field("expert_tensor_parallel_size", &C::expert_tensor_parallel_size,
          "Chips that share every expert; tensor_parallel_size if absent")
      .range(1, 1024);
  d.field("data_parallel_size", &C::data_parallel_size, "Copies that train on their own sequences")
      .range(1, 1 << 20);
  d.field("virtual_pipeline_size", &C::virtual_pipeline_size,
          "Chunks of layers per stage of an interleaved pipeline")
      .range(1, 1024);
  d.choice("pipeline_schedule", &C::pipeline_schedule,
           {"1f1b", "interleaved", "zero_bubble", "dualpipe"}, "Order of the pipeline's passes");
  d.field("sequence_parallel", &C::sequence_parallel,
          "Norms and dropout are cut over the tensor-parallel chips too");
}

void describe_batch(Describe<TrainingConfig>& d) {
  using C = TrainingConfig;
  d.field("micro_batch_size", &C::micro_batch_size, "Sequences of one pass").range(1, 1 << 20);
  d.field("global_batch_size", &C::global_batch_size, "Sequences of one step")
      .required()
      .range(1, 1e9);
  d.field("sequence_length", &C::sequence_length, "Tokens of a sequence").range(1, 1e8);
  d.choice("sharding", &C::sharding, {"none", "zero1", "zero2", "zero3"},
           "What is cut over the data-parallel ranks: nothing, optimizer states, gradients too, "
           "parameters too");
  d.choice("recompute", &C::recompute, {"none", "selective", "mla_up_proj", "feed_forward", "full"},
           "What the backward pass computes again: nothing, attention scores, norms with "
           "activations and latent attention's up projections, the inner width of feed-forward "
           "layers, whole layers");
  d.choice("precision", &C::precision, precision_names(), "Number format of the matrix products");
  d.field("optimizer_bytes", &C::optimizer_bytes,
          "Optimizer states per parameter: fp32 weight and two moments are 12")
      .range(0, 64);
  d.field("gradient_bytes", &C::gradient_bytes, "Accumulated gradients per parameter").range(0, 8);
  d.field("gradient_reduce_bytes", &C::gradient_reduce_bytes,
          "Gradients per parameter on their way between copies: 2 in bf16, 4 in fp32")
      .range(0, 8);
}

}  // namespace

void TrainingConfig::describe(Describe<TrainingConfig>& d) {
  using C = TrainingConfig;
  d.object("engine", &C::engine, "Training framework whose overheads apply")
      .catalogue("training_engines")
      .uses_by_default("megatron-core-2025");
  describe_layout(d);
  describe_batch(d);
  d.field("overlap_tensor", &C::overlap_tensor, "Tensor-parallel collectives beside products");
  d.field("overlap_pipeline", &C::overlap_pipeline, "Stages send beside their next pass");
  d.field("overlap_data", &C::overlap_data, "Gradients and parameters travel beside the passes");
  d.field("overlap_expert", &C::overlap_expert,
          "Rows travel between experts beside another micro-batch's passes");
  d.choice("dispatch_precision", &C::dispatch_precision, precision_names(),
           "Number format of rows on their way to experts; results come back in bf16");
  d.field("expert_nodes_max", &C::expert_nodes_max,
          "Nodes that one row is sent to at most; each expert takes its own copy if absent")
      .range(1, 1024);
  d.field("expert_imbalance", &C::expert_imbalance,
          "Rows of the busiest expert-parallel rank over the mean")
      .range(1, 1000);
  d.field("train_mtp_layers", &C::train_mtp_layers,
          "Multi-token-prediction layers of the model are trained with it");
  d.object("adapters", &C::adapters, "Low-rank adapters are trained instead of the weights");
}

namespace {

std::int64_t nearest_multiple(std::int64_t value, std::int64_t of) {
  return std::max<std::int64_t>(1, (value + of / 2) / of) * of;
}

/// The number nearest to `value` that suits; the smaller one of two.
template <class Suits>
std::int64_t nearest_that(std::int64_t value, Suits suits) {
  std::int64_t distance = 0;
  while (!(value - distance >= 1 && suits(value - distance)) && !suits(value + distance)) {
    ++distance;
  }
  return value - distance >= 1 && suits(value - distance) ? value - distance : value + distance;
}

/// The divisor of `whole` nearest to `value`.
std::int64_t nearest_divisor(std::int64_t whole, std::int64_t value) {
  return nearest_that(std::min(value, whole),
                      [whole](std::int64_t part) { return whole % part == 0; });
}

void check_batch(const TrainingConfig& c, std::vector<std::string>& found) {
  const auto per_pass = c.micro_batch_size * c.data_parallel_size;
  if (c.global_batch_size % per_pass != 0) {
    found.push_back(
        fmt::format("global_batch_size {} is no multiple of micro_batch_size x "
                    "data_parallel_size = {} x {}; nearest: {}",
                    c.global_batch_size, c.micro_batch_size, c.data_parallel_size,
                    nearest_multiple(c.global_batch_size, per_pass)));
  }
  const auto parts = c.context_parallel_size * (c.sequence_parallel ? c.tensor_parallel_size : 1);
  if (c.sequence_length % parts != 0) {
    found.push_back(
        fmt::format("sequence_length {} does not divide into {} parts for context and sequence "
                    "parallelism; nearest: {}",
                    c.sequence_length, parts, nearest_multiple(c.sequence_length, parts)));
  }
}

void check_pipeline(const TrainingConfig& c, const TransformerConfig& model,
                    std::vector<std::string>& found) {
  const auto chunks = c.pipeline_parallel_size * c.chunks_per_stage();
  const auto most = model.num_hidden_layers + 2;  // embedding and head may be chunks of their own
  if (chunks > most) {
    found.push_back(fmt::format("{} layers do not fill {} stages of {} chunks; at most {} stages",
                                model.num_hidden_layers, c.pipeline_parallel_size,
                                c.chunks_per_stage(), most / c.chunks_per_stage()));
  }
  const bool is_interleaved = c.pipeline_schedule == PipelineSchedule::Interleaved;
  if (c.virtual_pipeline_size > 1 && !is_interleaved) {
    found.push_back(fmt::format("virtual_pipeline_size {} needs pipeline_schedule \"interleaved\"",
                                c.virtual_pipeline_size));
  }
  if (c.pipeline_schedule == PipelineSchedule::DualPipe) {
    if (c.pipeline_parallel_size % 2 != 0) {
      found.push_back(
          fmt::format("dualpipe needs an even pipeline_parallel_size, not {}; nearest: {}",
                      c.pipeline_parallel_size, c.pipeline_parallel_size + 1));
    }
    if (c.micro_batches() < 2 * c.pipeline_parallel_size) {
      found.push_back(fmt::format(
          "dualpipe needs at least 2 x pipeline_parallel_size = {} micro-batches, not {}; nearest: "
          "global_batch_size {}",
          2 * c.pipeline_parallel_size, c.micro_batches(),
          2 * c.pipeline_parallel_size * c.micro_batch_size * c.data_parallel_size));
    }
  }
}

/// Sizes that both the experts and the chips of a stage divide over.
std::string nearest_experts(const TrainingConfig& c, std::int64_t experts, std::int64_t stage) {
  if (stage % c.expert_tensor_size() != 0) {
    return fmt::format("expert_tensor_parallel_size {}",
                       nearest_divisor(stage, c.expert_tensor_size()));
  }
  const auto ranks = stage / c.expert_tensor_size();
  return fmt::format(
      "expert_parallel_size {}",
      nearest_that(std::min({c.expert_parallel_size, experts, ranks}),
                   [&](std::int64_t size) { return ranks % size == 0 && experts % size == 0; }));
}

void check_experts(const TrainingConfig& c, const TransformerConfig& model,
                   std::vector<std::string>& found) {
  if (!model.mixture) {
    if (c.expert_parallel_size > 1) {
      found.push_back(fmt::format("expert_parallel_size {}: the model has no experts; use 1",
                                  c.expert_parallel_size));
    }
    return;
  }
  const auto stage = c.chips() / c.pipeline_parallel_size;
  const auto inner = c.expert_tensor_size() * c.expert_parallel_size;
  if (stage % inner != 0) {
    found.push_back(
        fmt::format("expert_parallel_size x expert_tensor_parallel_size = {} x {} does not divide "
                    "the {} chips of a pipeline stage; nearest: {}",
                    c.expert_parallel_size, c.expert_tensor_size(), stage,
                    nearest_experts(c, model.mixture->num_experts, stage)));
  }
  if (model.mixture->num_experts % c.expert_parallel_size != 0) {
    found.push_back(
        fmt::format("{} experts do not divide over expert_parallel_size {}; nearest: {}",
                    model.mixture->num_experts, c.expert_parallel_size,
                    nearest_divisor(model.mixture->num_experts, c.expert_parallel_size)));
  }
}

}  // namespace

std::vector<std::string> contradictions(const TrainingConfig& c, const TransformerConfig& model) {
  std::vector<std::string> found;
  check_batch(c, found);
  check_pipeline(c, model, found);
  check_experts(c, model, found);
  if (model.num_attention_heads % c.tensor_parallel_size != 0) {
    found.push_back(
        fmt::format("{} attention heads do not divide over tensor_parallel_size {}; nearest: {}",
                    model.num_attention_heads, c.tensor_parallel_size,
                    nearest_divisor(model.num_attention_heads, c.tensor_parallel_size)));
  }
  if (c.sharding == Sharding::Parameters && c.pipeline_parallel_size > 1) {
    found.push_back(fmt::format(
        "sharding \"zero3\" gathers parameters for every micro-batch and is not combined with "
        "pipeline_parallel_size {}; use zero1",
        c.pipeline_parallel_size));
  }
  if (c.recompute == Recompute::MlaUpProjections && !model.latent_attention) {
    found.push_back(
        "recompute \"mla_up_proj\": the model has no latent attention; use \"feed_forward\"");
  }
  if (c.precision == Precision::Int8 || c.precision == Precision::Fp4) {
    found.push_back(
        fmt::format("precision {} is not trained in; use bf16, fp16 or fp8", name_of(c.precision)));
  }
  return found;
}

std::vector<std::string> warnings(const TrainingConfig& c, const TransformerConfig& model) {
  std::vector<std::string> found;
  const auto chunks = c.pipeline_parallel_size * c.chunks_per_stage();
  if (model.num_hidden_layers % chunks != 0) {
    found.push_back(fmt::format(
        "{} layers over {} stages of {} chunks are uneven: {} layers on the fullest stage",
        model.num_hidden_layers, c.pipeline_parallel_size, c.chunks_per_stage(),
        fullest_stage(stage_layers(c, model.num_hidden_layers))));
  }
  return found;
}

}  // namespace tokenfab

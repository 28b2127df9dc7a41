// SPDX-License-Identifier: Apache-2.0
#include "models/training/training_memory.hpp"

#include <fmt/format.h>

#include <vector>

#include "models/training/pipeline_schedule.hpp"
#include "models/training/training_weights.hpp"

namespace tokenfab {
namespace {

constexpr double kept_bytes = 2;  // bf16 or fp16

/// Elements that the layers keep of one token, all layers together.
struct KeptElements {
  double norm_inputs = 0;     // hidden-wide, in 16 bits
  double product_inputs = 0;  // hidden-wide, in the products' format
  double masks = 0;           // bytes: dropout
  double split_inputs = 0;    // inputs of products that tensor parallelism cuts
  double split_rest = 0;      // other tensors that it cuts
  double inner = 0;           // of these two, outputs and activation of feed-forward layers
  double activated = 0;       // of split_inputs, outputs of activations
  double expanded = 0;        // of split_rest, what latent attention's up projections make
  double latents = 0;         // inputs of these
  double scores = 0;          // bytes: softmax, its dropout and mask
};

void add_mixers(const TransformerConfig& model, const TrainingConfig& config, KeptElements& kept) {
  for (const auto& kind : attention_layers(model)) {
    const auto layers = static_cast<double>(kind.layers);
    const auto heads = static_cast<double>(kind.heads);
    const auto kv_heads = static_cast<double>(kind.prefill_kv_heads);
    kept.split_rest +=
        layers * (heads * static_cast<double>(kind.prefill_key_dim) +
                  kv_heads * static_cast<double>(kind.prefill_key_dim + kind.prefill_value_dim));
    kept.split_inputs += layers * heads * static_cast<double>(kind.prefill_value_dim);
    if (model.latent_attention) {
      const auto& latent = *model.latent_attention;
      kept.expanded = kept.split_rest;
      kept.latents += layers * static_cast<double>(latent.q_lora_rank + latent.kv_lora_rank +
                                                   latent.qk_rope_head_dim);
    }
    kept.scores += layers * 5 * heads * static_cast<double>(config.sequence_length);
  }
  if (model.linear_attention) {
    const auto& linear = *model.linear_attention;
    const auto layers = static_cast<double>(linear.layers);
    const auto values = static_cast<double>(linear.value_heads * linear.value_head_dim);
    kept.split_rest += layers * (2 * static_cast<double>(linear.conv_channels) + 2 * values);
    kept.split_inputs += layers * values;
  }
}

/// `split_rows`: rows of experts on a chip over rows of a micro-batch cut by tensor parallelism.
void add_feed_forward(const TransformerConfig& model, KeptElements& kept) {
  const double outputs = model.gated_mlp ? 2 : 1;
  double width = static_cast<double>(model.dense_layers() * model.intermediate_size);
  if (model.mixture) {
    // The rows of experts: top_k times those of the layer; expert-tensor parallelism cuts the
    // widths as it multiplies the rows.
    const auto& m = *model.mixture;
    const auto layers = static_cast<double>(m.layers);
    const auto top_k = static_cast<double>(m.num_experts_per_tok);
    width += layers * (top_k * static_cast<double>(m.moe_intermediate_size) +
                       static_cast<double>(m.shared_intermediate_size));
    kept.split_inputs += layers * top_k * static_cast<double>(model.hidden_size);
  }
  kept.split_rest += outputs * width;
  kept.split_inputs += width;
  kept.inner += (outputs + 1) * width;
  kept.activated += width;
}

double gathered_layer_parameters(const TransformerConfig& model, const TrainingConfig& config) {
  const auto held = stage_parameters(model, config, 1, false, false);
  return held.total();
}

struct Stage {
  std::int64_t layers = 0;
  bool is_first = false;
  bool is_last = false;
};

TrainingMemory stage_memory(const TransformerConfig& model, const TrainingConfig& config,
                            const Stage& stage) {
  const auto layers = static_cast<double>(stage.layers);
  const double ends = config.pipeline_schedule == PipelineSchedule::DualPipe ? 2 : 1;
  auto held = stage_parameters(model, config, layers * ends, stage.is_first, stage.is_last);
  const auto trained = trained_parameters(model, config, held);
  const auto cut = [&](const ChipParameters& parameters, Sharding from) {
    const bool is_cut = config.sharding >= from;
    return parameters.dense / (is_cut ? static_cast<double>(config.data_group().ranks) : 1) +
           parameters.experts /
               (is_cut ? static_cast<double>(config.expert_data_group().ranks) : 1);
  };
  TrainingMemory memory;
  memory.weights = Bytes(kept_bytes * cut(held, Sharding::Parameters));
  if (config.sharding == Sharding::Parameters) {  // this layer's and the next one's are gathered
    memory.weights += Bytes(2 * kept_bytes * gathered_layer_parameters(model, config));
  }
  memory.gradients = Bytes(config.gradient_bytes * cut(trained, Sharding::Gradients));
  memory.optimizer = Bytes(config.optimizer_bytes * cut(trained, Sharding::Optimizer));
  const double kept = stage.is_first || config.pipeline_schedule == PipelineSchedule::DualPipe
                          ? micro_batches_kept(config)
                          : 1;
  memory.activations = Bytes(kept * layers * layer_activation_bytes(model, config));
  if (stage.is_last) {  // logits in 16 bits and in fp32 for the loss
    memory.activations +=
        Bytes(6 * static_cast<double>(config.rows()) * static_cast<double>(model.vocab_size) /
              static_cast<double>(config.tensor_parallel_size));
  }
  memory.reserved = config.engine.reserved_memory;
  return memory;
}

struct Change {
  std::string text;
  TrainingConfig config;
};

/// One change each, the cheapest first.
std::vector<Change> changes(const TransformerConfig& model, const ChipConfig& chip,
                            const TrainingConfig& config) {
  std::vector<Change> found;
  const auto add = [&](std::string text, auto change) {
    auto changed = config;
    change(changed);
    found.push_back({std::move(text), changed});
  };
  if (config.sharding == Sharding::None) {
    add("sharding \"zero1\"", [](auto& c) { c.sharding = Sharding::Optimizer; });
  }
  if (config.recompute == Recompute::None && !config.engine.flash_attention) {
    add("recompute \"selective\"", [](auto& c) { c.recompute = Recompute::Selective; });
  }
  if (config.recompute < Recompute::MlaUpProjections && model.latent_attention) {
    add("recompute \"mla_up_proj\"", [](auto& c) { c.recompute = Recompute::MlaUpProjections; });
  }
  if (config.recompute < Recompute::FeedForward) {
    add("recompute \"feed_forward\"", [](auto& c) { c.recompute = Recompute::FeedForward; });
  }
  for (auto size = config.micro_batch_size / 2; size >= 1; size /= 2) {
    add(fmt::format("micro_batch_size {}", size), [=](auto& c) { c.micro_batch_size = size; });
  }
  if (config.recompute < Recompute::Full) {
    add("recompute \"full\"", [](auto& c) { c.recompute = Recompute::Full; });
  }
  const auto widen = [&](const char* name, std::int64_t TrainingConfig::*size, std::int64_t most) {
    for (std::int64_t factor = 2; config.*size * factor <= most; factor *= 2) {
      if (config.data_parallel_size % factor == 0) {
        add(fmt::format("{} {} and data_parallel_size {}", name, config.*size * factor,
                        config.data_parallel_size / factor),
            [=](auto& c) {
              c.*size *= factor;
              c.data_parallel_size /= factor;
            });
      }
    }
  };
  widen("tensor_parallel_size", &TrainingConfig::tensor_parallel_size, chip.scale_up_domain);
  if (config.sharding < Sharding::Parameters) {
    widen("pipeline_parallel_size", &TrainingConfig::pipeline_parallel_size, 1024);
    if (config.pipeline_parallel_size == 1) {
      add("sharding \"zero3\"", [](auto& c) { c.sharding = Sharding::Parameters; });
    }
  }
  return found;
}

/// The same with layers recomputed, where no single change is enough.
std::vector<Change> with_recompute(std::vector<Change> all) {
  for (auto& change : all) {
    change.text += " with recompute \"full\"";
    change.config.recompute = Recompute::Full;
  }
  return all;
}

constexpr double gigabyte = 1e9;

}  // namespace

double layer_activation_bytes(const TransformerConfig& model, const TrainingConfig& config) {
  const auto hidden = static_cast<double>(model.hidden_size);
  const auto blocks = static_cast<double>(model.mixer_layers() + model.ffn_layers());
  const auto split = static_cast<double>(config.tensor_parallel_size);
  const double whole = config.sequence_parallel ? split : 1;
  const auto rows = static_cast<double>(config.rows());
  const auto layers = static_cast<double>(model.num_hidden_layers);
  if (config.recompute == Recompute::Full) {
    return rows * kept_bytes * hidden / whole;
  }
  KeptElements kept;
  kept.norm_inputs = kept.product_inputs = blocks * hidden;
  // Dropout came with attention that wrote its scores; models since train without it.
  kept.masks = config.engine.flash_attention ? 0 : blocks * hidden;
  add_mixers(model, config, kept);
  add_feed_forward(model, kept);
  const double input_bytes = bytes_per_element(config.precision);
  double cut = input_bytes * kept.split_inputs + kept_bytes * kept.split_rest;
  if (config.recompute == Recompute::FeedForward) {
    cut -= kept_bytes * kept.inner * 2 / 3;  // the first product's outputs; its input is kept
  }
  if (!config.engine.flash_attention && config.recompute != Recompute::Selective) {
    cut += kept.scores;
  }
  if (config.recompute == Recompute::MlaUpProjections) {
    cut -= input_bytes * kept.activated + kept_bytes * kept.expanded;
    kept.norm_inputs += kept.latents;
    kept.product_inputs = 0;
  }
  const double uncut =
      kept_bytes * kept.norm_inputs + input_bytes * kept.product_inputs + kept.masks;
  return rows * (uncut / whole + cut / split) / layers;
}

TrainingMemory training_memory(const TransformerConfig& model, const TrainingConfig& config) {
  const auto layers = stage_layers(config, model.num_hidden_layers);
  TrainingMemory fullest;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    auto memory = stage_memory(model, config, {layers[i], i == 0, i + 1 == layers.size()});
    if (memory.total() > fullest.total()) {
      fullest = memory;
    }
  }
  return fullest;
}

std::optional<std::string> memory_obstacle(const TransformerConfig& model, const ChipConfig& chip,
                                           const TrainingConfig& config) {
  const auto fits = [&](const TrainingConfig& c) {
    return contradictions(c, model).empty() &&
           training_memory(model, c).total() <= chip.memory_capacity;
  };
  if (training_memory(model, config).total() <= chip.memory_capacity) {
    return std::nullopt;
  }
  const auto memory = training_memory(model, config);
  auto text = fmt::format(
      "{:.1f} GB on the fullest chip ({:.1f} weights, {:.1f} gradients, {:.1f} optimizer, {:.1f} "
      "activations, {:.1f} reserved) do not fit the {:.1f} GB of {}",
      memory.total().si() / gigabyte, memory.weights.si() / gigabyte,
      memory.gradients.si() / gigabyte, memory.optimizer.si() / gigabyte,
      memory.activations.si() / gigabyte, memory.reserved.si() / gigabyte,
      chip.memory_capacity.si() / gigabyte, chip.name);
  const auto single = changes(model, chip, config);
  for (const auto& set : {single, with_recompute(single)}) {
    for (const auto& change : set) {
      if (fits(change.config)) {
        return text + "; it fits with " + change.text;
      }
    }
  }
  return text + "; no single change is enough: take more chips per copy";
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "models/diffusion/render_placement.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tokenfab {
namespace {

constexpr double activation_bytes = 2;

Bytes weights_per_chip(const DiffusionModelConfig& model, const DiffusionEngineConfig& engine) {
  const double stored = std::max(model.parameters, model.stored_parameters);
  return Bytes(stored * bytes_per_element(engine.quantization) /
                   static_cast<double>(engine.tensor_parallel_size) +
               model.text_encoder_parameters * bytes_per_element(Precision::Bf16));
}

/// Estimate: 8 h + 2 f per token exist at once: residual, norm, queries, keys, values and their
/// exchanged copies, and the feed-forward layer before and after its activation. It tells the
/// largest batches that ran from those that did not on 80 GiB chips (docs/validation.md).
Bytes activations_per_chip(const DiffusionModelConfig& model, const DiffusionEngineConfig& engine,
                           const GenerationShape& shape) {
  const auto sequences = static_cast<double>(
      engine.max_batch_size *
      (model.guidance_batched
           ? std::max<std::int64_t>(1, model.guidance_passes / engine.cfg_parallel_size)
           : 1));
  const double tokens = static_cast<double>(diffusion_tokens(model, shape)) /
                            static_cast<double>(engine.sequence_parallel_size()) +
                        static_cast<double>(model.text_tokens);
  const double per_token =
      8 * static_cast<double>(model.hidden_size) +
      2 * static_cast<double>(model.ffn_dim) / static_cast<double>(engine.tensor_parallel_size);
  return Bytes(activation_bytes * sequences * tokens * per_token);
}

RenderPlacement sizes(const DiffusionModelConfig& model, const DiffusionEngineConfig& engine,
                      const GenerationShape& shape) {
  RenderPlacement placement;
  placement.weights_per_chip = weights_per_chip(model, engine);
  placement.activations_per_chip = activations_per_chip(model, engine, shape);
  placement.reserved_per_chip = engine.profile.reserved_memory;
  return placement;
}

bool fits(const DiffusionModelConfig& model, const ChipConfig& chip,
          const DiffusionEngineConfig& engine, const GenerationShape& shape) {
  const auto need = sizes(model, engine, shape);
  return need.weights_per_chip + need.activations_per_chip + need.reserved_per_chip <=
         chip.memory_capacity * engine.gpu_memory_utilization;
}

bool divides_heads(const DiffusionModelConfig& model, const DiffusionEngineConfig& engine) {
  return model.num_attention_heads % (engine.tensor_parallel_size * engine.ulysses_degree) == 0;
}

bool runs_in(const ChipConfig& chip, Precision precision) {
  return peak(chip, precision).has_value() && chip.matmul.count(name_of(precision)) > 0;
}

std::string memory_fix(const DiffusionModelConfig& model, const ChipConfig& chip,
                       const DiffusionEngineConfig& engine, const GenerationShape& shape) {
  auto smaller = engine;
  for (smaller.max_batch_size /= 2; smaller.max_batch_size >= 1; smaller.max_batch_size /= 2) {
    if (fits(model, chip, smaller, shape)) {
      return fmt::format("smallest fix: max_batch_size {}", smaller.max_batch_size);
    }
  }
  auto wider = engine;
  if (!model.unet) {
    for (wider.ulysses_degree *= 2; wider.chips() <= chip.scale_up_domain;
         wider.ulysses_degree *= 2) {
      if (divides_heads(model, wider) && fits(model, chip, wider, shape)) {
        return fmt::format("smallest fix: ulysses_degree {}", wider.ulysses_degree);
      }
    }
    wider = engine;
    for (wider.tensor_parallel_size *= 2; wider.chips() <= chip.scale_up_domain;
         wider.tensor_parallel_size *= 2) {
      if (divides_heads(model, wider) && fits(model, chip, wider, shape)) {
        return fmt::format("smallest fix: tensor_parallel_size {}", wider.tensor_parallel_size);
      }
    }
  }
  for (const auto precision : {Precision::Fp8, Precision::Fp4}) {
    auto narrower = engine;
    narrower.quantization = precision;
    if (runs_in(chip, precision) && fits(model, chip, narrower, shape)) {
      return fmt::format("smallest fix: quantization {}", name_of(precision));
    }
  }
  return "smallest fix: a chip with more memory";
}

void add_parallel_obstacles(const DiffusionModelConfig& model, const ChipConfig& chip,
                            const DiffusionEngineConfig& engine,
                            std::vector<RenderObstacle>& found) {
  const auto heads = engine.tensor_parallel_size * engine.ulysses_degree;
  const bool is_cut = engine.tensor_parallel_size * engine.sequence_parallel_size() > 1;
  if (model.unet && is_cut) {
    found.push_back({"a U-Net is not cut over chips",
                     "set tensor_parallel_size, ulysses_degree and ring_degree to 1"});
  }
  if (!model.unet && !divides_heads(model, engine)) {
    auto nearest = engine.ulysses_degree;
    while (nearest > 1 &&
           model.num_attention_heads % (engine.tensor_parallel_size * nearest) != 0) {
      --nearest;
    }
    found.push_back(
        {fmt::format("{} attention heads do not divide by tensor_parallel_size x "
                     "ulysses_degree = {}",
                     model.num_attention_heads, heads),
         fmt::format("nearest: ulysses_degree {} and ring_degree for the rest", nearest)});
  }
  if (heads > chip.scale_up_domain) {
    found.push_back({fmt::format("tensor_parallel_size x ulysses_degree = {} exceeds the {} chips "
                                 "of {}'s scale-up domain",
                                 heads, chip.scale_up_domain, chip.name),
                     "use ring_degree across domains"});
  }
  if (model.guidance_passes % engine.cfg_parallel_size != 0) {
    found.push_back({fmt::format("cfg_parallel_size {} does not divide the {} passes of a step",
                                 engine.cfg_parallel_size, model.guidance_passes),
                     fmt::format("nearest: {}", model.guidance_passes)});
  }
}

void add_precision_obstacles(const ChipConfig& chip, const DiffusionEngineConfig& engine,
                             std::vector<RenderObstacle>& found) {
  if (!runs_in(chip, engine.quantization)) {
    found.push_back({fmt::format("{} has no calibrated {} matrix products", chip.name,
                                 name_of(engine.quantization)),
                     "nearest: bf16"});
  }
  if (chip.attention.count(name_of(Precision::Bf16)) == 0) {
    found.push_back({fmt::format("{} has no calibrated bf16 attention", chip.name), ""});
  }
}

}  // namespace

RenderPlacement place_render(const DiffusionModelConfig& model, const ChipConfig& chip,
                             const DiffusionEngineConfig& engine, const GenerationShape& shape) {
  auto placement = sizes(model, engine, shape);
  for (auto& message : shape_obstacles(model, shape)) {
    placement.obstacles.push_back({std::move(message), ""});
  }
  add_parallel_obstacles(model, chip, engine, placement.obstacles);
  add_precision_obstacles(chip, engine, placement.obstacles);
  if (!fits(model, chip, engine, shape)) {
    const auto gigabytes = [](Bytes size) { return size.si() / 1e9; };
    placement.obstacles.push_back(
        {fmt::format("weights {:.1f} GB + activations {:.1f} GB + reserved {:.1f} GB per chip do "
                     "not fit in {:.1f} GB x {:g}",
                     gigabytes(placement.weights_per_chip),
                     gigabytes(placement.activations_per_chip),
                     gigabytes(placement.reserved_per_chip), gigabytes(chip.memory_capacity),
                     engine.gpu_memory_utilization),
         memory_fix(model, chip, engine, shape)});
  }
  return placement;
}

}  // namespace tokenfab

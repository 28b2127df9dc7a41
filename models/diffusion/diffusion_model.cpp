// SPDX-License-Identifier: Apache-2.0
#include "models/diffusion/diffusion_model.hpp"

#include <fmt/format.h>

namespace tokenfab {
namespace {

std::int64_t rounded_up(std::int64_t value, std::int64_t unit) { return (value + unit - 1) / unit; }

double square(double x) { return x * x; }

/// Weights of one block's matrices that every image token meets.
double block_weights(const DiffusionModelConfig& model) {
  const auto hidden = static_cast<double>(model.hidden_size);
  const auto ffn = static_cast<double>(model.ffn_dim);
  const double network =
      model.feed_forward == DiffusionFeedForward::GatedConv ? 1.5 * hidden * ffn : 2 * hidden * ffn;
  return 4 * square(hidden) + network;
}

double cross_text_width(const DiffusionModelConfig& model) {
  return static_cast<double>(model.cross_text_dim > 0 ? model.cross_text_dim : model.hidden_size);
}

double pixels(const GenerationShape& shape) {
  return static_cast<double>(shape.width) * static_cast<double>(shape.height);
}

}  // namespace

void UnetConfig::describe(Describe<UnetConfig>& d) {
  using C = UnetConfig;
  d.field("flop_per_pass", &C::flop_per_pass, "FLOP of one pass at width x height, batch 1")
      .required()
      .range(1e6, 1e18);
  d.field("width", &C::width, "Pixels").required().range(8, 65535);
  d.field("height", &C::height, "Pixels").required().range(8, 65535);
}

std::int64_t latent_frames(const DiffusionModelConfig& model, std::int64_t frames) {
  return frames <= 1 ? 1 : rounded_up(frames - 1, model.vae_temporal_stride) + 1;
}

std::int64_t diffusion_tokens(const DiffusionModelConfig& model, const GenerationShape& shape) {
  const auto cell = model.vae_spatial_stride * model.patch_size;
  return rounded_up(latent_frames(model, shape.frames), model.patch_frames) *
         rounded_up(shape.width, cell) * rounded_up(shape.height, cell);
}

double block_parameters(const DiffusionModelConfig& model) {
  if (model.unet) {
    return 0;
  }
  const auto hidden = static_cast<double>(model.hidden_size);
  const auto input =
      static_cast<double>(model.modulation_dim > 0 ? model.modulation_dim : model.hidden_size);
  const double block = block_weights(model);
  const double cross = 2 * square(hidden) + 2 * hidden * cross_text_width(model);
  const auto modulation = [&](std::int64_t outputs) {
    return static_cast<double>(outputs) * hidden * input;
  };
  return static_cast<double>(model.cross_blocks) * (block + cross) +
         static_cast<double>(model.double_blocks) *
             (2 * block + modulation(model.double_modulation)) +
         static_cast<double>(model.single_blocks) * (block + modulation(model.single_modulation)) +
         static_cast<double>(model.dual_attention_blocks) * 4 * square(hidden) +
         static_cast<double>(model.skip_blocks) * 2 * square(hidden);
}

double flop_per_pass(const DiffusionModelConfig& model, const GenerationShape& shape) {
  if (model.unet) {
    return model.unet->flop_per_pass * pixels(shape) /
           static_cast<double>(model.unet->width * model.unet->height);
  }
  const auto hidden = static_cast<double>(model.hidden_size);
  const auto image = static_cast<double>(diffusion_tokens(model, shape));
  const auto text = static_cast<double>(model.text_tokens);
  const auto cross = static_cast<double>(model.cross_blocks);
  const auto joint = static_cast<double>(model.double_blocks + model.single_blocks);
  const auto dual = static_cast<double>(model.dual_attention_blocks);
  const auto skip = static_cast<double>(model.skip_blocks);
  // Scores and values: 2 x 2 h per pair; linear attention: h^2 / heads per token, twice.
  const double head = hidden / static_cast<double>(model.num_attention_heads);
  const auto self = [&](double tokens) {
    return model.attention == DiffusionAttention::Linear ? 4 * tokens * hidden * head
                                                         : 4 * tokens * tokens * hidden;
  };
  const double block = block_weights(model);
  const double cross_block = 2 * (block + 2 * square(hidden)) * image +
                             4 * hidden * cross_text_width(model) * text + self(image) +
                             4 * image * text * hidden;
  const double joint_block = 2 * block * (image + text) + self(image + text);
  const double dual_attention = 8 * square(hidden) * image + self(image);
  return cross * cross_block + joint * joint_block + dual * dual_attention +
         skip * 4 * square(hidden) * image;
}

std::vector<std::string> contradictions(const DiffusionModelConfig& model) {
  std::vector<std::string> found;
  if (model.unet && model.blocks() > 0) {
    found.emplace_back("a model has either unet or blocks, not both");
  }
  if (!model.unet && model.blocks() == 0) {
    found.emplace_back(
        "no blocks: give cross_blocks, double_blocks or single_blocks, or a unet instead");
  }
  if (!model.unet && (model.hidden_size <= 0 || model.ffn_dim <= 0)) {
    found.emplace_back("a model of blocks needs hidden_size and ffn_dim");
  }
  if (!model.unet &&
      (model.num_attention_heads <= 0 || model.hidden_size % model.num_attention_heads != 0)) {
    found.push_back(fmt::format("hidden_size {} does not divide by num_attention_heads {}",
                                model.hidden_size, model.num_attention_heads));
  }
  if (model.dual_attention_blocks > model.double_blocks) {
    found.push_back(fmt::format("dual_attention_blocks {} exceeds double_blocks {}",
                                model.dual_attention_blocks, model.double_blocks));
  }
  if (model.skip_blocks > model.blocks()) {
    found.push_back(
        fmt::format("skip_blocks {} exceeds the {} blocks", model.skip_blocks, model.blocks()));
  }
  if (model.stored_parameters > 0 && model.stored_parameters < model.parameters) {
    found.push_back(fmt::format("stored_parameters {:g} is below parameters {:g}",
                                model.stored_parameters, model.parameters));
  }
  return found;
}

std::vector<std::string> shape_obstacles(const DiffusionModelConfig& model,
                                         const GenerationShape& shape) {
  std::vector<std::string> found;
  if (shape.width == 0 || shape.height == 0 || shape.frames == 0 || shape.images == 0) {
    found.push_back(fmt::format("{} x {} pixels, {} frames, {} images: each must be at least 1",
                                shape.width, shape.height, shape.frames, shape.images));
  }
  if (shape.frames > 1 && !model.is_video()) {
    found.push_back(
        fmt::format("{} frames from a model of still images; set frames to 1", shape.frames));
  }
  const auto check = [&](std::int64_t size, const char* name) {
    const auto cell = model.vae_spatial_stride;
    if (size % cell != 0) {
      found.push_back(fmt::format("{} {} is no multiple of the VAE's stride {}; nearest: {}", name,
                                  size, cell, (size + cell / 2) / cell * cell));
    }
  };
  check(shape.width, "width");
  check(shape.height, "height");
  return found;
}

}  // namespace tokenfab

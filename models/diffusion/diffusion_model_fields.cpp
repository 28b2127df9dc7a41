// SPDX-License-Identifier: Apache-2.0
#include "models/diffusion/diffusion_model.hpp"

namespace tokenfab {
namespace {

using C = DiffusionModelConfig;

void describe_blocks(Describe<C>& d) {
  d.field("hidden_size", &C::hidden_size, "Width of a token in the blocks").range(0, 1e6);
  d.field("ffn_dim", &C::ffn_dim, "Outputs of the first feed-forward product").range(0, 1e7);
  d.field("num_attention_heads", &C::num_attention_heads, "Heads of every attention").range(0, 1e4);
  d.field("cross_blocks", &C::cross_blocks, "Blocks with cross-attention to the text")
      .range(0, 1e4);
  d.field("double_blocks", &C::double_blocks,
          "Blocks with image and text weights apart and joint attention")
      .range(0, 1e4);
  d.field("single_blocks", &C::single_blocks, "Blocks over image and text as one sequence")
      .range(0, 1e4);
  d.field("dual_attention_blocks", &C::dual_attention_blocks,
          "Double blocks that attend over the image once more")
      .range(0, 1e4);
  d.field("skip_blocks", &C::skip_blocks, "Blocks that first join an earlier block's output")
      .range(0, 1e4);
  d.field("cross_text_dim", &C::cross_text_dim,
          "Width of the text tokens in cross-attention; 0 is hidden_size")
      .range(0, 1e6);
  d.field("double_modulation", &C::double_modulation,
          "Outputs of a double block's timestep modulation, in hidden sizes")
      .range(0, 100);
  d.field("single_modulation", &C::single_modulation,
          "Outputs of a single block's timestep modulation, in hidden sizes")
      .range(0, 100);
  d.field("modulation_dim", &C::modulation_dim,
          "Width of the timestep embedding that modulates; 0 is hidden_size")
      .range(0, 1e6);
  d.field("query_key_norm", &C::query_key_norm, "Queries and keys are normalized");
  d.choice("attention", &C::attention, {"softmax", "linear"}, "Attention among image tokens");
  d.choice("feed_forward", &C::feed_forward, {"gelu", "gated_conv"}, "Kind of feed-forward layer");
  d.object("unet", &C::unet, "A convolutional denoiser, instead of blocks");
}

void describe_latents(Describe<C>& d) {
  d.field("patch_size", &C::patch_size, "Latent pixels along each side of a token").range(1, 64);
  d.field("patch_frames", &C::patch_frames, "Latent frames of a token").range(1, 64);
  d.field("vae_spatial_stride", &C::vae_spatial_stride, "Pixels per latent pixel along a side")
      .range(1, 256);
  d.field("vae_temporal_stride", &C::vae_temporal_stride, "Frames per latent frame").range(1, 64);
  d.field("latent_channels", &C::latent_channels, "Channels of the latent grid")
      .required()
      .range(1, 1024);
  d.field("vae_flop_per_pixel", &C::vae_flop_per_pixel, "FLOP to decode one pixel of one frame")
      .required()
      .range(0, 1e12);
}

}  // namespace

void DiffusionModelConfig::describe(Describe<DiffusionModelConfig>& d) {
  d.field("family", &C::family, "Name in lists");
  d.field("parameters", &C::parameters, "Weights of the denoiser that one pass uses")
      .required()
      .range(1e6, 1e13);
  d.field("stored_parameters", &C::stored_parameters,
          "Denoiser weights kept in memory; 0 is the same number")
      .range(0, 1e13);
  describe_blocks(d);
  describe_latents(d);
  d.field("text_tokens", &C::text_tokens, "Text tokens, padded").required().range(0, 1e6);
  d.field("text_encoder_parameters", &C::text_encoder_parameters, "Weights of the text encoders")
      .required()
      .range(0, 1e13);
  d.field("steps", &C::steps, "Denoising steps unless the request says").required().range(1, 65535);
  d.field("guidance_passes", &C::guidance_passes,
          "Passes per step: 2 with classifier-free guidance, 1 where it is distilled")
      .range(1, 4);
  d.field("guidance_batched", &C::guidance_batched, "The passes of a step run as one batch");
  d.field("width", &C::width, "Pixels of a usual item").required().range(8, 65535);
  d.field("height", &C::height, "Pixels of a usual item").required().range(8, 65535);
  d.field("frames", &C::frames, "Frames of a usual item").range(1, 65535);
  d.field("fps", &C::fps, "Frames per second of a video; 0 makes still images").range(0, 1000);
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// A diffusion transformer for images or video: its blocks, the latent grid it works on, and what
// stands before (text encoder) and behind it (VAE decoder).
//
// Tokens of an item: the VAE shrinks frames by its temporal stride (the first frame stands alone:
// (frames - 1) / stride + 1, as causal video VAEs do) and pixels by its spatial stride; patches cut
// the latent grid; partial patches are padded.
// Blocks, h wide with f in the feed-forward layer:
//   cross    self-attention, cross-attention to the text, feed-forward (PixArt, Wan, SANA)
//   double   image and text with weights of their own, joint attention (MM-DiT: SD3, FLUX)
//   single   image and text in one sequence, attention beside feed-forward (FLUX; CogVideoX)
// Sources: arXiv:2212.09748 (DiT), arXiv:2403.03206 (MM-DiT), arXiv:2503.20314 (Wan).
// Left out: image conditioning, ControlNet, LoRA, step caches, VAE encoding.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/api/field.hpp"
#include "sim/api/generation.hpp"

namespace tokenfab {

/// How an image token meets the other image tokens.
enum class DiffusionAttention {
  Softmax,  // every pair
  Linear    // keys and values summed up first: work grows with the tokens (SANA, arXiv:2410.10629)
};

enum class DiffusionFeedForward {
  Gelu,      // two matrices
  GatedConv  // a product to f, a depthwise convolution and a gate, a product from f / 2 (SANA)
};

/// A convolutional denoiser, known by its arithmetic alone.
struct UnetConfig {
  double flop_per_pass = 0;  // at width x height; grows with the pixels
  std::int64_t width = 0;
  std::int64_t height = 0;
  static void describe(Describe<UnetConfig>& d);
};

struct DiffusionModelConfig {
  std::string family;
  double parameters = 0;         // of the denoiser in one pass, as published
  double stored_parameters = 0;  // kept in memory; 0: the same (several experts: their sum)
  std::int64_t hidden_size = 0;
  std::int64_t ffn_dim = 0;
  std::int64_t num_attention_heads = 0;
  std::int64_t cross_blocks = 0;
  std::int64_t double_blocks = 0;
  std::int64_t single_blocks = 0;
  std::int64_t dual_attention_blocks = 0;  // double blocks with one more attention over the image
  std::int64_t skip_blocks = 0;            // blocks that first join an earlier block's output
  std::int64_t cross_text_dim = 0;         // width of the text in cross-attention; 0: hidden_size
  std::int64_t double_modulation = 0;  // outputs of a double block's modulation, in hidden sizes
  std::int64_t single_modulation = 0;
  std::int64_t modulation_dim = 0;  // their input width; 0: hidden_size
  bool query_key_norm = false;
  DiffusionAttention attention = DiffusionAttention::Softmax;
  DiffusionFeedForward feed_forward = DiffusionFeedForward::Gelu;
  std::optional<UnetConfig> unet;  // instead of blocks
  std::int64_t patch_size = 1;
  std::int64_t patch_frames = 1;
  std::int64_t vae_spatial_stride = 8;
  std::int64_t vae_temporal_stride = 1;
  std::int64_t latent_channels = 0;
  double vae_flop_per_pixel = 0;  // decoding, per pixel of every frame
  std::int64_t text_tokens = 0;
  double text_encoder_parameters = 0;
  std::int64_t steps = 0;            // default number of denoising steps
  std::int64_t guidance_passes = 1;  // 2 with classifier-free guidance, 1 where it is distilled
  bool guidance_batched = false;     // both passes of a step run as one batch
  std::int64_t width = 0;            // a usual item
  std::int64_t height = 0;
  std::int64_t frames = 1;
  double fps = 0;  // of a video; 0: a still image

  std::int64_t blocks() const { return cross_blocks + double_blocks + single_blocks; }
  bool is_video() const { return fps > 0; }
  static void describe(Describe<DiffusionModelConfig>& d);
};

std::int64_t latent_frames(const DiffusionModelConfig& model, std::int64_t frames);
/// Image tokens of one item; a U-Net counts latent pixels.
std::int64_t diffusion_tokens(const DiffusionModelConfig& model, const GenerationShape& shape);
/// Weights of the blocks by formula; 0 for a U-Net, which only publishes its total.
double block_parameters(const DiffusionModelConfig& model);
/// Arithmetic of one pass over one item, multiply-add = 2, attention included.
double flop_per_pass(const DiffusionModelConfig& model, const GenerationShape& shape);
/// What contradicts itself, every point at once; empty if nothing does.
std::vector<std::string> contradictions(const DiffusionModelConfig& model);
/// Why `model` cannot make `shape`, every point at once; empty if it can.
std::vector<std::string> shape_obstacles(const DiffusionModelConfig& model,
                                         const GenerationShape& shape);

}  // namespace tokenfab

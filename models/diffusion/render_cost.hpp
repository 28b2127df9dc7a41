// SPDX-License-Identifier: Apache-2.0
// Time, energy and work of making a batch of images or videos on the chips of one server:
//
//   text encoder + steps x (guidance passes one after another) x pass + VAE decoding
//   pass = max(products + attention + small kernels + exchanges, host time to launch them)
//
// Products and attention are the chip's own kernels (models/chip/kernel_time.hpp); small kernels
// move bytes at the chip's small-kernel bandwidth; the host launches sublayers one by one, as eager
// PyTorch does. Sequence parallel: Ulysses exchanges queries, keys, values and outputs all-to-all,
// a ring passes keys and values on and merges partial outputs; text that does not divide evenly is
// computed by every chip (xDiT). Guidance parallel: groups run the passes of a step side by side.
// Energy above idle = sum over parts of (level x (rated power - idle) + host power) x time x chips;
// decoding keeps one chip busy while the others idle. Power limits and clocks:
// models/chip/clock.hpp. Estimates by count of kernels: an activation moves 3 accesses per
// feed-forward element (read and write, and the gate); an exchange copies its buffer 4 times
// (transposed and made contiguous before and after); merging one ring hop moves 19 accesses of 2
// bytes (output and correction in fp32), and takes the host three launches (send, receive,
// attention with merge). Left out: overlap of exchanges with attention, step caches, parallel VAE.
// A U-Net counts its products only, so its time is a lower bound.
#pragma once

#include <array>

#include "models/chip/chip.hpp"
#include "models/diffusion/diffusion_engine_config.hpp"
#include "models/diffusion/diffusion_model.hpp"
#include "models/diffusion/render_work.hpp"
#include "models/interconnect/collectives.hpp"

namespace tokenfab {

class RenderCost : public RenderModel {
 public:
  /// The combination must be feasible: see render_placement.hpp. `host_power` is what a node's host
  /// draws above idle per working chip.
  RenderCost(const DiffusionModelConfig& model, const ChipConfig& chip,
             const DiffusionEngineConfig& engine, Watts host_power);

  /// More items than max_batch_size are made one full batch after another.
  RenderWork cost(const GenerationShape& shape, std::int64_t prompts) const override;

 private:
  using Seconds7 = std::array<double, render_part_count>;
  /// What one pass moves through one chip.
  struct Rows {
    std::int64_t sequences = 0;
    std::int64_t image = 0;       // tokens of this chip, all sequences
    std::int64_t text = 0;        // the same of the text beside it
    std::int64_t whole_text = 0;  // text tokens of all sequences, uncut
    double image_tokens = 0;      // of one sequence, all chips
    double text_tokens = 0;
  };
  struct Pass {
    double matmul_s = 0;
    double attention_s = 0;
    double accesses = 0;  // elements moved by small kernels
    double exchange_s = 0;
    double sublayers = 0;
    double attentions = 0;  // with all tokens of a sequence
  };

  RenderWork batch(const GenerationShape& shape, std::int64_t prompts, std::int64_t items) const;
  Rows rows_of(const GenerationShape& shape, std::int64_t items) const;
  void add_pass(const GenerationShape& shape, std::int64_t items, double times, Seconds7& parts,
                double& bytes) const;
  void add_cross_blocks(const Rows& rows, Pass& pass) const;
  void add_double_blocks(const Rows& rows, Pass& pass) const;
  void add_single_blocks(const Rows& rows, Pass& pass) const;
  void add_unet(const GenerationShape& shape, std::int64_t items, Pass& pass) const;
  /// One product, its outputs or its inputs cut over the tensor ranks.
  double columns_s(std::int64_t rows, std::int64_t n, std::int64_t k) const;
  double rows_s(std::int64_t rows, std::int64_t n, std::int64_t k) const;
  double attention_s(const Rows& rows, double queries, double keys) const;
  double self_attention_s(const Rows& rows, double tokens) const;
  double exchange_s(const Rows& rows) const;
  double exchange_accesses(const Rows& rows) const;
  double small_kernel_passes() const;
  double text_encoder_s(std::int64_t prompts) const;
  double vae_decode_s(const GenerationShape& shape, std::int64_t items) const;
  double energy_j(const Seconds7& parts) const;

  DiffusionModelConfig model_;
  ChipConfig chip_;
  DiffusionEngineConfig engine_;
  double host_power_w_;
  LinkCost ulysses_link_;
  LinkCost ring_link_;
  LinkCost guidance_link_;
};

}  // namespace tokenfab

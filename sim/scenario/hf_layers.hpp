// SPDX-License-Identifier: Apache-2.0
// Which kind of attention and of feed-forward network each layer of a config.json has.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/scenario/hf_reader.hpp"

namespace tokenfab {

enum class HfMixer { Full, Window, Linear, None };
enum class HfFfn { Dense, Experts, None };

struct HfLayers {
  std::vector<HfMixer> mixers;  // one entry per layer, both
  std::vector<HfFfn> ffns;
  std::int64_t count() const { return static_cast<std::int64_t>(mixers.size()); }
  std::int64_t count(HfMixer kind) const;
  std::int64_t count(HfFfn kind) const;
};

/// Facts that the layer rules need and that are read elsewhere.
struct HfLayerHints {
  bool has_experts = false;
  bool chunks_by_default = false;   // Llama 4: three of four layers attend to a chunk
  bool alternates_windows = false;  // Gemma 2: every other layer
  bool keeps_full = false;          // the window is that of compressed attention
  std::int64_t mtp_layers = 0;      // arrays may go on with entries for these
  std::int64_t max_position = 0;    // a window this wide is none
};

HfLayers read_hf_layers(HfReader& reader, const HfLayerHints& hints);

/// Layers of varied widths (Nemotron NAS): attention or feed-forward missing here and there.
struct HfBlocks {
  HfLayers layers;
  std::int64_t intermediate_size = 0;  // mean over the layers that have a network, rounded
  std::int64_t num_key_value_heads = 0;
};

/// From "block_configs"; nullopt where there are none.
std::optional<HfBlocks> read_hf_blocks(HfReader& reader, std::int64_t hidden_size,
                                       std::int64_t num_attention_heads);

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// The attention of a config.json: heads, latent ranks, windows, indexers and recurrent layers.
#pragma once

#include "models/llm/transformer.hpp"
#include "sim/scenario/hf_families.hpp"
#include "sim/scenario/hf_layers.hpp"
#include "sim/scenario/hf_reader.hpp"

namespace tokenfab {

/// Fills everything about attention; hidden_size and num_hidden_layers are set already.
void read_hf_attention(HfReader& reader, const HfFamily& family, const HfLayers& layers,
                       TransformerConfig& config);

}  // namespace tokenfab

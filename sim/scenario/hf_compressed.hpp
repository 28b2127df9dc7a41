// SPDX-License-Identifier: Apache-2.0
// Compressed attention and hyper-connections of a config.json (DeepSeek-V4).
#pragma once

#include "models/llm/transformer.hpp"
#include "sim/scenario/hf_reader.hpp"

namespace tokenfab {

/// Whether the text is of a model with a compressed cache.
bool has_hf_compressed(const HfReader& reader);

/// Sets compressed_attention and the weights that mix the widened residual stream; the number of
/// layers, hidden_size and head_dim are known already.
void read_hf_compressed(HfReader& reader, TransformerConfig& config);

}  // namespace tokenfab

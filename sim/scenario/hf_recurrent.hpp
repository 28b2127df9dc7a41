// SPDX-License-Identifier: Apache-2.0
// Layers with a recurrent state, in the four forms that config.json files have: the weights of one
// mixer are counted from its projections.
#pragma once

#include "models/llm/transformer.hpp"
#include "sim/scenario/hf_reader.hpp"

namespace tokenfab {

/// All but the number of layers.
LinearAttentionConfig read_hf_recurrent(HfReader& reader, const TransformerConfig& config);

}  // namespace tokenfab

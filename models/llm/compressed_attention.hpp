// SPDX-License-Identifier: Apache-2.0
// Attention to a compressed cache (DeepSeek-V4): one vector serves as key and value of all heads;
// a learned pooling makes one entry of every few tokens. Layers of low compression attend to the
// entries that an indexer chooses, those of high compression to all, and every layer also to the
// last tokens as they are. Queries and outputs are projected by way of a low rank, outputs group by
// group.
// Widths from the config.json and the inference code beside the published weights (recalled: the
// pooling has a value and a gate projection, twice as wide where neighbouring windows overlap); the
// published totals come out. Left out: traffic of the widened residual (hyper-connections), tokens
// that no full window covers yet.
#pragma once

#include <vector>

#include "models/llm/transformer.hpp"

namespace tokenfab {

/// Matrix products of the layers' attention.
void add_compressed(const TransformerConfig& c, std::vector<MatrixProduct>& products);

/// Kinds of attention: chosen entries, all entries, last tokens. All costs are per token of
/// context: a token is `entries_per_token` of an entry. The last tokens are spread over as many
/// tokens as the chosen entries stand for, which is exact for contexts of at least that length.
void add_compressed_layers(const TransformerConfig& c, std::vector<AttentionLayers>& kinds);

/// Weights of the norms.
double compressed_norms(const TransformerConfig& c);

/// What the fields contradict, one sentence each.
std::vector<std::string> compressed_contradictions(const TransformerConfig& c);

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// What a sequence's KV cache weighs when it is stored or sent once, however many chips hold copies
// of it: keys and values of every token, of windowed layers at most a window of them, and recurrent
// states.
#pragma once

#include "models/chip/chip.hpp"
#include "models/llm/transformer.hpp"

namespace tokenfab {

Bytes kv_cache_size(const TransformerConfig& model, Precision kv_precision, std::uint32_t tokens);

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// In which precision a config.json says its weights and cache are stored. Reported only: what a
// scenario runs in is its engine's choice.
#pragma once

#include <string>

#include "sim/config/document.hpp"

namespace tokenfab {

struct HfPrecision {
  std::string weights;
  std::string kv_cache;  // empty: not named
};

/// `quantization` and `dtype` may be null.
HfPrecision hf_precision(const Node* quantization, const Node* dtype);

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "models/serving/kv_size.hpp"

#include <algorithm>

namespace tokenfab {
namespace {

constexpr double state_bytes = 2;  // recurrent states are kept in bf16, as placement.cpp counts

}  // namespace

Bytes kv_cache_size(const TransformerConfig& model, Precision kv_precision, std::uint32_t tokens) {
  const double element = bytes_per_element(kv_precision);
  double bytes = state_bytes * state_elements_per_sequence(model);
  for (const auto& kind : attention_layers(model)) {
    const double seen = kind.window ? std::min<double>(tokens, static_cast<double>(*kind.window))
                                    : static_cast<double>(tokens);
    bytes += static_cast<double>(kind.layers) * element * seen *
             (kind.cache_elements + kind.index_cache_elements);
  }
  return Bytes(bytes);
}

}  // namespace tokenfab

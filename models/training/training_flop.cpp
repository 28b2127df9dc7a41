// SPDX-License-Identifier: Apache-2.0
#include "models/training/training_flop.hpp"

#include <algorithm>

#include "models/training/training_weights.hpp"

namespace tokenfab {
namespace {

/// Forward, of one token.
struct TokenFlop {
  double layers = 0;
  double inner_width = 0;     // of that, what feed-forward recomputation makes again
  double up_projections = 0;  // of latent attention
  double head = 0;
  double attention = 0;
};

TokenFlop token_flop(const TransformerConfig& model, std::int64_t sequence_length) {
  TokenFlop flop;
  for (const auto& p : matrix_products(model)) {
    const bool is_routed = p.rows == ProductRows::RoutedTokens;
    const double weights = static_cast<double>(p.n) * static_cast<double>(p.k) *
                           static_cast<double>(p.count * (is_routed ? p.top_k : 1));
    if (p.rows == ProductRows::SampledTokens) {
      flop.head += 2 * weights;
      continue;
    }
    flop.layers += 2 * weights;
    if (p.name.ends_with("gate and up")) {
      flop.inner_width += 2 * weights;
    } else if (p.name == "q_b" || p.name == "kv_b") {
      flop.up_projections += 2 * weights;
    }
  }
  const auto sequence = static_cast<double>(sequence_length);
  for (const auto& kind : attention_layers(model)) {
    const auto reach =
        std::min(sequence, static_cast<double>(kind.window.value_or(sequence_length)));
    flop.attention += static_cast<double>(kind.layers) * kind.prefill_flop_per_pair() * reach *
                      (1 - reach / (2 * sequence));
  }
  flop.attention += recurrence_flop_per_token(model);
  return flop;
}

}  // namespace

TrainingFlop training_flop(const TransformerConfig& model, const TrainingConfig& config) {
  auto flop = token_flop(model, config.sequence_length);
  if (const auto more = trained_mtp_layers(model, config); more > 0) {
    const auto one = token_flop(mtp_layer(model), config.sequence_length);
    const auto count = static_cast<double>(more);
    flop.layers += count * one.layers;
    flop.inner_width += count * one.inner_width;
    flop.up_projections += count * one.up_projections;
    flop.head += count * one.head;
    flop.attention += count * one.attention;
  }
  const double gradients = config.adapters ? 1 : 2;
  TrainingFlop all;
  const double tokens = config.tokens_per_step();
  all.model = tokens * ((1 + gradients) * (flop.layers + flop.head) + 3 * flop.attention);
  double again = 0;
  switch (config.recompute) {
    case Recompute::None:
      break;
    case Recompute::Selective:
      again = flop.attention;
      break;
    case Recompute::MlaUpProjections:
      again = flop.up_projections;
      break;
    case Recompute::FeedForward:
      again = flop.inner_width;
      break;
    case Recompute::Full:
      again = flop.layers + flop.attention;
      break;
  }
  all.hardware = all.model + tokens * again;
  return all;
}

}  // namespace tokenfab

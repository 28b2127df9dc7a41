// SPDX-License-Identifier: Apache-2.0
// What does not fit together in an architecture whose fields are each in range.
#include <fmt/format.h>

#include "models/llm/compressed_attention.hpp"
#include "models/llm/transformer.hpp"

namespace tokenfab {
namespace {

/// Beyond any model imaginable: a hundred times the largest announced.
constexpr double parameters_max = 1e14;

using Sentences = std::vector<std::string>;

/// Sizes that later checks divide by.
void check_positive(const TransformerConfig& c, Sentences& found) {
  const auto require = [&](const char* name, std::int64_t value) {
    if (value < 1) {
      found.push_back(fmt::format("{} is {}; it must be at least 1", name, value));
    }
  };
  require("num_hidden_layers", c.num_hidden_layers);
  require("hidden_size", c.hidden_size);
  require("num_attention_heads", c.num_attention_heads);
  require("num_key_value_heads", c.num_key_value_heads);
  require("vocab_size", c.vocab_size);
}

void check_heads(const TransformerConfig& c, Sentences& found) {
  if (!c.head_dim && !c.latent_attention && c.hidden_size % c.num_attention_heads != 0) {
    found.push_back(fmt::format(
        "hidden_size {} is not a multiple of num_attention_heads {}, and no head_dim is given",
        c.hidden_size, c.num_attention_heads));
  }
  if (!c.latent_attention && c.num_attention_heads % c.num_key_value_heads != 0) {
    found.push_back(
        fmt::format("num_attention_heads {} is not a multiple of num_key_value_heads {}",
                    c.num_attention_heads, c.num_key_value_heads));
  }
  if (c.window_attention) {
    const auto heads = c.window_attention->num_attention_heads.value_or(c.num_attention_heads);
    const auto kv_heads = c.window_attention->num_key_value_heads.value_or(c.num_key_value_heads);
    if (kv_heads < 1 || heads % kv_heads != 0) {
      found.push_back(fmt::format(
          "window_attention: num_attention_heads {} is not a multiple of num_key_value_heads {}",
          heads, kv_heads));
    }
  }
  if (c.latent_attention && c.attention_k_eq_v) {
    found.push_back("attention_k_eq_v and latent_attention exclude each other");
  }
}

/// Every layer is a mixer, a feed-forward network, or both.
void check_layers(const TransformerConfig& c, Sentences& found) {
  const auto window = c.window_attention ? c.window_attention->layers : 0;
  const auto linear = c.linear_attention ? c.linear_attention->layers : 0;
  const auto moe = c.mixture ? c.mixture->layers : 0;
  const auto layers = c.num_hidden_layers;
  if (c.full_layers() < 0 || c.mixer_layers() > layers) {
    found.push_back(fmt::format(
        "the attention layers (full_attention_layers {}, window_attention {}, linear_attention "
        "{}) are more than num_hidden_layers {}",
        c.full_attention_layers.value_or(0), window, linear, layers));
  }
  if (c.dense_layers() < 0 || c.ffn_layers() > layers) {
    found.push_back(
        fmt::format("the feed-forward layers (dense_ffn_layers {}, mixture {}) are more than "
                    "num_hidden_layers {}",
                    c.dense_ffn_layers.value_or(0), moe, layers));
  }
  if (found.empty() && c.mixer_layers() + c.ffn_layers() < layers) {
    found.push_back(fmt::format(
        "{} attention layers and {} feed-forward layers do not make num_hidden_layers {}",
        c.mixer_layers(), c.ffn_layers(), layers));
  }
  if (c.dense_layers() > 0 && c.intermediate_size == 0) {
    found.push_back(fmt::format(
        "intermediate_size is missing or 0, but {} layers have a dense feed-forward network",
        c.dense_layers()));
  }
  if (c.latent_attention && c.full_layers() == 0) {
    found.push_back("latent_attention is given, but no layer has full attention");
  }
}

void check_sparse(const TransformerConfig& c, Sentences& found) {
  if (!c.sparse_attention) {
    return;
  }
  if (c.sparse_layers() > c.full_layers()) {
    found.push_back(fmt::format("sparse_attention: layers {} is more than the {} full layers",
                                c.sparse_layers(), c.full_layers()));
  }
  if (c.index_layers() > c.sparse_layers() || c.index_layers() < 1) {
    found.push_back(
        fmt::format("sparse_attention: index_layers {} does not fit the {} sparse layers",
                    c.index_layers(), c.sparse_layers()));
  }
}

void check_mixture(const TransformerConfig& c, Sentences& found) {
  if (!c.mixture) {
    return;
  }
  if (c.mixture->num_experts_per_tok > c.mixture->num_experts) {
    found.push_back(fmt::format("num_experts_per_tok {} is more than num_experts {}",
                                c.mixture->num_experts_per_tok, c.mixture->num_experts));
  }
}

/// `parameters` must at least hold the output projection and the convolution.
void check_linear(const TransformerConfig& c, Sentences& found) {
  if (!c.linear_attention) {
    return;
  }
  const auto& linear = *c.linear_attention;
  const double least = static_cast<double>(linear.value_heads * linear.value_head_dim) *
                           static_cast<double>(c.hidden_size) +
                       static_cast<double>(linear.conv_channels * linear.conv_kernel);
  if (linear.parameters <= least) {
    found.push_back(
        fmt::format("linear_attention: parameters {:.6g} is no more than its output projection "
                    "and convolution have alone, {:.6g}",
                    linear.parameters, least));
  }
}

void check_total(const TransformerConfig& c, Sentences& found) {
  const double total = parameter_count(c).total();
  if (!(total <= parameters_max)) {
    found.push_back(fmt::format(
        "the sizes make {:.3g} parameters; more than {:.0e} cannot be meant (hidden_size, "
        "num_hidden_layers, num_experts)",
        total, parameters_max));
  }
}

}  // namespace

std::vector<std::string> contradictions(const TransformerConfig& config) {
  Sentences found;
  check_positive(config, found);
  if (!found.empty()) {
    return found;
  }
  check_layers(config, found);
  check_heads(config, found);
  check_sparse(config, found);
  if (config.compressed_attention && found.empty()) {
    found = compressed_contradictions(config);
  }
  check_mixture(config, found);
  check_linear(config, found);
  if (found.empty()) {
    check_total(config, found);
  }
  return found;
}

}  // namespace tokenfab

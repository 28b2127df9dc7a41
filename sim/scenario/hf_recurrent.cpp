// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/hf_recurrent.hpp"

namespace tokenfab {
namespace {

using C = LinearAttentionConfig;

double as_double(std::int64_t value) { return static_cast<double>(value); }

constexpr ValueRange kernel_range{1, 1e4};
constexpr ValueRange groups_range{1, 1e4};

/// Gated delta net (Qwen3-Next and 3.5, arXiv:2412.06464): queries, keys, values and output gate,
/// two gates per value head, a convolution over queries, keys and values.
LinearAttentionConfig read_delta_net(HfReader& reader, const TransformerConfig& config) {
  LinearAttentionConfig linear;
  const auto key_heads =
      reader.required_count({"linear_num_key_heads"}, hf_range<C>("value_heads"));
  linear.value_heads =
      reader.required_count({"linear_num_value_heads"}, hf_range<C>("value_heads"));
  linear.key_head_dim = reader.required_count({"linear_key_head_dim"}, hf_range<C>("key_head_dim"));
  linear.value_head_dim =
      reader.required_count({"linear_value_head_dim"}, hf_range<C>("value_head_dim"));
  linear.conv_kernel = reader.required_count({"linear_conv_kernel_dim"}, kernel_range);
  const auto keys = key_heads * linear.key_head_dim;
  const auto values = linear.value_heads * linear.value_head_dim;
  linear.conv_channels = 2 * keys + values;
  const auto hidden = as_double(config.hidden_size);
  linear.parameters = hidden * as_double(2 * keys + 2 * values + 2 * linear.value_heads) +
                      as_double(values) * hidden +
                      as_double(linear.conv_channels) * as_double(linear.conv_kernel) +
                      as_double(2 * linear.value_heads + linear.value_head_dim);
  return linear;
}

/// Kimi delta attention (Kimi Linear, arXiv:2510.26692): decay and output gate per channel, either
/// of which may be of low rank.
LinearAttentionConfig read_delta_attention(HfReader& reader, const TransformerConfig& config) {
  LinearAttentionConfig linear;
  auto inner = reader.nested("linear_attn_config",
                             {"kda_layers", "full_attn_layers", "head_dim", "num_heads",
                              "short_conv_kernel_size", "use_full_rank_gate", "gate_lower_bound"});
  if (!inner) {
    return linear;
  }
  linear.value_heads = inner->required_count({"num_heads"}, hf_range<C>("value_heads"));
  linear.key_head_dim = inner->required_count({"head_dim"}, hf_range<C>("key_head_dim"));
  linear.value_head_dim = linear.key_head_dim;
  linear.conv_kernel = inner->required_count({"short_conv_kernel_size"}, kernel_range);
  const auto width = as_double(linear.value_heads) * as_double(linear.key_head_dim);
  linear.conv_channels = 3 * linear.value_heads * linear.key_head_dim;
  const auto hidden = as_double(config.hidden_size);
  const auto low_rank = (hidden + width) * as_double(linear.key_head_dim);
  const bool is_full_rank = inner->flag({"use_full_rank_gate"}).value_or(false);
  linear.parameters = 4 * hidden * width + low_rank + (is_full_rank ? hidden * width : low_rank) +
                      hidden * as_double(linear.value_heads) +
                      as_double(linear.conv_channels) * as_double(linear.conv_kernel) + width +
                      as_double(linear.value_heads + linear.key_head_dim);
  return linear;
}

/// Mamba-2 (arXiv:2405.21060): gate, input, B and C per group and a step per head from one
/// projection; a convolution with bias over input, B and C.
LinearAttentionConfig read_mamba(HfReader& reader, const TransformerConfig& config) {
  LinearAttentionConfig linear;
  linear.value_heads = reader.required_count({"mamba_num_heads"}, hf_range<C>("value_heads"));
  linear.value_head_dim = reader.required_count({"mamba_head_dim"}, hf_range<C>("value_head_dim"));
  linear.key_head_dim = reader.required_count({"ssm_state_size"}, hf_range<C>("key_head_dim"));
  linear.conv_kernel = reader.required_count({"conv_kernel"}, kernel_range);
  const auto groups = reader.required_count({"n_groups"}, groups_range);
  const auto inner = linear.value_heads * linear.value_head_dim;
  linear.conv_channels = inner + 2 * groups * linear.key_head_dim;
  const auto hidden = as_double(config.hidden_size);
  linear.parameters = hidden * as_double(inner + linear.conv_channels + linear.value_heads) +
                      as_double(inner) * hidden +
                      as_double(linear.conv_channels) * as_double(linear.conv_kernel + 1) +
                      as_double(3 * linear.value_heads + inner);
  return linear;
}

/// Lightning attention (MiniMax-01, arXiv:2501.08313): queries, keys and values of every head, an
/// output gate and a norm.
LinearAttentionConfig read_lightning(const TransformerConfig& config) {
  LinearAttentionConfig linear;
  linear.value_heads = config.num_attention_heads;
  linear.key_head_dim = linear.value_head_dim = config.head_size();
  const auto width = as_double(linear.value_heads) * as_double(linear.value_head_dim);
  linear.parameters = 5 * as_double(config.hidden_size) * width + width;
  return linear;
}

}  // namespace

LinearAttentionConfig read_hf_recurrent(HfReader& reader, const TransformerConfig& config) {
  if (reader.has({"linear_attn_config"})) {
    return read_delta_attention(reader, config);
  }
  if (reader.has({"mamba_num_heads", "ssm_state_size", "mamba_head_dim"})) {
    return read_mamba(reader, config);
  }
  if (reader.has({"attn_type_list"})) {
    return read_lightning(config);
  }
  return read_delta_net(reader, config);
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/hf_compressed.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tokenfab {
namespace {

/// Layers of low compression have an indexer, those of the other ratio attend to all entries.
constexpr std::int64_t sparse_ratio_max = 8;

void read_ratios(HfReader& reader, const TransformerConfig& config,
                 CompressedAttentionConfig& compressed) {
  const Member& place = *reader.find({"compress_ratios"});
  auto ratios = reader.counts({"compress_ratios"});
  if (!ratios) {
    return;
  }
  const auto size = static_cast<std::int64_t>(ratios->size());
  if (size < config.num_hidden_layers || size > config.num_hidden_layers + config.mtp_layers) {
    reader.complain(place, fmt::format("{} entries do not fit num_hidden_layers {}", size,
                                       config.num_hidden_layers));
    return;
  }
  ratios->resize(static_cast<std::size_t>(config.num_hidden_layers));
  bool is_sparse_known = false;
  bool is_dense_known = false;
  for (const auto ratio : *ratios) {
    if (ratio == 0) {
      continue;
    }
    const bool is_sparse = ratio <= sparse_ratio_max;
    auto& known = is_sparse ? is_sparse_known : is_dense_known;
    auto& same = is_sparse ? compressed.sparse_ratio : compressed.dense_ratio;
    if (known && same != ratio) {
      reader.complain(place, fmt::format("ratios {} and {} at once are not modelled", same, ratio));
      return;
    }
    known = true;
    same = ratio;
    ++(is_sparse ? compressed.sparse_layers : compressed.dense_layers);
  }
}

}  // namespace

bool has_hf_compressed(const HfReader& reader) { return reader.has({"compress_ratios"}); }

void read_hf_compressed(HfReader& reader, TransformerConfig& config) {
  using C = CompressedAttentionConfig;
  auto& compressed = config.compressed_attention.emplace();
  compressed.q_lora_rank = reader.required_count({"q_lora_rank"}, hf_range<C>("q_lora_rank"));
  compressed.o_lora_rank = reader.required_count({"o_lora_rank"}, hf_range<C>("o_lora_rank"));
  compressed.o_groups = reader.required_count({"o_groups"}, hf_range<C>("o_groups"));
  compressed.window =
      reader.required_count({"sliding_window", "sliding_window_size"}, hf_range<C>("window"));
  read_ratios(reader, config, compressed);
  if (compressed.sparse_layers > 0) {
    compressed.top_k = reader.required_count({"index_topk"}, hf_range<C>("top_k"));
    compressed.index_heads = reader.required_count({"index_n_heads"}, hf_range<C>("index_heads"));
    compressed.index_head_dim =
        reader.required_count({"index_head_dim"}, hf_range<C>("index_head_dim"));
  }
  if (const auto streams = reader.count({"hc_mult"}, {1, 64})) {
    // Before and behind attention and network: from all streams, a weight into and out of each and
    // a matrix between them (manifold-constrained hyper-connections, arXiv:2512.24880).
    config.other_parameters = 2.0 * static_cast<double>(config.num_hidden_layers) *
                              static_cast<double>((2 + *streams) * *streams) *
                              static_cast<double>(*streams * config.hidden_size);
  }
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/hf_layers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>

#include "models/llm/transformer.hpp"
#include "sim/core/nearest.hpp"

namespace tokenfab {
namespace {

struct LayerWord {
  std::string_view word;
  HfMixer mixer;
  HfFfn ffn;
};

// Layers that are one thing only: Nemotron-H's pattern letters and their words.
constexpr std::array block_words{
    LayerWord{"M", HfMixer::Linear, HfFfn::None},
    LayerWord{"mamba", HfMixer::Linear, HfFfn::None},
    LayerWord{"*", HfMixer::Full, HfFfn::None},
    LayerWord{"attention", HfMixer::Full, HfFfn::None},
    LayerWord{"-", HfMixer::None, HfFfn::Dense},
    LayerWord{"mlp", HfMixer::None, HfFfn::Dense},
    LayerWord{"E", HfMixer::None, HfFfn::Experts},
    LayerWord{"moe", HfMixer::None, HfFfn::Experts},
};

// The words of layer_types.
constexpr std::array mixer_words{
    LayerWord{"full_attention", HfMixer::Full, HfFfn::None},
    LayerWord{"deepseek_sparse_attention", HfMixer::Full, HfFfn::None},
    LayerWord{"sliding_attention", HfMixer::Window, HfFfn::None},
    LayerWord{"chunked_attention", HfMixer::Window, HfFfn::None},
    LayerWord{"linear_attention", HfMixer::Linear, HfFfn::None},
};

constexpr std::array ffn_words{
    LayerWord{"dense", HfMixer::None, HfFfn::Dense},
    LayerWord{"sparse", HfMixer::None, HfFfn::Experts},
};

const LayerWord* find_word(std::span<const LayerWord> words, std::string_view word) {
  const auto found = std::find_if(words.begin(), words.end(),
                                  [&](const LayerWord& entry) { return entry.word == word; });
  return found == words.end() ? nullptr : &*found;
}

/// Reads layer by layer; every rule returns nothing where its keys are absent.
class LayerReader {
 public:
  LayerReader(HfReader& reader, const HfLayerHints& hints) : reader_(reader), hints_(hints) {}

  HfLayers read() {
    const auto range = hf_range<TransformerConfig>("num_hidden_layers");
    if (auto blocks = read_blocks()) {
      const auto* given = reader_.find({"num_hidden_layers", "num_layers"});
      const auto count =
          given == nullptr
              ? blocks->count()
              : reader_.count({"num_hidden_layers", "num_layers"}, range).value_or(blocks->count());
      if (count != blocks->count()) {
        reader_.complain(*given, fmt::format("{} {} contradicts the {} layers of the pattern",
                                             given->key, count, blocks->count()));
      }
      return *blocks;
    }
    count_ = reader_.required_count({"num_hidden_layers", "num_layers"}, range);
    return {read_mixers(), read_ffns()};
  }

 private:
  using Mixers = std::vector<HfMixer>;
  using Ffns = std::vector<HfFfn>;

  std::optional<HfLayers> read_blocks() {
    std::vector<std::string> words;
    const Member* place = reader_.find({"hybrid_override_pattern", "layers_block_type"});
    if (reader_.has({"hybrid_override_pattern"})) {
      for (const char letter : reader_.text({"hybrid_override_pattern"}).value_or("")) {
        words.emplace_back(1, letter);
      }
    } else if (reader_.has({"layers_block_type"})) {
      words = reader_.texts({"layers_block_type"}).value_or(words);
    } else {
      return std::nullopt;
    }
    HfLayers layers;
    for (const auto& word : words) {
      if (const auto* known = word_or_complaint(block_words, *place, word)) {
        layers.mixers.push_back(known->mixer);
        layers.ffns.push_back(known->ffn);
      }
    }
    return layers;
  }

  const LayerWord* word_or_complaint(std::span<const LayerWord> words, const Member& place,
                                     const std::string& word) {
    const auto* known = find_word(words, word);
    if (known == nullptr && !has_complained_) {
      std::vector<std::string> names;
      for (const auto& entry : words) {
        names.emplace_back(entry.word);
      }
      reader_.complain(place, fmt::format("layers of kind \"{}\" are not modelled", word),
                       did_you_mean(word, names));
      has_complained_ = true;
    }
    return known;
  }

  /// Cuts entries for multi-token-prediction layers off; complains about other lengths.
  template <class T>
  bool fits(const Member& place, std::vector<T>& list) {
    const auto size = static_cast<std::int64_t>(list.size());
    if (size < count_ || size > count_ + hints_.mtp_layers) {
      reader_.complain(place,
                       fmt::format("{} entries do not fit num_hidden_layers {}", size, count_));
      return false;
    }
    list.resize(static_cast<std::size_t>(count_));
    return true;
  }

  /// Entries of an array of numbers: `one` where they are not 0, else `zero`.
  template <class Kind>
  std::optional<std::vector<Kind>> from_counts(std::string_view key, Kind one, Kind zero) {
    const Member* place = reader_.find({key});
    if (place == nullptr || place->value.kind != NodeKind::Array) {
      return std::nullopt;
    }
    auto numbers = reader_.counts({key});
    std::vector<Kind> kinds(static_cast<std::size_t>(count_), zero);
    if (numbers && fits(*place, *numbers)) {
      std::transform(numbers->begin(), numbers->end(), kinds.begin(),
                     [&](std::int64_t number) { return number != 0 ? one : zero; });
    }
    return kinds;
  }

  Mixers repeated(HfMixer usual, HfMixer nth, std::int64_t interval) const {
    Mixers mixers;
    for (std::int64_t i = 1; i <= count_; ++i) {
      mixers.push_back(interval > 0 && i % interval == 0 ? nth : usual);
    }
    return mixers;
  }

  Mixers read_mixers() {
    if (reader_.has({"layer_types"})) {
      return mixers_by_type();
    }
    if (auto mixers = from_counts("hybrid_layer_pattern", HfMixer::Window, HfMixer::Full)) {
      return *mixers;
    }
    if (auto mixers = from_counts("attn_type_list", HfMixer::Full, HfMixer::Linear)) {
      return *mixers;
    }
    if (reader_.has({"linear_attn_config"})) {
      return mixers_by_lists();
    }
    if (const auto interval = reader_.count({"full_attention_interval"}, {1, 1e4})) {
      return repeated(HfMixer::Linear, HfMixer::Full, *interval);
    }
    return windowed_mixers();
  }

  Mixers mixers_by_type() {
    const Member* place = reader_.find({"layer_types"});
    auto types = reader_.texts({"layer_types"});
    Mixers mixers(static_cast<std::size_t>(count_), HfMixer::Full);
    if (types && fits(*place, *types)) {
      for (std::size_t i = 0; i < types->size(); ++i) {
        if (const auto* known = word_or_complaint(mixer_words, *place, (*types)[i])) {
          mixers[i] = known->mixer;
        }
      }
    }
    return mixers;
  }

  /// Kimi Linear: the layers of either kind are listed, counted from 1.
  Mixers mixers_by_lists() {
    Mixers mixers(static_cast<std::size_t>(count_), HfMixer::None);
    const Member* config = reader_.find({"linear_attn_config"});
    HfReader lists(config->value, nullptr, "/linear_attn_config", reader_.problems());
    std::int64_t listed = 0;
    const auto place = [&](std::string_view key, HfMixer kind) {
      for (const auto layer : lists.counts({key}).value_or(std::vector<std::int64_t>{})) {
        if (layer >= 1 && layer <= count_ &&
            mixers[static_cast<std::size_t>(layer - 1)] == HfMixer::None) {
          mixers[static_cast<std::size_t>(layer - 1)] = kind;
          ++listed;
        }
      }
    };
    place("kda_layers", HfMixer::Linear);
    place("full_attn_layers", HfMixer::Full);
    if (listed != count_) {
      reader_.complain(*config, fmt::format("kda_layers and full_attn_layers name {} of the {} "
                                            "layers",
                                            listed, count_));
    }
    return mixers;
  }

  Mixers windowed_mixers() {
    if (hints_.chunks_by_default && reader_.has({"attention_chunk_size"})) {
      if (auto mixers = from_counts("no_rope_layers", HfMixer::Window, HfMixer::Full)) {
        return *mixers;
      }
      // transformers' Llama4TextConfig: every fourth layer sees everything.
      const auto interval = reader_.count({"no_rope_layer_interval"}, {1, 1e4}).value_or(4);
      return repeated(HfMixer::Window, HfMixer::Full, interval);
    }
    const auto window = reader_.count({"sliding_window", "sliding_window_size"},
                                      hf_range<WindowAttentionConfig>("window"));
    const bool is_used = reader_.flag({"use_sliding_window"}).value_or(true);
    if (!window || !is_used || hints_.keeps_full || *window >= hints_.max_position) {
      return repeated(HfMixer::Full, HfMixer::Full, 0);
    }
    if (const auto pattern = reader_.count({"sliding_window_pattern"}, {1, 1e4})) {
      return repeated(HfMixer::Window, HfMixer::Full, *pattern);
    }
    if (hints_.alternates_windows) {
      return repeated(HfMixer::Window, HfMixer::Full, 2);
    }
    auto mixers = repeated(HfMixer::Window, HfMixer::Window, 0);
    const auto full = reader_.count({"max_window_layers"}, {0, 1e4}).value_or(0);
    std::fill_n(mixers.begin(), std::min(full, count_), HfMixer::Full);
    return mixers;
  }

  Ffns read_ffns() {
    Ffns ffns(static_cast<std::size_t>(count_), HfFfn::Dense);
    if (!hints_.has_experts) {
      return ffns;
    }
    if (const Member* place = reader_.find({"mlp_layer_types"})) {
      auto types = reader_.texts({"mlp_layer_types"});
      if (types && fits(*place, *types)) {
        for (std::size_t i = 0; i < types->size(); ++i) {
          if (const auto* known = word_or_complaint(ffn_words, *place, (*types)[i])) {
            ffns[i] = known->ffn;
          }
        }
      }
      return ffns;
    }
    if (auto kinds = from_counts("moe_layer_freq", HfFfn::Experts, HfFfn::Dense)) {
      return *kinds;
    }
    if (const auto listed = reader_.counts({"moe_layers"})) {
      for (const auto layer : *listed) {
        if (layer >= 0 && layer < count_) {
          ffns[static_cast<std::size_t>(layer)] = HfFfn::Experts;
        }
      }
      return ffns;
    }
    return ffns_by_step();
  }

  /// DeepSeek, Qwen, Llama 4: experts from some layer on, in every n-th layer, or not in a list.
  Ffns ffns_by_step() {
    Ffns ffns(static_cast<std::size_t>(count_), HfFfn::Dense);
    const auto first = reader_.count({"first_k_dense_replace"}, {0, 1e4}).value_or(0);
    const auto frequency = reader_.count({"moe_layer_freq"}, {1, 1e4}).value_or(1);
    const auto step =
        reader_.count({"decoder_sparse_step", "interleave_moe_layer_step"}, {1, 1e4}).value_or(1);
    const auto dense = reader_.counts({"mlp_only_layers"}).value_or(std::vector<std::int64_t>{});
    for (std::int64_t i = 0; i < count_; ++i) {
      const bool is_listed = std::find(dense.begin(), dense.end(), i) != dense.end();
      if (i >= first && i % frequency == 0 && (i + 1) % step == 0 && !is_listed) {
        ffns[static_cast<std::size_t>(i)] = HfFfn::Experts;
      }
    }
    return ffns;
  }

  HfReader& reader_;
  const HfLayerHints& hints_;
  std::int64_t count_ = 0;
  bool has_complained_ = false;
};

}  // namespace

std::int64_t HfLayers::count(HfMixer kind) const {
  return std::count(mixers.begin(), mixers.end(), kind);
}

std::int64_t HfLayers::count(HfFfn kind) const {
  return std::count(ffns.begin(), ffns.end(), kind);
}

HfLayers read_hf_layers(HfReader& reader, const HfLayerHints& hints) {
  return LayerReader(reader, hints).read();
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// Layers found by architecture search (Llama-Nemotron, arXiv:2411.19146): each has its own width,
// some have no attention. Memory and work are linear in the width, so that its mean stands for all.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/scenario/hf_layers.hpp"

namespace tokenfab {
namespace {

/// Width of a network given as a multiple of hidden_size: two thirds of it for the gated form, and
/// then up to a multiple of 256, as the family's own configuration code has it.
std::int64_t network_width(double multiple, std::int64_t hidden_size) {
  const auto width = static_cast<std::int64_t>(2 * multiple * static_cast<double>(hidden_size) / 3);
  return (width + 255) / 256 * 256;
}

class BlockReader {
 public:
  BlockReader(HfReader& reader, const Member& list, std::int64_t hidden_size, std::int64_t heads)
      : reader_(reader), list_(list), hidden_size_(hidden_size), heads_(heads) {}

  HfBlocks read() {
    if (list_.value.kind != NodeKind::Array) {
      complain("expected an array, found " + describe_value(list_.value));
      return blocks_;
    }
    for (std::size_t i = 0; i < list_.value.items.size(); ++i) {
      const auto& item = list_.value.items[i];
      const auto pointer = child_pointer(reader_.pointer() + "/block_configs", std::to_string(i));
      HfReader block(item, nullptr, pointer, reader_.problems());
      read_attention(block);
      read_network(block);
    }
    const auto networks = static_cast<double>(blocks_.layers.count(HfFfn::Dense));
    blocks_.intermediate_size = networks == 0 ? 0 : std::llround(width_sum_ / networks);
    if (blocks_.num_key_value_heads == 0) {
      blocks_.num_key_value_heads = heads_;
    }
    return blocks_;
  }

 private:
  void complain(std::string message) {
    if (!has_complained_) {
      reader_.complain(list_, std::move(message));
    }
    has_complained_ = true;
  }

  void read_attention(HfReader& block) {
    auto attention =
        block.nested("attention", {"n_heads_in_group", "no_op", "num_sink_tokens",
                                   "replace_with_linear", "sparsify", "unshifted_sink",
                                   "use_prefill_window_in_sink_attention", "window_length"});
    const bool is_absent = !attention || attention->flag({"no_op"}).value_or(false);
    blocks_.layers.mixers.push_back(is_absent ? HfMixer::None : HfMixer::Full);
    if (is_absent) {
      return;
    }
    if (attention->flag({"replace_with_linear"}).value_or(false) ||
        attention->has({"window_length"}) || attention->has({"num_sink_tokens"})) {
      complain("blocks with linear or windowed attention are not modelled");
    }
    const auto group = attention->required_count({"n_heads_in_group"}, {1, 1e4});
    const auto kv_heads = std::max<std::int64_t>(1, heads_ / group);
    if (blocks_.num_key_value_heads != 0 && blocks_.num_key_value_heads != kv_heads) {
      complain("blocks with different numbers of key and value heads are not modelled");
    }
    blocks_.num_key_value_heads = kv_heads;
  }

  void read_network(HfReader& block) {
    auto network = block.nested("ffn", {"ffn_mult", "no_op", "replace_with_linear", "sparsify"});
    const bool is_absent = !network || network->flag({"no_op"}).value_or(false);
    blocks_.layers.ffns.push_back(is_absent ? HfFfn::None : HfFfn::Dense);
    if (is_absent) {
      return;
    }
    if (network->flag({"replace_with_linear"}).value_or(false)) {
      complain("blocks with a linear layer for a network are not modelled");
    }
    const Member* multiple = network->find({"ffn_mult"});
    const bool is_number = multiple != nullptr && (multiple->value.kind == NodeKind::Number ||
                                                   multiple->value.kind == NodeKind::Integer);
    const double value = !is_number ? 0
                         : multiple->value.kind == NodeKind::Number
                             ? multiple->value.number
                             : static_cast<double>(multiple->value.integer);
    if (!(value > 0 && value < 1e3)) {
      network->complain_here("\"ffn_mult\" is missing or no number between 0 and 1000");
      return;
    }
    width_sum_ += static_cast<double>(network_width(value, hidden_size_));
  }

  HfReader& reader_;
  const Member& list_;
  std::int64_t hidden_size_;
  std::int64_t heads_;
  HfBlocks blocks_;
  double width_sum_ = 0;
  bool has_complained_ = false;
};

}  // namespace

std::optional<HfBlocks> read_hf_blocks(HfReader& reader, std::int64_t hidden_size,
                                       std::int64_t num_attention_heads) {
  const Member* list = reader.find({"block_configs"});
  if (list == nullptr) {
    return std::nullopt;
  }
  return BlockReader(reader, *list, hidden_size, num_attention_heads).read();
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/hf_config.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include "sim/scenario/hf_attention.hpp"
#include "sim/scenario/hf_compressed.hpp"
#include "sim/scenario/hf_precision.hpp"

namespace tokenfab {
namespace {

const HfReader::Names text_parts = {"text_config", "llm_config", "language_config"};
const HfReader::Names expert_names = {"n_routed_experts", "num_local_experts", "num_experts"};

void read_mixture(HfReader& reader, const HfFamily& family, const HfLayers& layers,
                  TransformerConfig& config) {
  using C = MixtureConfig;
  auto& mixture = config.mixture.emplace();
  mixture.layers = layers.count(HfFfn::Experts);
  mixture.num_experts = reader.required_count(expert_names, hf_range<C>("num_experts"));
  mixture.num_experts_per_tok = reader.required_count(
      {"num_experts_per_tok", "num_experts_per_token", "experts_per_token", "top_k_experts"},
      hf_range<C>("num_experts_per_tok"));
  const auto width = hf_range<C>("moe_intermediate_size");
  mixture.moe_intermediate_size =
      reader.has({"moe_intermediate_size", "expert_intermediate_size"})
          ? reader.required_count({"moe_intermediate_size", "expert_intermediate_size"}, width)
          : reader.required_count({"intermediate_size", "ffn_hidden_size"}, width);
  mixture.latent_size =
      reader.count({"moe_latent_size", "routed_expert_hidden_size"}, hf_range<C>("latent_size"))
          .value_or(0);
  const auto shared_count = reader.count({"n_shared_experts", "num_shared_experts"}, {0, 1e4});
  const auto shared_width =
      reader.count({"shared_expert_intermediate_size", "moe_shared_expert_intermediate_size",
                    "shared_intermediate_size", "share_expert_dim"},
                   hf_range<C>("shared_intermediate_size"));
  if (shared_width) {
    mixture.shared_intermediate_size = *shared_width * shared_count.value_or(1);
  } else if (shared_count || family.has_shared_expert) {
    mixture.shared_intermediate_size = mixture.moe_intermediate_size * shared_count.value_or(1);
  }
  if (family.has_dense_beside_experts) {
    mixture.shared_intermediate_size = config.intermediate_size;
  }
}

void read_networks(HfReader& reader, const HfFamily& family, const HfLayers& layers,
                   TransformerConfig& config) {
  const auto width = hf_range<TransformerConfig>("intermediate_size");
  if (config.intermediate_size == 0 &&
      (layers.count(HfFfn::Dense) > 0 || family.has_dense_beside_experts)) {
    const bool is_special = reader.has({"dense_intermediate_size", "intermediate_size_mlp"});
    config.intermediate_size =
        is_special
            ? reader.required_count({"dense_intermediate_size", "intermediate_size_mlp"}, width)
            : reader.required_count({"intermediate_size", "ffn_hidden_size"}, width);
  }
  const auto activation =
      reader.text({"mlp_hidden_act", "hidden_act", "hidden_activation"}).value_or("silu");
  config.gated_mlp = !family.ungated_mlp && activation != "relu2";
  config.mlp_bias = reader.flag({"mlp_bias"}).value_or(family.mlp_bias);
  if (layers.count(HfFfn::Experts) > 0) {
    read_mixture(reader, family, layers, config);
  }
  if (layers.count(HfFfn::Dense) == 0) {
    config.intermediate_size = 0;
  }
  if (config.mixture || layers.count(HfFfn::None) > 0) {
    config.dense_ffn_layers = layers.count(HfFfn::Dense);
  }
}

std::int64_t read_mtp_layers(HfReader& reader) {
  if (!reader.flag({"use_mtp"}).value_or(true)) {
    return 0;
  }
  const ValueRange range{0, 100};
  if (const auto layers = reader.count({"num_nextn_predict_layers"}, range)) {
    return *layers;
  }
  if (const auto layers = reader.count({"mtp_num_hidden_layers"}, range)) {
    return *layers;
  }
  return reader.count({"num_mtp_modules"}, range).value_or(0) *
         std::min<std::int64_t>(reader.count({"mtp_transformer_layers"}, range).value_or(1), 100);
}

/// Shows what contradicts itself at the first key that the sentence names.
void tell_contradictions(HfReader& reader, const TransformerConfig& config) {
  for (const auto& sentence : contradictions(config)) {
    const Member* named = nullptr;
    auto first = std::string::npos;
    for (const auto& member : reader.object().members) {
      const auto at = sentence.find(member.key);
      if (member.key.size() > 4 && at < first) {
        first = at;
        named = &member;
      }
    }
    if (named != nullptr) {
      reader.complain(*named, sentence);
    } else {
      reader.complain_here(sentence);
    }
  }
}

TransformerConfig read_architecture(HfReader& reader, const HfFamily& family) {
  using C = TransformerConfig;
  TransformerConfig config;
  config.hidden_size = reader.required_count({"hidden_size"}, hf_range<C>("hidden_size"));
  config.vocab_size = reader.required_count({"vocab_size"}, hf_range<C>("vocab_size"));
  config.max_position_embeddings = reader.required_count(
      {"max_position_embeddings", "max_sequence_length"}, hf_range<C>("max_position_embeddings"));
  config.tie_word_embeddings =
      reader.flag({"tie_word_embeddings"}).value_or(family.ties_embeddings);
  config.mtp_layers = read_mtp_layers(reader);
  HfLayerHints hints;
  if (reader.has({"moe_intermediate_size", "num_experts_per_tok"}) && !reader.has(expert_names)) {
    reader.required_count(expert_names, hf_range<MixtureConfig>("num_experts"));
  }
  hints.has_experts = reader.count(expert_names, {0, 1e18}).value_or(0) > 0 &&
                      reader.flag({"enable_moe_block"}).value_or(true);
  hints.chunks_by_default = family.chunks_attention;
  hints.alternates_windows = family.alternates_windows;
  hints.keeps_full = has_hf_compressed(reader);
  hints.mtp_layers = config.mtp_layers;
  hints.max_position = config.max_position_embeddings;
  HfLayers layers;
  if (const auto heads = reader.count({"num_attention_heads"}, {1, 1e4});
      auto blocks = read_hf_blocks(reader, config.hidden_size, heads.value_or(1))) {
    layers = blocks->layers;
    config.intermediate_size = blocks->intermediate_size;
    config.num_key_value_heads = blocks->num_key_value_heads;
  } else {
    layers = read_hf_layers(reader, hints);
  }
  config.num_hidden_layers = layers.count();
  read_hf_attention(reader, family, layers, config);
  read_networks(reader, family, layers, config);
  return config;
}

[[noreturn]] void refuse_file(const std::string& path, std::string message) {
  throw ConfigError({{{path, 0, 0}, "", std::move(message), ""}});
}

/// Replaces a word of Python's by a number of the same length, so that columns stay right.
void replace_word(std::string& text, std::size_t at, std::string_view word,
                  std::string_view number) {
  text.replace(at, word.size(), fmt::format("{:<{}}", number, word.size()));
}

}  // namespace

HfModel read_hf_config(const Node& document, std::vector<Problem>& problems) {
  HfModel model;
  const auto before = problems.size();
  if (document.kind != NodeKind::Object) {
    problems.push_back({document.mark.place(), "",
                        "expected the object of a config.json, found " + describe_value(document),
                        ""});
    return model;
  }
  HfReader outermost(document, nullptr, "", problems);
  const Member* text = outermost.find(text_parts);
  if (text != nullptr && text->value.kind != NodeKind::Object) {
    outermost.complain(*text, "expected an object, found " + describe_value(text->value));
    return model;
  }
  HfReader reader = text == nullptr
                        ? outermost
                        : HfReader(text->value, &document, child_pointer("", text->key), problems);
  const auto family = hf_family(reader.text({"model_type"}).value_or(""));
  if (!family.refusal.empty()) {
    reader.complain(*reader.find({"model_type"}), fmt::format("the family {} is not modelled: {}",
                                                              family.model_type, family.refusal));
    return model;
  }
  if (reader.refuse_unknown_keys()) {
    return model;  // what else seems wrong would follow from this
  }
  model.architecture = read_architecture(reader, family);
  if (problems.size() == before) {
    tell_contradictions(reader, model.architecture);
  }
  if (problems.size() != before) {
    return model;
  }
  auto& architecture = model.architecture;
  architecture.family = outermost.text({"model_type"}).value_or("");
  architecture.mtp_parameters =
      static_cast<double>(architecture.mtp_layers) * mtp_layer_parameters(architecture);
  const Member* quantization = reader.find({"quantization_config", "compression_config"});
  const Member* dtype = reader.find({"dtype", "torch_dtype"});
  const auto precision = hf_precision(quantization == nullptr ? nullptr : &quantization->value,
                                      dtype == nullptr ? nullptr : &dtype->value);
  model.precision = precision.weights;
  model.kv_cache_precision = precision.kv_cache;
  return model;
}

Node parse_hf_document(std::string text, const std::string& file) {
  bool is_in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') {
      is_in_string = !is_in_string;
    } else if (text[i] == '\\' && is_in_string) {
      ++i;
    } else if (!is_in_string && text.compare(i, 8, "Infinity") == 0) {
      replace_word(text, i, "Infinity", "1e308");
    } else if (!is_in_string && text.compare(i, 3, "NaN") == 0) {
      replace_word(text, i, "NaN", "0");
    }
  }
  return parse_document(text, file);
}

Node load_hf_document(const std::string& path) {
  std::error_code error;
  const bool is_folder = std::filesystem::is_directory(path, error);
  const auto file = is_folder ? (std::filesystem::path(path) / "config.json").string() : path;
  std::ifstream stream(file, std::ios::binary);
  if (!stream) {
    refuse_file(file, fmt::format("cannot open the file: {}", std::strerror(errno)));
  }
  return parse_hf_document({std::istreambuf_iterator<char>(stream), {}}, file);
}

}  // namespace tokenfab

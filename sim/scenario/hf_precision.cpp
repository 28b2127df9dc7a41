// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/hf_precision.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

namespace tokenfab {
namespace {

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

std::string text_at(const Node& object, std::string_view key) {
  const Node* node = object.find(key);
  return node != nullptr && node->kind == NodeKind::String ? lower(node->text) : "";
}

/// {"num_bits": 4, "type": "int"} is int4; 4-bit floats are named after their group of scales.
std::string bits_name(const Node& scheme) {
  const Node* bits = scheme.find("num_bits");
  if (bits == nullptr || bits->kind != NodeKind::Integer) {
    return "";
  }
  if (text_at(scheme, "type") == "int") {
    return fmt::format("int{}", bits->integer);
  }
  const Node* group = scheme.find("group_size");
  const auto size = group != nullptr && group->kind == NodeKind::Integer ? group->integer : 0;
  if (bits->integer == 4) {
    return size == 16 ? "nvfp4" : size == 32 ? "mxfp4" : "fp4";
  }
  return fmt::format("fp{}", bits->integer);
}

std::string groups_name(const Node& quantization) {
  std::string names;
  const Node* groups = quantization.find("config_groups");
  for (std::size_t i = 0; groups != nullptr && i < groups->members.size(); ++i) {
    const Node* weights = groups->members[i].value.find("weights");
    const auto name = weights == nullptr ? "" : bits_name(*weights);
    if (!name.empty() && names.find(name) == std::string::npos) {
      names += (names.empty() ? "" : " and ") + name;
    }
  }
  return names;
}

std::string weights_name(const Node& quantization) {
  const auto groups = groups_name(quantization);
  const auto algorithm = text_at(quantization, "quant_algo");
  const auto method = text_at(quantization, "quant_method");
  const auto experts = text_at(quantization, "moe_quant_algo");
  if (!experts.empty()) {
    return method.empty() || method == "modelopt" ? experts : experts + " and " + method;
  }
  if (!groups.empty()) {
    return groups;
  }
  if (!algorithm.empty()) {
    return algorithm;
  }
  if (const Node* bits = quantization.find("bits"); bits && bits->kind == NodeKind::Integer) {
    return fmt::format("int{}", bits->integer);  // awq, gptq
  }
  return method.empty() ? "unknown" : method;
}

std::string dtype_name(const std::string& dtype) {
  if (dtype == "bfloat16") {
    return "bf16";
  }
  if (dtype == "float16") {
    return "fp16";
  }
  return dtype == "float32" ? "fp32" : dtype;
}

}  // namespace

HfPrecision hf_precision(const Node* quantization, const Node* dtype) {
  HfPrecision precision;
  if (quantization == nullptr || quantization->kind != NodeKind::Object) {
    const bool is_named = dtype != nullptr && dtype->kind == NodeKind::String;
    precision.weights = is_named ? dtype_name(lower(dtype->text)) : "bf16";
    return precision;
  }
  precision.weights = weights_name(*quantization);
  const Node* cache = quantization->find("kv_cache_scheme");
  if (cache != nullptr && cache->kind == NodeKind::Object) {
    precision.kv_cache = bits_name(*cache);
  } else {
    precision.kv_cache = text_at(*quantization, "kv_cache_scheme");
  }
  if (precision.kv_cache.empty()) {
    precision.kv_cache = text_at(*quantization, "kv_cache_quant_algo");
  }
  return precision;
}

}  // namespace tokenfab

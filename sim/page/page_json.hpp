// SPDX-License-Identifier: Apache-2.0
// The data of charts as a JSON tree.
#pragma once

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "sim/config/document.hpp"
#include "sim/page/markup.hpp"
#include "sim/page/thinning.hpp"

namespace tokenfab::json {

inline Node text(std::string value) { return make_text(std::move(value), {}); }
/// Null if there is no such number in JSON.
inline Node number(double value) {
  const bool is_whole = value == std::floor(value) && std::abs(value) < 9e15;
  return !std::isfinite(value) ? make_node(NodeKind::Null, {})
         : is_whole            ? make_integer(static_cast<std::int64_t>(value), {})
                               : make_number(value, {});
}
inline Node boolean(bool value) { return make_boolean(value, {}); }

inline Node array(std::vector<Node> items = {}) {
  auto node = make_node(NodeKind::Array, {});
  node.items = std::move(items);
  return node;
}

inline Node object(std::vector<std::pair<std::string, Node>> members) {
  auto node = make_object({});
  for (auto& [key, value] : members) {
    add_member(node, key, std::move(value));
  }
  return node;
}

/// {"offset", "scale", "steps"}; a line that always has the same value needs no steps.
inline Node line(const std::vector<double>& values) {
  const auto packed = quantized(values);
  bool is_constant = packed.scale == 0;
  for (const double value : values) {
    is_constant = is_constant && std::isfinite(value);
  }
  return object({{"offset", number(packed.offset)},
                 {"scale", number(packed.scale)},
                 {"steps", text(is_constant ? std::string() : base64(packed.bytes))}});
}

}  // namespace tokenfab::json

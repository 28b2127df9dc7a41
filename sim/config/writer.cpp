// SPDX-License-Identifier: Apache-2.0
#include "sim/config/writer.hpp"

#include <cstdint>
#include <optional>
#include <utility>
#include <variant>

#include "sim/core/check.hpp"
#include "sim/core/unit_parser.hpp"

namespace tokenfab {
namespace {

constexpr int indent_width = 2;

Node number_node(const Field& field, double value) {
  if (field.type == FieldType::Quantity) {
    return make_text(format_quantity(value, field.dimension), {});
  }
  return field.type == FieldType::Temperature ? make_text(format_temperature(Celsius(value)), {})
                                              : make_number(value, {});
}

}  // namespace

std::optional<Node> scalar_node(const Field& field, const FieldValue& value) {
  if (const auto* boolean = std::get_if<bool>(&value)) {
    return make_boolean(*boolean, {});
  }
  if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    return make_integer(*integer, {});
  }
  if (const auto* number = std::get_if<double>(&value)) {
    return number_node(field, *number);
  }
  if (const auto* text = std::get_if<std::string>(&value)) {
    return make_text(*text, {});
  }
  if (const auto* texts = std::get_if<std::vector<std::string>>(&value)) {
    Node array = make_node(NodeKind::Array, {});
    for (const auto& text : *texts) {
      array.items.push_back(make_text(text, {}));
    }
    return array;
  }
  return std::nullopt;
}

namespace {

Node numbers_node(const Field& field, const void* object) {
  Node node = make_object({});
  for (const auto& [name, value] : *field.numbers_const(object)) {
    add_member(node, name, make_number(value, {}));
  }
  return node;
}

Node map_node(const PluginTable& plugins, const Field& field, const void* object) {
  Node node = make_object({});
  for (const auto& [name, entry] : field.entries(object)) {
    add_member(node, name, resolved_document(plugins, field.nested(), entry));
  }
  return node;
}

void append_members(Node& target, Node source) {
  for (auto& member : source.members) {
    target.members.push_back(std::move(member));
  }
}

std::optional<Node> plugin_node(const PluginTable& plugins, const Field& field,
                                const void* object) {
  const PluginConfig& chosen = *field.plugin_const(object);
  if (chosen.model.empty()) {
    return std::nullopt;
  }
  const auto* entry = plugins.find(field.plugin_kind, chosen.model);
  CHECK(entry != nullptr && chosen.config != nullptr, "field {} model {}", field.key, chosen.model);
  Node node = make_object({});
  add_member(node, "model", make_text(chosen.model, {}));
  append_members(node, resolved_document(plugins, entry->schema(), chosen.config.get()));
  return node;
}

std::optional<Node> field_node(const PluginTable& plugins, const Field& field, const void* object) {
  switch (field.type) {
    case FieldType::Numbers:
      return numbers_node(field, object);
    case FieldType::Struct: {
      const void* nested = field.sub_const(object);
      return nested == nullptr ? std::nullopt
                               : std::optional(resolved_document(plugins, field.nested(), nested));
    }
    case FieldType::Map:
      return map_node(plugins, field, object);
    case FieldType::Plugin:
      return plugin_node(plugins, field, object);
    default:
      return scalar_node(field, field.get(object));
  }
}

}  // namespace

Node resolved_document(const PluginTable& plugins, const Schema& schema, const void* object) {
  Node document = make_object({});
  for (const auto& field : schema.fields) {
    auto node = field_node(plugins, field, object);
    if (node && field.is_inline) {
      append_members(document, std::move(*node));
    } else if (node) {
      add_member(document, field.key, std::move(*node));
    }
  }
  return document;
}

std::string write_resolved(const PluginTable& plugins, const Schema& schema, const void* object) {
  return to_json(resolved_document(plugins, schema, object), indent_width) + "\n";
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "sim/config/short_forms.hpp"

#include <string>
#include <utility>

namespace tokenfab {
namespace {

/// Writes out the short forms in a catalogue entry, so that overrides merge into them: over
/// "chip": "h100-sxm", {"chip": {"power_limit": ...}} must keep the name.
void expand_short_forms(const Schema& schema, Node& object) {
  for (const auto& field : schema.fields) {
    Node* value = object.find(field.key);
    if (value == nullptr || field.is_inline) {  // an inline "model" is a plain name already
      continue;
    }
    if (field.type == FieldType::Plugin) {
      *value = plugin_object(field, *value);
    } else if (field.type == FieldType::Struct && value->kind == NodeKind::Object) {
      expand_short_forms(field.nested(), *value);
    } else if (field.type == FieldType::Struct && value->kind == NodeKind::String &&
               !field.catalogue.empty()) {
      Node use = make_object(value->mark);
      add_member(use, std::string(use_key), std::move(*value));
      *value = std::move(use);
    }
  }
}

/// Whether a new value of `field` names another catalogue entry or model than the old one.
bool names_other_base(const Field& field, const Node& old_value, const Node& new_value) {
  if (field.type != FieldType::Plugin && field.catalogue.empty()) {
    return false;
  }
  const auto key = field.type == FieldType::Plugin ? model_key : use_key;
  const Node* old_name = old_value.find(key);
  const Node* new_name = new_value.find(key);
  return new_name != nullptr && (old_name == nullptr || old_name->text != new_name->text);
}

}  // namespace

Node plugin_object(const Field& field, const Node& node) {
  Node object = make_object(node.mark);
  const bool is_number = node.kind == NodeKind::Integer || node.kind == NodeKind::Number;
  if (node.kind == NodeKind::String) {
    add_member(object, std::string(model_key), node);
  } else if (is_number && !field.number_model.empty()) {
    add_member(object, std::string(model_key), make_text(field.number_model, node.mark));
    add_member(object, "value", node);
  } else {
    return node;
  }
  return object;
}

void merge_overrides(Node& entry, const Field& field, const Node& node) {
  if (field.nested != nullptr) {
    expand_short_forms(field.nested(), entry);
    for (const auto& inner : field.nested().fields) {
      Node* old_value = entry.find(inner.key);
      const Node* new_value = node.find(inner.key);
      if (old_value != nullptr && new_value != nullptr &&
          names_other_base(inner, *old_value, *new_value)) {
        *old_value = Node{};  // what belonged to the old base would not fit the new one
      }
    }
  }
  Node overrides = node;
  std::erase_if(overrides.members, [](const Member& member) { return member.key == use_key; });
  merge_patch(entry, overrides);
}

}  // namespace tokenfab

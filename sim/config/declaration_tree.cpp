// SPDX-License-Identifier: Apache-2.0
#include "sim/config/declaration_tree.hpp"

#include "sim/config/document.hpp"
#include "sim/config/writer.hpp"

namespace tokenfab {
namespace {

constexpr const char* any_name = "*";

bool is_scalar(const Field& field) {
  return field.type != FieldType::Struct && field.type != FieldType::Map &&
         field.type != FieldType::Plugin && field.type != FieldType::Numbers;
}

}  // namespace

DeclarationTree::Children DeclarationTree::children(const Declared& place) {
  if (place.field == nullptr) {
    return fields_of(schema_, root_, "");
  }
  const Field& field = *place.field;
  if (place.model != nullptr) {
    return fields_of(place.model->schema(), config_of(*place.model), place.pointer);
  }
  if (field.type == FieldType::Plugin) {
    return models_of(place);
  }
  if (field.type == FieldType::Struct) {
    return fields_of(field.nested(), field.sub(place.owner), place.pointer);
  }
  const bool has_names = field.type == FieldType::Map || field.type == FieldType::Numbers;
  if (!has_names || (field.type == FieldType::Numbers && place.is_entry)) {
    return {};
  }
  if (place.is_entry) {
    return fields_of(field.nested(), field.insert(place.owner, any_name), place.pointer);
  }
  Declared entry = place;
  entry.is_entry = true;
  entry.pointer += std::string("/") + any_name;
  return {{any_name, entry}};
}

DeclarationTree::Children DeclarationTree::fields_of(const Schema& schema, void* object,
                                                     const std::string& pointer) {
  Children children;
  for (const auto& field : schema.fields) {
    const Declared child{field.is_inline ? pointer : child_pointer(pointer, field.key), &field,
                         object, nullptr, false};
    if (!field.is_inline) {
      children.emplace_back(field.key, child);
      continue;
    }
    for (auto& model : models_of(child)) {
      children.push_back(std::move(model));
    }
  }
  return children;
}

DeclarationTree::Children DeclarationTree::models_of(const Declared& plugin) {
  Children models;
  for (const auto& entry : plugins_.entries()) {
    if (entry.kind == plugin.field->plugin_kind) {
      Declared model = plugin;
      model.model = &entry;
      model.pointer = child_pointer(plugin.pointer, entry.id);
      models.emplace_back(std::string(entry.id), std::move(model));
    }
  }
  return models;
}

std::vector<Declared> DeclarationTree::step(const Declared& place, const std::string& element) {
  std::vector<Declared> found;
  for (const auto& [name, child] : children(place)) {
    if (name == element || name == any_name) {
      return {child};
    }
  }
  // Not named: what the models of a pluggable object have.
  for (const auto& [name, child] : children(place)) {
    if (child.model != nullptr && child.model != place.model) {
      const auto inside = step(child, element);
      found.insert(found.end(), inside.begin(), inside.end());
    }
  }
  return found;
}

std::string DeclarationTree::default_text(const Declared& place) const {
  if (place.field == nullptr || place.field->is_required || place.model != nullptr) {
    return {};
  }
  const Field& field = *place.field;
  if (field.type == FieldType::Plugin) {
    return field.plugin_const(place.owner)->model;
  }
  if (field.type == FieldType::Struct) {
    return field.default_use;
  }
  if (!is_scalar(field)) {
    return {};
  }
  const auto node = scalar_node(field, field.get(place.owner));
  return node ? to_json(*node, -1) : std::string();
}

void* DeclarationTree::config_of(const PluginEntry& model) {
  for (const auto& [entry, config] : configs_) {
    if (entry == &model) {
      return config.get();
    }
  }
  return configs_.emplace_back(&model, model.make_config()).second.get();
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "sim/config/json_schema.hpp"

#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "sim/config/scalar_reader.hpp"
#include "sim/config/short_forms.hpp"
#include "sim/config/writer.hpp"
#include "sim/core/unit_parser.hpp"

namespace tokenfab {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* number_pattern = R"(\s*[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?\s*)";
constexpr const char* map_key_pattern = "^(?!note$)";
const std::string model_name(model_key);

Json type_schema(const char* type) { return {{"type", type}}; }

/// An integer where it is one, so that a bound prints as 1024 and not as 1024.0.
Json number_json(double value) {
  constexpr double exact = 9007199254740992;
  const bool is_whole = std::abs(value) < exact && value == std::floor(value);
  return is_whole ? Json(static_cast<std::int64_t>(value)) : Json(value);
}

void add_bounds(Json& schema, const Field& field) {
  const auto range = range_of(field);
  if (range && std::isfinite(range->low)) {
    schema["minimum"] = number_json(range->low);
  }
  if (range && std::isfinite(range->high)) {
    schema["maximum"] = number_json(range->high);
  }
}

Json ratio_schema(const Field& field) {
  Json number = type_schema("number");
  add_bounds(number, field);
  Json percentage = type_schema("string");
  percentage["pattern"] = std::string("^") + number_pattern + "%?\\s*$";
  return {{"anyOf", {number, percentage}}};
}

Json quantity_schema(const std::string& example, const std::string& unit_pattern) {
  Json schema = type_schema("string");
  schema["pattern"] = std::string("^") + number_pattern + unit_pattern + "\\s*$";
  schema["examples"] = {example};
  return schema;
}

Json scalar_schema(const Field& field) {
  switch (field.type) {
    case FieldType::Boolean:
      return type_schema("boolean");
    case FieldType::Count: {
      Json schema = type_schema("integer");
      add_bounds(schema, field);
      return schema;
    }
    case FieldType::Ratio:
      return ratio_schema(field);
    case FieldType::Quantity:
      return quantity_schema(dimension_example(field.dimension), "[A-Za-z%/][A-Za-z0-9%/*^ ]*");
    case FieldType::Temperature:
      return quantity_schema("35 degC", "(degC|K)");
    case FieldType::Choice:
      return {{"enum", field.choices}};
    case FieldType::TextList:
      return {{"type", "array"}, {"items", type_schema("string")}};
    case FieldType::Numbers: {
      Json schema = type_schema("object");
      schema["properties"] = {{"note", type_schema("string")}};
      schema["additionalProperties"] = ratio_schema(field);
      return schema;
    }
    default:
      return type_schema("string");
  }
}

class SchemaWriter {
 public:
  SchemaWriter(const PluginTable& plugins, const CatalogueTables& tables)
      : plugins_(plugins), tables_(tables) {}

  Json write(const Schema& schema, void* root, const std::string& title,
             const std::string& base_key) {
    const auto whole = struct_ref(schema, root, "scenario", Form::Whole);
    const auto patch = struct_ref(schema, root, "scenario", Form::Patch);
    Json document;
    document["$schema"] = "http://json-schema.org/draft-07/schema#";
    document["title"] = title;
    document["if"] = {{"required", {base_key}}};
    document["then"] = patch;
    document["else"] = whole;
    document["definitions"] = definitions_;
    return document;
  }

 private:
  enum class Form { Whole, Patch, PatchOfEntry };  // the last may also "use" another entry

  static bool is_whole(Form form) { return form == Form::Whole; }

  /// The name of a definition: that of the first way to the struct, such as "sites.clusters".
  std::string name_of(const Schema& schema, const std::string& path, Form form) {
    const auto name = names_.try_emplace(&schema, path).first->second;
    switch (form) {
      case Form::Whole:
        return name;
      case Form::Patch:
        return name + ".patch";
      case Form::PatchOfEntry:
        return name + ".use";
    }
    return name;
  }

  static Json reference(const std::string& name) { return {{"$ref", "#/definitions/" + name}}; }

  Json struct_ref(const Schema& schema, void* object, const std::string& path, Form form) {
    const auto name = name_of(schema, path, form);
    if (definitions_.find(name) == definitions_.end()) {
      definitions_[name] = Json();  // known from here on: a struct may contain itself
      auto definition = struct_definition(schema, object, names_[&schema], form);
      definitions_[name] = std::move(definition);
    }
    return reference(name);
  }

  Json struct_definition(const Schema& schema, void* object, const std::string& path, Form form) {
    for (const auto& field : schema.fields) {
      if (field.is_inline) {
        const auto complete = [&](const PluginEntry& entry) {
          return model_ref(entry, path + "." + std::string(entry.id), form, &schema, object, path);
        };
        return by_model(field, object, form, complete);
      }
    }
    Json result = empty_object(form);
    add_fields(result, schema, object, path, form);
    return result;
  }

  static Json empty_object(Form form) {
    Json result = type_schema("object");
    const auto note = type_schema("string");
    // In a patch a null removes whatever key it names.
    const auto null = type_schema("null");
    result["properties"]["note"] = is_whole(form) ? note : Json{{"anyOf", {note, null}}};
    result["additionalProperties"] = is_whole(form) ? Json(false) : null;
    if (form == Form::PatchOfEntry) {
      result["properties"]["use"] = type_schema("string");
    }
    return result;
  }

  void add_fields(Json& target, const Schema& schema, void* object, const std::string& path,
                  Form form) {
    for (const auto& field : schema.fields) {
      if (field.is_inline) {
        continue;
      }
      const auto field_path = path == "scenario" ? field.key : path + "." + field.key;
      target["properties"][field.key] = property(field, object, field_path, form);
      const bool has_default_model =
          field.type == FieldType::Plugin && !field.plugin(object)->model.empty();
      if (is_whole(form) && field.is_required && !has_default_model) {
        target["required"].push_back(field.key);
      }
    }
  }

  Json property(const Field& field, void* owner, const std::string& path, Form form) {
    Json result;
    result["description"] =
        field.source.empty() ? field.meaning : field.meaning + ". Source: " + field.source;
    const auto value = default_of(field, owner);
    if (!value.is_null()) {
      result["default"] = value;
    }
    const auto content = content_of(field, owner, path, form);
    const bool is_unset = field.is_optional ||
                          (field.type == FieldType::Plugin && field.plugin(owner)->model.empty());
    const bool is_nullable = !is_whole(form) || (!field.is_required && is_unset);
    if (is_nullable) {
      result["anyOf"] = {content, type_schema("null")};
    } else if (content.contains("$ref")) {
      result["allOf"] = Json::array({content});  // keys beside a $ref do not count
    } else {
      result.update(content);
    }
    return result;
  }

  static Json default_of(const Field& field, void* owner) {
    if (field.is_required) {
      return nullptr;
    }
    if (field.type == FieldType::Plugin) {
      const auto& model = field.plugin(owner)->model;
      return model.empty() ? Json() : Json(model);
    }
    if (field.type == FieldType::Struct) {
      return field.default_use.empty() ? Json() : Json(field.default_use);
    }
    if (field.type == FieldType::Map || field.type == FieldType::Numbers) {
      return nullptr;
    }
    const auto node = scalar_node(field, field.get(owner));
    return node ? Json::parse(to_json(*node, -1)) : Json();
  }

  Json content_of(const Field& field, void* owner, const std::string& path, Form form) {
    switch (field.type) {
      case FieldType::Struct:
        return entry_schema(field, field.sub(owner), path, form);
      case FieldType::Map: {
        const auto entry = entry_schema(field, field.insert(owner, "*"), path, form);
        Json map = type_schema("object");
        map["properties"]["note"] = {{"anyOf", {type_schema("string"), entry}}};
        map["patternProperties"][map_key_pattern] =
            is_whole(form) ? entry : Json{{"anyOf", {entry, type_schema("null")}}};
        map["additionalProperties"] = false;
        return map;
      }
      case FieldType::Plugin:
        return plugin_schema(field, owner, form);
      default:
        return scalar_schema(field);
    }
  }

  /// A struct, or where the field names a catalogue the short forms of its entries too.
  Json entry_schema(const Field& field, void* object, const std::string& path, Form form) {
    if (field.catalogue.empty()) {
      return struct_ref(field.nested(), object, path, is_whole(form) ? form : Form::Patch);
    }
    Json name = type_schema("string");
    name["examples"] = tables_.ids(field.catalogue);
    const auto over_entry = struct_ref(field.nested(), object, path, Form::PatchOfEntry);
    Json has_base{{"required", {std::string(use_key)}}};
    if (!field.import_key.empty()) {
      auto& definition = definitions_[name_of(field.nested(), path, Form::PatchOfEntry)];
      definition["properties"][field.import_key] = type_schema("string");
      has_base = {{"anyOf", {has_base, {{"required", {field.import_key}}}}}};
    }
    const auto otherwise = is_whole(form)
                               ? Json{{"if", has_base},
                                      {"then", over_entry},
                                      {"else", struct_ref(field.nested(), object, path, form)}}
                               : over_entry;
    return {{"if", type_schema("string")}, {"then", name}, {"else", otherwise}};
  }

  Json plugin_schema(const Field& field, void* owner, Form form) {
    Json kinds = Json::array();
    kinds.push_back({{"enum", ids_of(field)}});
    if (!field.number_model.empty()) {
      kinds.push_back(type_schema("number"));
    }
    if (!field.catalogue.empty()) {
      // Which keys may go over an entry depends on the entry's model.
      Json over_entry = type_schema("object");
      over_entry["properties"][std::string(use_key)] = {{"enum", tables_.ids(field.catalogue)}};
      over_entry["required"].push_back(std::string(use_key));
      kinds.push_back(over_entry);
    }
    const auto path = [&](const PluginEntry& entry) {
      return std::string(entry.kind) + "." + std::string(entry.id);
    };
    kinds.push_back(by_model(field, owner, form, [&](const PluginEntry& entry) {
      return model_ref(entry, path(entry), form, nullptr, nullptr, "");
    }));
    return {{"anyOf", kinds}};
  }

  std::vector<std::string> ids_of(const Field& field) const {
    std::vector<std::string> ids;
    for (const auto& entry : plugins_.entries()) {
      if (entry.kind == field.plugin_kind) {
        ids.emplace_back(entry.id);
      }
    }
    return ids;
  }

  /// An object whose "model" says which definition holds for it; `reference_of` gives that.
  template <class ReferenceOf>
  Json by_model(const Field& field, void* owner, Form form, ReferenceOf reference_of) {
    const auto fallback = field.plugin(owner)->model;
    Json result = type_schema("object");
    result["properties"][model_name] = {{"enum", ids_of(field)}};
    Json any = Json::array();
    Json without_name = false;
    result["allOf"] = Json::array();
    for (const auto& entry : plugins_.entries()) {
      if (entry.kind != field.plugin_kind) {
        continue;
      }
      const auto definition = reference_of(entry);
      any.push_back(definition);
      if (entry.id == fallback) {
        without_name = definition;
      }
      const Json is_named = {{"properties", {{model_name, {{"const", entry.id}}}}},
                             {"required", {model_name}}};
      result["allOf"].push_back({{"if", is_named}, {"then", definition}});
    }
    if (!is_whole(form)) {
      without_name = {{"anyOf", any}};
    }
    const Json is_nameless = {{"not", {{"required", {model_name}}}}};
    result["allOf"].push_back({{"if", is_nameless}, {"then", without_name}});
    return result;
  }

  /// One model's object, with the keys of `outer` beside its own for an inline one.
  Json model_ref(const PluginEntry& entry, const std::string& path, Form form, const Schema* outer,
                 void* outer_object, const std::string& outer_path) {
    const auto name = is_whole(form) ? path : path + ".patch";
    if (definitions_.find(name) != definitions_.end()) {
      return reference(name);
    }
    definitions_[name] = Json();
    const auto config = entry.make_config();
    Json definition = empty_object(is_whole(form) ? form : Form::Patch);
    definition["description"] = entry.summary;
    definition["properties"][model_name] = {{"const", entry.id}};
    if (outer != nullptr) {
      add_fields(definition, *outer, outer_object, outer_path, form);
      definition["required"].push_back(model_name);
    }
    add_fields(definition, entry.schema(), config.get(), path, form);
    if (!is_whole(form)) {
      definition.erase("required");
    }
    definitions_[name] = std::move(definition);
    return reference(name);
  }

  const PluginTable& plugins_;
  const CatalogueTables& tables_;
  std::map<std::string, Json> definitions_;
  std::map<const Schema*, std::string> names_;
};

}  // namespace

std::string json_schema(const PluginTable& plugins, const CatalogueTables& tables,
                        const Schema& schema, void* root, const std::string& title,
                        const std::string& base_key) {
  constexpr int indent = 2;
  return SchemaWriter(plugins, tables).write(schema, root, title, base_key).dump(indent) + "\n";
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "sim/config/reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "sim/config/scalar_reader.hpp"
#include "sim/config/short_forms.hpp"
#include "sim/core/nearest.hpp"

namespace tokenfab {
namespace {

// Catalogue entries may use other entries; a longer chain is a circle.
constexpr int max_uses = 8;

constexpr std::string_view note_key = "note";

std::string joined(const std::vector<std::string>& names) {
  return names.empty() ? "none" : fmt::format("\"{}\"", fmt::join(names, "\", \""));
}

class ObjectReader {
 public:
  ObjectReader(const ReadContext& context, std::vector<Problem>& problems)
      : context_(context), problems_(problems) {}

  /// `skipped_key` is one that the caller has read.
  void read(const Schema& schema, const Node& node, const std::string& pointer, void* object,
            std::string_view skipped_key = {}) {
    if (node.kind != NodeKind::Object) {
      complain(node.mark, pointer, "expected an object, found " + describe_value(node));
      return;
    }
    if (depth_ == max_document_depth) {
      complain(node.mark, pointer, "nested too deeply");
      return;
    }
    ++depth_;
    refuse_unknown_keys(schema, node, pointer, object, skipped_key);
    read_fields(schema, node, pointer, object);
    --depth_;
  }

 private:
  void complain(const Mark& mark, const std::string& pointer, std::string message,
                std::string fix = "") {
    problems_.push_back({mark.place(), pointer, std::move(message), std::move(fix)});
  }

  void note_origin(const std::string& pointer, const Mark& mark) {
    if (context_.origins != nullptr) {
      (*context_.origins)[pointer] = mark;
    }
  }

  void expect(const Field& field, const Node& node, const std::string& pointer) {
    complain(node.mark, pointer,
             fmt::format("expected {}, found {}", expectation(field), describe_value(node)));
  }

  void refuse_unknown_keys(const Schema& schema, const Node& node, const std::string& pointer,
                           void* object, std::string_view skipped_key) {
    std::vector<std::string> known;
    for (const auto& field : schema.fields) {
      known.push_back(field.key);
      if (field.is_inline) {
        const auto* entry = find_model(field, node, object);
        if (entry == nullptr) {
          return;  // reported elsewhere; which keys its model has cannot be known
        }
        for (const auto& model_field : entry->schema().fields) {
          known.push_back(model_field.key);
        }
      }
    }
    for (const auto& [key, mark, value] : node.members) {
      const bool is_known = std::find(known.begin(), known.end(), key) != known.end();
      if (is_known || (!skipped_key.empty() && key == skipped_key)) {
        continue;
      }
      if (key == note_key) {
        if (value.kind != NodeKind::String) {
          complain(value.mark, child_pointer(pointer, key),
                   "expected a string, found " + describe_value(value));
        }
        continue;
      }
      const auto hint = did_you_mean(key, known);
      complain(mark, child_pointer(pointer, key), "unknown key",
               hint.empty() ? "known keys: " + joined(known) : hint);
    }
  }

  void read_fields(const Schema& schema, const Node& node, const std::string& pointer,
                   void* object) {
    for (const auto& field : schema.fields) {
      if (field.is_inline) {
        read_inline_plugin(field, node, pointer, object);
      } else {
        read_field(field, node, child_pointer(pointer, field.key), object);
      }
    }
  }

  void read_field(const Field& field, const Node& owner, const std::string& pointer, void* object) {
    const Node* value = owner.find(field.key);
    if (value == nullptr) {
      read_absent(field, owner, pointer, object);
      return;
    }
    if (value->kind == NodeKind::Null) {
      const bool may_be_unset =
          !field.is_required && (field.is_optional || is_unset_plugin(field, object));
      if (!may_be_unset) {
        expect(field, *value, pointer);
      }
      return;
    }
    switch (field.type) {
      case FieldType::TextList:
        return read_texts(field, *value, pointer, object);
      case FieldType::Numbers:
        return read_numbers(field, *value, pointer, object);
      case FieldType::Struct:
        return read_struct(field, *value, pointer, field.sub(object));
      case FieldType::Map:
        return read_map(field, *value, pointer, object);
      case FieldType::Plugin:
        return read_plugin(field, *value, pointer, object);
      default:
        return read_scalar_field(field, *value, pointer, object);
    }
  }

  static bool is_unset_plugin(const Field& field, void* object) {
    return field.type == FieldType::Plugin && field.plugin(object)->model.empty();
  }

  /// An absent struct or plugin has defaults to fill in and required fields to miss as well.
  void read_absent(const Field& field, const Node& owner, const std::string& pointer,
                   void* object) {
    const bool has_default_model =
        field.type == FieldType::Plugin && !is_unset_plugin(field, object);
    if (field.is_required && !has_default_model) {
      complain(owner.mark, pointer,
               fmt::format("missing; {} is required: {}", expectation(field), field.meaning));
    } else if (!field.default_use.empty()) {
      read_struct(field, make_text(field.default_use, owner.mark), pointer, field.sub(object));
    } else if (field.type == FieldType::Struct && !field.is_optional) {
      read(field.nested(), make_object(owner.mark), pointer, field.sub(object));
    } else if (has_default_model && field.plugin(object)->config == nullptr) {
      read_plugin(field, make_object(owner.mark), pointer, object);
    }
  }

  void read_scalar_field(const Field& field, const Node& node, const std::string& pointer,
                         void* object) {
    const auto result = read_scalar(field, node, context_.usd_per_currency);
    if (const auto* complaint = std::get_if<Complaint>(&result)) {
      complain(node.mark, pointer, complaint->message, complaint->fix);
      return;
    }
    const auto& value = std::get<FieldValue>(result);
    field.set(object, value);
    note_origin(pointer, node.mark);
    if (field.type == FieldType::Count && field.get(object) != value) {  // cut to the member's bits
      complain(node.mark, pointer, fmt::format("{} is too large", describe_value(node)));
    }
  }

  void read_texts(const Field& field, const Node& node, const std::string& pointer, void* object) {
    if (node.kind != NodeKind::Array) {
      return expect(field, node, pointer);
    }
    std::vector<std::string> texts;
    for (const auto& item : node.items) {
      if (item.kind != NodeKind::String) {
        complain(item.mark, child_pointer(pointer, std::to_string(texts.size())),
                 "expected a string, found " + describe_value(item));
      }
      texts.push_back(item.text);
    }
    field.set(object, texts);
    note_origin(pointer, node.mark);
  }

  void read_numbers(const Field& field, const Node& node, const std::string& pointer,
                    void* object) {
    if (node.kind != NodeKind::Object) {
      return expect(field, node, pointer);
    }
    Field ratio;
    ratio.type = FieldType::Ratio;
    ratio.range = field.range;
    auto& numbers = *field.numbers(object);
    numbers.clear();  // what is given replaces the default as a whole
    for (const auto& [name, mark, value] : node.members) {
      if (name == note_key && value.kind == NodeKind::String) {
        continue;
      }
      const auto result = read_scalar(ratio, value, context_.usd_per_currency);
      if (const auto* complaint = std::get_if<Complaint>(&result)) {
        complain(value.mark, child_pointer(pointer, name), complaint->message, complaint->fix);
      } else {
        numbers[name] = std::get<double>(std::get<FieldValue>(result));
        note_origin(child_pointer(pointer, name), value.mark);
      }
    }
  }

  void read_struct(const Field& field, const Node& node, const std::string& pointer, void* object) {
    if (field.catalogue.empty()) {
      return read(field.nested(), node, pointer, object);
    }
    if (node.kind != NodeKind::Object && node.kind != NodeKind::String) {
      return expect(field, node, pointer);
    }
    if (const auto resolved = resolve_use(field, node, pointer, 0)) {
      read(field.nested(), *resolved, pointer, object);
    }
  }

  void read_map(const Field& field, const Node& node, const std::string& pointer, void* object) {
    if (node.kind != NodeKind::Object) {
      return expect(field, node, pointer);
    }
    for (const auto& [name, mark, value] : node.members) {
      if (name != note_key || value.kind != NodeKind::String) {
        read_struct(field, value, child_pointer(pointer, name), field.insert(object, name));
      }
    }
  }

  /// The object with "use" replaced by the entry it names, its other keys merged over the entry.
  std::optional<Node> resolve_use(const Field& field, const Node& node, const std::string& pointer,
                                  int uses) {
    const Node* use = node.kind == NodeKind::String ? &node : node.find(use_key);
    if (use == nullptr) {
      return node;
    }
    const auto use_pointer = use == &node ? pointer : child_pointer(pointer, use_key);
    if (use->kind != NodeKind::String) {
      complain(use->mark, use_pointer, "expected a string, found " + describe_value(*use));
      return std::nullopt;
    }
    const Node* entry = context_.tables.find(field.catalogue, use->text);
    if (entry == nullptr) {
      const auto ids = context_.tables.ids(field.catalogue);
      const auto hint = did_you_mean(use->text, ids);
      complain(
          use->mark, use_pointer,
          fmt::format("{} is not in the catalogue of {}", describe_value(*use), field.catalogue),
          hint.empty() ? "known: " + joined(ids) : hint);
      return std::nullopt;
    }
    if (uses == max_uses) {
      complain(use->mark, use_pointer, "catalogue entries use each other in a circle");
      return std::nullopt;
    }
    if (uses == 0 && context_.uses != nullptr) {
      context_.uses->push_back({pointer, field.catalogue, use->text});
    }
    auto resolved = resolve_use(field, *entry, pointer, uses + 1);
    if (resolved && node.kind == NodeKind::Object) {
      merge_overrides(*resolved, field, node);
    }
    if (resolved) {
      resolved->mark = node.mark;
    }
    return resolved;
  }

  void read_plugin(const Field& field, const Node& value, const std::string& pointer,
                   void* object) {
    Node node = plugin_object(field, value);
    if (!field.catalogue.empty()) {
      auto resolved = resolve_use(field, node, pointer, 0);
      if (!resolved) {
        return;
      }
      node = std::move(*resolved);
    }
    if (node.kind != NodeKind::Object) {
      return expect(field, value, pointer);
    }
    if (const auto* entry = choose_model(field, node, pointer, object)) {
      read(entry->schema(), node, pointer, field.plugin(object)->config.get(), model_key);
    }
  }

  void read_inline_plugin(const Field& field, const Node& owner, const std::string& pointer,
                          void* object) {
    if (const auto* entry = choose_model(field, owner, pointer, object)) {
      read_fields(entry->schema(), owner, pointer, field.plugin(object)->config.get());
    }
  }

  /// The model that `node` names, else the field's default; null if there is no such model.
  const PluginEntry* find_model(const Field& field, const Node& node, void* object) const {
    const Node* model = node.find(model_key);
    return context_.plugins.find(field.plugin_kind,
                                 model != nullptr ? model->text : field.plugin(object)->model);
  }

  /// Makes the configuration of the model that `node` names; null after a complaint.
  const PluginEntry* choose_model(const Field& field, const Node& node, const std::string& pointer,
                                  void* object) {
    const Node* model = node.find(model_key);
    if (model != nullptr && model->kind != NodeKind::String) {
      complain(model->mark, child_pointer(pointer, model_key),
               "expected a string, found " + describe_value(*model));
      return nullptr;
    }
    const auto* entry = find_model(field, node, object);
    if (entry == nullptr) {
      refuse_model(field, model, node, pointer);
    } else {
      *field.plugin(object) = {std::string(entry->id), entry->make_config()};
      if (model != nullptr) {
        note_origin(child_pointer(pointer, model_key), model->mark);
      }
    }
    return entry;
  }

  void refuse_model(const Field& field, const Node* model, const Node& node,
                    const std::string& pointer) {
    std::vector<std::string> known;
    for (const auto& entry : context_.plugins.entries()) {
      if (entry.kind == field.plugin_kind) {
        known.emplace_back(entry.id);
      }
    }
    std::sort(known.begin(), known.end());
    const auto choices = fmt::format("known {} models: {}", field.plugin_kind, joined(known));
    if (model == nullptr) {
      complain(node.mark, pointer, "\"model\" is missing; " + choices);
      return;
    }
    complain(
        model->mark, child_pointer(pointer, model_key),
        fmt::format("{} is no {} model; {}", describe_value(*model), field.plugin_kind, choices),
        did_you_mean(model->text, known));
  }

  const ReadContext& context_;
  std::vector<Problem>& problems_;
  int depth_ = 0;
};

}  // namespace

void read_object(const ReadContext& context, const Schema& schema, const Node& node,
                 const std::string& pointer, void* object, std::vector<Problem>& problems) {
  ObjectReader(context, problems).read(schema, node, pointer, object);
}

}  // namespace tokenfab

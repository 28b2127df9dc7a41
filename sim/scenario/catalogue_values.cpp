// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/catalogue_values.hpp"

#include <algorithm>

#include "sim/config/short_forms.hpp"

namespace tokenfab {
namespace {

// As many steps as the reader follows.
constexpr std::size_t max_uses = 8;

std::string text_of(const Node* object, std::string_view key) {
  const Node* value = object == nullptr ? nullptr : object->find(key);
  return value == nullptr ? std::string() : value->text;
}

CatalogueSource source_of(const Node& table, const Node* from) {
  CatalogueSource source;
  if (from == nullptr || from->kind != NodeKind::String) {
    return source;
  }
  const Node* sources = table.find("sources");
  const Node* text = sources == nullptr ? nullptr : sources->find(from->text);
  return {from->text, text_of(text, "text"), text_of(text, "date"), text_of(text, "confidence")};
}

bool is_below(std::string_view path, std::string_view parent) {
  return path.starts_with(parent) && (path.size() == parent.size() || path[parent.size()] == '/');
}

/// Puts the entries of a chain over each other, from the last to the first (RFC 7396).
class Overlay {
 public:
  explicit Overlay(const Node& table) : table_(table) {}

  void add(const std::string& id, const Node& values, const Node* from) {
    entry_ = id;
    merge(values, from, "");
  }
  std::vector<CatalogueValue> take() { return std::move(values_); }

 private:
  void merge(const Node& object, const Node* from, const std::string& path) {
    for (const auto& [key, mark, value] : object.members) {
      if (path.empty() && key == use_key) {
        continue;
      }
      const auto own_path = child_pointer(path, key);
      const bool is_shared = from == nullptr || from->kind == NodeKind::String;
      const Node* own_from = is_shared ? from : from->find(key);
      if (value.kind == NodeKind::Object) {
        drop_other_base(value, own_path);
        merge(value, own_from, own_path);
      } else if (value.kind == NodeKind::Null) {
        drop(own_path);
      } else {
        set({own_path, &value, entry_, source_of(table_, own_from)});
      }
    }
  }

  /// What belonged to another model or entry would not fit the new one.
  void drop_other_base(const Node& object, const std::string& path) {
    for (const auto& key : {use_key, model_key}) {
      const Node* base = object.find(key);
      const auto same = std::find_if(values_.begin(), values_.end(), [&](const auto& each) {
        return each.path == child_pointer(path, key);
      });
      if (base != nullptr && same != values_.end() && same->value->text != base->text) {
        drop(path);
        return;
      }
    }
  }

  void drop(const std::string& path) {
    std::erase_if(values_, [&](const auto& each) { return is_below(each.path, path); });
  }

  void set(CatalogueValue value) {
    const auto same = std::find_if(values_.begin(), values_.end(),
                                   [&](const auto& each) { return each.path == value.path; });
    if (same != values_.end()) {
      *same = std::move(value);
    } else {
      drop(value.path);
      values_.push_back(std::move(value));
    }
  }

  const Node& table_;
  std::string entry_;
  std::vector<CatalogueValue> values_;
};

}  // namespace

const std::vector<std::string>& confidence_levels() {
  static const std::vector<std::string> levels{"official", "calibrated", "press", "estimate",
                                               std::string(placeholder_confidence)};
  return levels;
}

std::vector<std::string> use_chain(const EmbeddedTables& tables, std::string_view table,
                                   std::string_view id) {
  std::vector<std::string> chain;
  auto next = std::string(id);
  for (std::size_t uses = 0; uses <= max_uses; ++uses) {
    const Node* values = tables.find(table, next);
    if (values == nullptr) {
      break;
    }
    const Node* use = values->find(use_key);
    if (use == nullptr || values->members.size() > 1) {
      chain.push_back(tables.entry_id(next));
    }
    if (use == nullptr) {
      break;
    }
    next = use->text;
  }
  return chain;
}

std::vector<CatalogueValue> catalogue_values(const EmbeddedTables& tables, std::string_view table,
                                             std::string_view id) {
  const auto chain = use_chain(tables, table, id);
  Overlay overlay(tables.table(table));
  for (auto each = chain.rbegin(); each != chain.rend(); ++each) {
    const Node& entry = *tables.table(table).find("entries")->find(*each);
    overlay.add(*each, *entry.find("values"), entry.find("from"));
  }
  return overlay.take();
}

std::string standing_of(const CatalogueValue& value, const std::string& id) {
  const auto& confidence = value.source.confidence;
  return value.entry == id || confidence == placeholder_confidence ? confidence : "inherited";
}

std::string kernels_from(const EmbeddedTables& tables, std::string_view chip) {
  const auto chain = use_chain(tables, "chips", chip);
  const Node& table = tables.table("chips");
  for (const auto& id : chain) {
    const Node* from = table.find("entries")->find(id)->find("from");
    const Node* matmul = from == nullptr ? nullptr : from->find("matmul");
    // A table of sources by precision: the first one stands for all.
    if (matmul != nullptr && !matmul->members.empty()) {
      matmul = &matmul->members.front().value;
    }
    if (source_of(table, matmul).confidence == "calibrated") {
      return id;
    }
  }
  return chain.empty() ? std::string(chip) : chain.back();
}

}  // namespace tokenfab

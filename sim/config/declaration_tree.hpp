// SPDX-License-Identifier: Apache-2.0
// The field declarations as one tree from a root struct: maps have the child "*", pluggable objects
// one child per model of their kind. Default values come from default-constructed structs.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sim/api/field.hpp"
#include "sim/api/plugin.hpp"

namespace tokenfab {

/// One place in the tree.
struct Declared {
  std::string pointer;
  const Field* field = nullptr;        // the declaration that led here; null for the root
  void* owner = nullptr;               // the default-constructed struct that holds the field
  const PluginEntry* model = nullptr;  // the model of a pluggable object, once chosen
  bool is_entry = false;               // an entry of a map
};

class DeclarationTree {
 public:
  /// `root` is a default-constructed struct that `schema` describes; it is written to.
  DeclarationTree(const PluginTable& plugins, const Schema& schema, void* root)
      : plugins_(plugins), schema_(schema), root_(root) {}

  Declared root() const { return {}; }
  /// By name, in the order of declaration: the fields of a struct or model, "*" of a map, the
  /// models of a pluggable object.
  std::vector<std::pair<std::string, Declared>> children(const Declared& place);
  /// The places that an element leads to. Any name enters a map; a field of a pluggable object is
  /// found in all of its models when none is chosen.
  std::vector<Declared> step(const Declared& place, const std::string& element);
  /// The default as the resolved configuration writes it; empty if there is none.
  std::string default_text(const Declared& place) const;

 private:
  using Children = std::vector<std::pair<std::string, Declared>>;
  Children fields_of(const Schema& schema, void* object, const std::string& pointer);
  Children models_of(const Declared& plugin);
  void* config_of(const PluginEntry& model);

  const PluginTable& plugins_;
  const Schema& schema_;
  void* root_;
  std::vector<std::pair<const PluginEntry*, std::shared_ptr<void>>> configs_;
};

}  // namespace tokenfab

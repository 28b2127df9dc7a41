// SPDX-License-Identifier: Apache-2.0
// What a place in the configuration means, told from its declaration.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "sim/config/declaration_tree.hpp"
#include "sim/config/reader.hpp"

namespace tokenfab {

/// A pointer that leads nowhere.
struct NoSuchField {
  std::string message;
  std::string fix;  // nearest name, or the known ones; may be empty
};

class Explainer {
 public:
  Explainer(DeclarationTree tree, const CatalogueTables& tables)
      : tree_(std::move(tree)), tables_(tables) {}

  /// Meaning, type, range, default and source of the field at a JSON pointer, "*" or any name
  /// standing for map keys; of a struct its fields, of a pluggable object its models.
  std::variant<std::string, NoSuchField> explain(const std::string& pointer);

  /// Pointers of all fields, map keys as "*"; a struct inside itself is listed once.
  std::vector<std::string> all_pointers();

 private:
  std::string text_of(const Declared& place);
  std::string listing(const Declared& place);
  std::string special_text(const Declared& place, const std::string& element);
  void collect(const Declared& place, std::vector<const Schema*>& open,
               std::vector<std::string>& pointers);

  DeclarationTree tree_;
  const CatalogueTables& tables_;
};

}  // namespace tokenfab

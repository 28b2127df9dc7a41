// SPDX-License-Identifier: Apache-2.0
// Fills configuration structs from a document by walking their field declarations. Every problem is
// collected, so that the user sees all of them at once.
//
// Three short forms are read everywhere: a "note" string in any object; `{"use": ID, ...}` (or just
// "ID") where the field names a catalogue table, the other keys being merged over the entry by RFC
// 7396; and for a pluggable object its model's id instead of `{"model": ID}`.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sim/api/field.hpp"
#include "sim/api/plugin.hpp"
#include "sim/config/document.hpp"
#include "sim/core/errors.hpp"

namespace tokenfab {

/// The tables that "use" looks names up in; entries have the keys of the schema that uses them.
class CatalogueTables {
 public:
  virtual ~CatalogueTables() = default;
  /// The entry, which lives as long as the tables; null if there is none.
  virtual const Node* find(std::string_view table, std::string_view id) const = 0;
  /// All ids of a table, for suggestions.
  virtual std::vector<std::string> ids(std::string_view table) const = 0;
};

/// An entry that the document, or another entry, names.
struct CatalogueUse {
  std::string pointer;  // of the object that is filled from it
  std::string table;
  std::string id;  // as written
};

struct ReadContext {
  const PluginTable& plugins;
  const CatalogueTables& tables;
  std::map<std::string, double> usd_per_currency;  // "USD" may be left out
  std::map<std::string, Mark>* origins = nullptr;  // by pointer: where each scalar was written
  std::vector<CatalogueUse>* uses = nullptr;       // in the order of reading
};

/// Fills `object`, a struct that `schema` describes, from `node` at `pointer`. Appends what is
/// wrong to `problems`; an object with problems is half filled and must not be used.
void read_object(const ReadContext& context, const Schema& schema, const Node& node,
                 const std::string& pointer, void* object, std::vector<Problem>& problems);

}  // namespace tokenfab

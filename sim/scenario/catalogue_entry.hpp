// SPDX-License-Identifier: Apache-2.0
// An entry of the built-in catalogue, read into its struct as a scenario that uses it does.
#pragma once

#include <string>
#include <vector>

#include "models/catalog.hpp"
#include "sim/config/reader.hpp"
#include "sim/scenario/catalogue.hpp"

namespace tokenfab {

/// Follows "use" through all of its steps. What is wrong goes to `problems`, at `pointer`; an entry
/// with problems is half filled and must not be used.
template <class Config>
Config catalogue_entry(const std::string& table, const std::string& id,
                       std::vector<Problem>& problems, const std::string& pointer = "") {
  struct Named {
    Config entry;
  };
  // An object whose one field names the table: this way the reader follows "use".
  constexpr const char* key = "entry";
  Schema schema;
  Describe<Named>(schema).object(key, &Named::entry, "An entry").catalogue(table);
  auto document = make_object({});
  add_member(document, key, make_text(id, {}));
  Named named;
  read_object({plugin_table(), EmbeddedTables(), {}}, schema, document, pointer, &named, problems);
  return named.entry;
}

/// The same of an entry that must be well. Throws ConfigError.
template <class Config>
Config catalogue_entry(const std::string& table, const std::string& id) {
  std::vector<Problem> problems;
  auto entry = catalogue_entry<Config>(table, id, problems);
  if (!problems.empty()) {
    throw ConfigError(problems);
  }
  return entry;
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// An entry of the built-in catalogue, read into its struct.
#pragma once

#include <string>
#include <vector>

#include "models/catalog.hpp"
#include "sim/config/reader.hpp"
#include "sim/scenario/catalogue.hpp"

namespace tokenfab {

/// What is wrong goes to `problems`; what an unknown id gives must not be used.
template <class Config>
Config catalogue_entry(const std::string& table, const std::string& id,
                       std::vector<Problem>& problems) {
  struct Holder {
    Config entry;
  };
  Config config;
  const EmbeddedTables tables;
  const Node* values = tables.find(table, id);
  if (values == nullptr) {
    problems.push_back({{}, "", id + " is not in the catalogue of " + table, ""});
    return config;
  }
  const ReadContext context{plugin_table(), tables, {{"USD", 1}}, nullptr};
  read_object(context, schema_of<Config>(), *values, "", &config, problems);
  return config;
}

}  // namespace tokenfab

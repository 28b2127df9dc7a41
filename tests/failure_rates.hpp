// SPDX-License-Identifier: Apache-2.0
// Entries of the catalogue of failure rates, read as a scenario names them.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "models/catalog.hpp"
#include "models/faults/component_faults.hpp"
#include "sim/config/reader.hpp"
#include "sim/scenario/catalogue.hpp"

namespace tokenfab::testing {

struct FaultsHolder {
  PluginConfig faults;
  static void describe(Describe<FaultsHolder>& d) {
    d.plugin("faults", &FaultsHolder::faults, "faults", "What breaks").catalogue("failure_rates");
  }
};

/// `more`: further keys beside "use", each after a comma.
inline ComponentFaultsConfig failure_rates(const std::string& id, const std::string& more = "") {
  const EmbeddedTables tables;
  FaultsHolder holder;
  std::vector<Problem> problems;
  const auto text = "{\"faults\": {\"use\": \"" + id + "\"" + more + "}}";
  read_object({plugin_table(), tables, {}}, schema_of<FaultsHolder>(), parse_document(text, "here"),
              "", &holder, problems);
  if (!problems.empty()) {
    throw std::runtime_error(id + ": " + describe(problems.front()));
  }
  return *std::static_pointer_cast<ComponentFaultsConfig>(holder.faults.config);
}

}  // namespace tokenfab::testing

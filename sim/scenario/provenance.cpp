// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/provenance.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "sim/scenario/catalogue_values.hpp"

namespace tokenfab {
namespace {

constexpr std::string_view kernel_path = "/matmul/";

bool is_same_place(const Mark& one, const Mark& other) {
  return one.line == other.line && one.column == other.column && one.file != nullptr &&
         other.file != nullptr && *one.file == *other.file;
}

/// An entry and where in the scenario it is used.
struct UsedEntry {
  std::string table;
  std::string id;
  std::vector<std::string> pointers;
};

std::map<std::string, UsedEntry> used_entries(const EmbeddedTables& tables,
                                              const std::vector<CatalogueUse>& uses) {
  std::map<std::string, UsedEntry> entries;
  for (const auto& use : uses) {
    const auto chain = use_chain(tables, use.table, use.id);
    if (!chain.empty()) {
      auto& entry = entries[use.table + "/" + chain.front()];
      entry.table = use.table;
      entry.id = chain.front();
      entry.pointers.push_back(use.pointer);
    }
  }
  return entries;
}

/// "/matmul/bf16/launch" -> "matmul.bf16.launch".
std::string dotted(const std::string& path) {
  auto name = path.substr(1);
  std::replace(name.begin(), name.end(), '/', '.');
  return name;
}

}  // namespace

Provenance provenance_of(const EmbeddedTables& tables, const std::vector<CatalogueUse>& uses,
                         const std::map<std::string, Mark>& origins) {
  Provenance provenance;
  for (const auto& [name, entry] : used_entries(tables, uses)) {
    for (const auto& value : catalogue_values(tables, entry.table, entry.id)) {
      const auto is_taken = [&, &path = value.path, node = value.value](const auto& pointer) {
        const auto origin = origins.find(pointer + path);
        return origin != origins.end() && is_same_place(origin->second, node->mark);
      };
      if (std::none_of(entry.pointers.begin(), entry.pointers.end(), is_taken)) {
        continue;
      }
      ++provenance.catalogue[name][standing_of(value, entry.id)];
      if (value.source.confidence == placeholder_confidence) {
        provenance.placeholders.push_back({name, dotted(value.path), value.source.text});
      }
      if (entry.table == "chips" && value.path.starts_with(kernel_path)) {
        const auto measured = kernels_from(tables, entry.id);
        if (measured != entry.id) {
          provenance.inherited_kernels[entry.id] = measured;
        }
      }
    }
  }
  return provenance;
}

}  // namespace tokenfab

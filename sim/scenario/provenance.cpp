// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/provenance.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "sim/core/check.hpp"
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

std::int64_t& count_of(ConfidenceCounts& counts, std::string_view standing) {
  static constexpr std::pair<std::string_view, std::int64_t ConfidenceCounts::*> by_name[] = {
      {"official", &ConfidenceCounts::official}, {"calibrated", &ConfidenceCounts::calibrated},
      {"press", &ConfidenceCounts::press},       {"placeholder", &ConfidenceCounts::placeholder},
      {"estimate", &ConfidenceCounts::estimate}, {"inherited", &ConfidenceCounts::inherited}};
  for (const auto& [name, count] : by_name) {
    if (name == standing) {
      return counts.*count;
    }
  }
  CHECK(false, "no standing \"{}\"", standing);
}

void add_once(const std::string& text, std::vector<std::string>& texts) {
  if (std::find(texts.begin(), texts.end(), text) == texts.end()) {
    texts.push_back(text);
  }
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
      ++count_of(provenance.catalogue[name], standing_of(value, entry.id));
      if (value.source.confidence == placeholder_confidence) {
        provenance.placeholders.push_back(
            fmt::format("{}: {} ({})", name, dotted(value.path), value.source.text));
      }
      if (entry.table == "chips" && value.path.starts_with(kernel_path)) {
        const auto measured = kernels_from(tables, entry.id);
        if (measured != entry.id) {
          add_once(fmt::format("{} from {}", entry.id, measured), provenance.inherited_kernels);
        }
      }
    }
  }
  return provenance;
}

void add_provenance(const Provenance& more, std::optional<Provenance>& provenance) {
  if (more.catalogue.empty()) {
    return;
  }
  if (!provenance) {
    provenance.emplace();
  }
  for (const auto& [entry, counts] : more.catalogue) {
    provenance->catalogue[entry] = counts;
  }
  for (const auto& text : more.placeholders) {
    add_once(text, provenance->placeholders);
  }
  for (const auto& text : more.inherited_kernels) {
    add_once(text, provenance->inherited_kernels);
  }
}

}  // namespace tokenfab

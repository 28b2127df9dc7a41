// SPDX-License-Identifier: Apache-2.0
// The values of a catalogue entry with the source of each. An entry that uses another one inherits
// what it does not say itself, over several steps; "from" of the entry that says a value names its
// source.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/scenario/catalogue.hpp"

namespace tokenfab {

/// An item of a table's "sources".
struct CatalogueSource {
  std::string id;
  std::string text;
  std::string date;        // YYYY-MM, or YYYY-MM-DD
  std::string confidence;  // one of confidence_levels()
};

/// From the best to the worst. A placeholder stands for a value that nobody has published.
const std::vector<std::string>& confidence_levels();
inline constexpr std::string_view placeholder_confidence = "placeholder";

struct CatalogueValue {
  std::string path;             // JSON pointer inside the entry
  const Node* value = nullptr;  // a scalar or an array, in the table
  std::string entry;            // that says it
  CatalogueSource source;
};

/// The entry, the one it uses, and so on. Other names of an entry are left out: they say nothing.
/// Empty if there is no such entry.
std::vector<std::string> use_chain(const EmbeddedTables& tables, std::string_view table,
                                   std::string_view id);

/// What the entry resolves to, but for "use"; in the order of the entry that is used first.
std::vector<CatalogueValue> catalogue_values(const EmbeddedTables& tables, std::string_view table,
                                             std::string_view id);

/// How far a value of entry `id` can be trusted: the confidence of its source, but "inherited" of
/// what another entry says, unless that is a placeholder.
std::string standing_of(const CatalogueValue& value, const std::string& id);

/// The chip whose kernels were measured for the constants that `chip` has: the nearest along its
/// chain whose matrix products were fitted, else the last of the chain.
std::string kernels_from(const EmbeddedTables& tables, std::string_view chip);

}  // namespace tokenfab

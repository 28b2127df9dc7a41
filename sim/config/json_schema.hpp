// SPDX-License-Identifier: Apache-2.0
// JSON Schema (draft-07) of a configuration, from its field declarations, for editors and other
// programs. What it accepts, the reader accepts up to references, catalogue names and rules between
// fields, and the other way round.
//
// Every struct has two definitions: NAME, and NAME.patch for a patch over a catalogue entry or a
// base scenario, in which nothing is required and null removes a key.
#pragma once

#include <string>

#include "sim/config/declaration_tree.hpp"
#include "sim/config/reader.hpp"

namespace tokenfab {

/// `root` is a default-constructed struct that `schema` describes; it is written to. Where a
/// document has the key `base_key`, it is a patch. Ends with a newline.
std::string json_schema(const PluginTable& plugins, const CatalogueTables& tables,
                        const Schema& schema, void* root, const std::string& title,
                        const std::string& base_key);

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// The resolved configuration: everything that a run will use, defaults and catalogue entries
// included, as a document that reads back to the same object.
#pragma once

#include <optional>
#include <string>

#include "sim/api/field.hpp"
#include "sim/api/plugin.hpp"
#include "sim/config/document.hpp"

namespace tokenfab {

/// All fields of `object` in declaration order, quantities in SI units and USD. What is not set is
/// left out.
Node resolved_document(const PluginTable& plugins, const Schema& schema, const void* object);

/// A scalar field's value as the resolved document writes it; none if it is not set.
std::optional<Node> scalar_node(const Field& field, const FieldValue& value);

/// The same as indented JSON text that ends with a newline.
std::string write_resolved(const PluginTable& plugins, const Schema& schema, const void* object);

}  // namespace tokenfab

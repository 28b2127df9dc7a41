// SPDX-License-Identifier: Apache-2.0
// The resolved configuration with the place that every value came from.
#pragma once

#include <map>
#include <string>

#include "sim/config/document.hpp"

namespace tokenfab {

/// Indented JSON in which "// file:line:column" follows every scalar: its place by JSON pointer, or
/// "default". Ends with a newline.
std::string annotated_json(const Node& document, const std::map<std::string, Mark>& origins);

}  // namespace tokenfab

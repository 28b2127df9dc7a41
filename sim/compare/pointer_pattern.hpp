// SPDX-License-Identifier: Apache-2.0
// JSON pointers with "*" for every name: "/sites/*/energy/grid/tariff/price".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/config/document.hpp"

namespace tokenfab {

/// The places of a document that the pattern names, in its order; a name of its own is escaped as
/// in every JSON pointer. Empty where there is none, or the pattern is no pointer.
std::vector<std::string> matching_pointers(const Node& document, std::string_view pattern);

/// Which part of the pattern leads nowhere, with the nearest name there; empty where it matches.
std::string pattern_fault(const Node& document, std::string_view pattern);

}  // namespace tokenfab

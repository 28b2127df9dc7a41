// SPDX-License-Identifier: Apache-2.0
// Whether a command line is understood, without doing what it asks for.
#pragma once

#include <string>
#include <vector>

namespace tokenfab::tools {

/// Why the words after "tokenfab" are not understood; empty if they are.
std::string parse_fault(const std::vector<std::string>& words);

}  // namespace tokenfab::tools

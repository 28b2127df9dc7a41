// SPDX-License-Identifier: Apache-2.0
// The manual, from the declarations of the command line and tools/command_guides.cpp.
#pragma once

#include <string>

#include "tools/command_words.hpp"

namespace tokenfab::tools {

/// tokenfab(1), for man.
std::string manual_roff(const CommandWords& program);

/// docs/commands.md.
std::string manual_markdown(const CommandWords& program);

}  // namespace tokenfab::tools

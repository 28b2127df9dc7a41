// SPDX-License-Identifier: Apache-2.0
// --help: options as the command line declares them, and what tools/command_guides.cpp teaches.
#pragma once

#include <string>
#include <string_view>

#include "tools/command_words.hpp"

namespace tokenfab::tools {

std::string program_help(const CommandWords& program);
std::string command_help(const CommandWords& command);

/// "tokenfab run SCENARIO [OPTIONS]".
std::string usage_of(const CommandWords& command);

/// "--out DIR"; of a list "--chips CHIP,...".
std::string label_of(const OptionWords& option);

/// Broken at spaces into lines of at most `width`, each behind `indent`, with line ends.
std::string wrapped(std::string_view text, const std::string& indent, std::size_t width);

}  // namespace tokenfab::tools

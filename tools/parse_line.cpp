// SPDX-License-Identifier: Apache-2.0
#include "tools/parse_line.hpp"

#include "tools/command_line.hpp"

namespace tokenfab::tools {

std::string parse_fault(const std::vector<std::string>& words) {
  std::vector<const char*> arguments{"tokenfab"};
  for (const auto& word : words) {
    arguments.push_back(word.c_str());
  }
  ProgramLine line;
  try {
    line.parse(static_cast<int>(arguments.size()), arguments.data());
  } catch (const CLI::ParseError& error) {
    return error.what();
  }
  return line.action() ? "" : "no command";
}

}  // namespace tokenfab::tools

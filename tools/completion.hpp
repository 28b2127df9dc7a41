// SPDX-License-Identifier: Apache-2.0
// Completion scripts of shells, made from the commands and options of the program itself.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tools/command_words.hpp"

namespace tokenfab::tools {

enum class Shell { Bash, Zsh, Fish };

/// The script that completes commands, options, choices, ids of the catalogue and files.
std::string completion_script(const CommandWords& program, Shell shell);

std::string bash_completion(const CommandWords& program);
std::string zsh_completion(const CommandWords& program);
std::string fish_completion(const CommandWords& program);

/// Commands that have commands below them, the program (with an empty name) first, and the others.
struct CommandLevels {
  std::vector<CommandWords> inner;
  std::vector<CommandWords> leaves;
};
CommandLevels levels_of(const CommandWords& program);

/// What `explain` knows: ids by table of the catalogue, and names of metrics and warnings.
struct ExplainedNames {
  std::vector<std::pair<std::string, std::vector<std::string>>> tables;
  std::vector<std::string> names;
};
ExplainedNames explained_names();

std::vector<std::string> names_of(const std::vector<OptionWords>& options);

/// Everything that can stand as an argument of the command.
ValueWords all_arguments(const CommandWords& command);

/// Text for single quotes of zsh and fish, without what _arguments would read as syntax.
std::string quotable(std::string text);

}  // namespace tokenfab::tools

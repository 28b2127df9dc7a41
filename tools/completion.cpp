// SPDX-License-Identifier: Apache-2.0
#include "tools/completion.hpp"

#include "sim/metrics/declarations.hpp"
#include "sim/scenario/catalogue.hpp"
#include "tools/commands.hpp"

namespace tokenfab::tools {
namespace {

void add_levels(const CommandWords& command, CommandLevels& levels) {
  (command.commands.empty() ? levels.leaves : levels.inner).push_back(command);
  for (const auto& below : command.commands) {
    add_levels(below, levels);
  }
}

}  // namespace

CommandLevels levels_of(const CommandWords& program) {
  CommandLevels levels;
  add_levels(program, levels);
  levels.inner.front().name.clear();
  return levels;
}

ExplainedNames explained_names() {
  const EmbeddedTables tables;
  ExplainedNames explained;
  for (const auto& table : catalogue_tables()) {
    explained.tables.emplace_back(table, tables.ids(table));
  }
  for (const auto declarations : {metric_declarations(), warning_declarations()}) {
    for (const auto& declaration : declarations) {
      explained.names.emplace_back(declaration.name);
    }
  }
  return explained;
}

std::vector<std::string> names_of(const std::vector<OptionWords>& options) {
  std::vector<std::string> names;
  for (const auto& option : options) {
    names.push_back(option.name);
  }
  return names;
}

ValueWords all_arguments(const CommandWords& command) {
  ValueWords all;
  for (const auto& argument : command.arguments) {
    const auto& value = argument.value;
    all.choices.insert(all.choices.end(), value.choices.begin(), value.choices.end());
    all.are_files = all.are_files || value.are_files;
    all.are_folders = all.are_folders || value.are_folders;
    all.are_entries = all.are_entries || value.are_entries;
  }
  return all;
}

std::string quotable(std::string text) {
  for (auto& letter : text) {
    if (letter == '\'' || letter == '[' || letter == ']' || letter == ':' || letter == '\\') {
      letter = ' ';
    }
  }
  return text;
}

std::string completion_script(const CommandWords& program, Shell shell) {
  switch (shell) {
    case Shell::Bash:
      return bash_completion(program);
    case Shell::Zsh:
      return zsh_completion(program);
    case Shell::Fish:
      break;
  }
  return fish_completion(program);
}

}  // namespace tokenfab::tools

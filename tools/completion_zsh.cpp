// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tools/completion.hpp"

namespace tokenfab::tools {
namespace {

/// What _arguments does for a value.
std::string action(const ValueWords& values) {
  if (values.are_entries) {
    return ":name:_tokenfab_entries";
  }
  if (!values.choices.empty()) {
    const auto choices = fmt::format("{}", fmt::join(values.choices, " "));
    return values.is_list ? ":value:_sequence compadd - " + choices : ":value:(" + choices + ")";
  }
  if (values.are_files) {
    return ":file:_files";
  }
  return values.are_folders ? ":folder:_files -/" : ":value: ";
}

/// Tables first; entries behind the slash.
std::string entries_function() {
  const auto explained = explained_names();
  std::string cases;
  std::string tables;
  for (const auto& [table, ids] : explained.tables) {
    cases +=
        fmt::format("    {0}/*) compset -P '*/'; compadd -- {1} ;;\n", table, fmt::join(ids, " "));
    tables += fmt::format(" {}/", table);
  }
  return fmt::format(R"(_tokenfab_entries() {{
  case $PREFIX in
{}    *)
      compadd -S '' --{}
      compadd -- {}
      ;;
  esac
}}
)",
                     cases, tables, fmt::join(explained.names, " "));
}

std::string arguments_of(const CommandWords& command) {
  std::string text = "      _arguments";
  for (const auto& option : command.options) {
    text += fmt::format(" \\\n        '{}{}[{}]{}'", option.is_repeatable ? "*" : "", option.name,
                        quotable(option.description),
                        option.value.name.empty() ? "" : action(option.value));
  }
  return text + fmt::format(" \\\n        '*{}'\n", action(all_arguments(command)));
}

std::string described_commands(const CommandWords& command) {
  std::string text;
  const auto names = last_names_of(command.commands);
  for (std::size_t i = 0; i < names.size(); ++i) {
    text += fmt::format("        '{}:{}'\n", names[i], quotable(command.commands[i].description));
  }
  auto named =
      fmt::format("    '{}')\n      commands=(\n{}      )\n      _describe command commands\n",
                  command.name, text);
  return named + (command.arguments.empty() ? "" : arguments_of(command)) + "      ;;\n";
}

}  // namespace

std::string zsh_completion(const CommandWords& program) {
  const auto levels = levels_of(program);
  std::string names;
  std::string cases;
  for (const auto& command : levels.inner) {
    names += command.name.empty() ? "" : fmt::format("'{}'|", command.name);
    cases += described_commands(command);
  }
  for (const auto& command : levels.leaves) {
    names += fmt::format("'{}'|", command.name);
    cases += fmt::format("    '{}')\n{}      ;;\n", command.name, arguments_of(command));
  }
  names.pop_back();
  return fmt::format(R"(#compdef tokenfab
# zsh completion for tokenfab: source <(tokenfab completion zsh)
{}
_tokenfab() {{
  local command='' next
  local -a commands
  local -i last=1
  while (( last + 1 < CURRENT )); do
    next="${{command:+$command }}$words[last + 1]"
    case $next in
      {}) command=$next; (( last++ )) ;;
      *) break ;;
    esac
  done
  shift $(( last - 1 )) words
  (( CURRENT -= last - 1 ))
  case $command in
{}  esac
}}

# A file of fpath is the function's body when it is first called.
if [[ $funcstack[1] == _tokenfab ]]; then
  _tokenfab "$@"
else
  compdef _tokenfab tokenfab
fi
)",
                     entries_function(), names, cases);
}

}  // namespace tokenfab::tools

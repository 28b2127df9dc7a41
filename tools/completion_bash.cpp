// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tools/completion.hpp"

namespace tokenfab::tools {
namespace {

std::string reply(const ValueWords& values) {
  if (values.are_entries) {
    return "_tokenfab_entries";
  }
  if (!values.choices.empty()) {
    return fmt::format("{} \"{}\"", values.is_list ? "_tokenfab_list" : "_tokenfab_reply -W",
                       fmt::join(values.choices, " "));
  }
  if (values.are_files) {
    return "_tokenfab_files -f";
  }
  return values.are_folders ? "_tokenfab_files -d" : "COMPREPLY=()";
}

std::string entries_function() {
  const auto explained = explained_names();
  std::string cases;
  std::string tables;
  for (const auto& [table, ids] : explained.tables) {
    cases += fmt::format("    {0}/*) _tokenfab_reply -P {0}/ -W \"{1}\" ;;\n", table,
                         fmt::join(ids, " "));
    tables += table + "/ ";
  }
  return fmt::format(R"(_tokenfab_entries() {{
  case "$word" in
{}    *)
      _tokenfab_reply -W "{}{}"
      [[ ${{COMPREPLY[*]}} == */ ]] && compopt -o nospace 2>/dev/null
      ;;
  esac
}}
)",
                     cases, tables, fmt::join(explained.names, " "));
}

constexpr const char* reply_functions = R"(_tokenfab_reply() {
  local typed=$word
  [[ $1 == -P ]] && typed=${word#"$2"}
  mapfile -t COMPREPLY < <(compgen "$@" -- "$typed")
}

_tokenfab_files() {
  compopt -o filenames 2>/dev/null
  mapfile -t COMPREPLY < <(compgen "$1" -- "$word")
}

_tokenfab_more() {
  mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -W "$1" -- "$word")
}

# Words between commas.
_tokenfab_list() {
  local last=${word##*,}
  compopt -o nospace 2>/dev/null
  mapfile -t COMPREPLY < <(compgen -P "${word%"$last"}" -W "$1" -- "$last")
}

)";

/// The lines of `case` that say what follows an option, which options there are, and what else.
struct Cases {
  std::string values;
  std::string options;
  std::string others;
};

Cases cases_of(const CommandLevels& levels) {
  Cases cases;
  for (const auto* commands : {&levels.inner, &levels.leaves}) {
    for (const auto& command : *commands) {
      cases.options += fmt::format("      \"{}\") _tokenfab_reply -W \"{}\" ;;\n", command.name,
                                   fmt::join(names_of(command.options), " "));
      for (const auto& option : command.options) {
        if (!option.value.name.empty()) {
          cases.values += fmt::format("    \"{} {}\") {}; return ;;\n", command.name, option.name,
                                      reply(option.value));
        }
      }
    }
  }
  for (const auto& command : levels.inner) {
    cases.others +=
        fmt::format("      \"{}\") {}; _tokenfab_more \"{}{}\" ;;\n", command.name,
                    reply(all_arguments(command)), fmt::join(last_names_of(command.commands), " "),
                    command.name.empty() ? " --help --version" : "");
  }
  for (const auto& command : levels.leaves) {
    cases.others +=
        fmt::format("      \"{}\") {} ;;\n", command.name, reply(all_arguments(command)));
  }
  return cases;
}

std::string all_names(const CommandLevels& levels) {
  std::string names;
  for (const auto* commands : {&levels.inner, &levels.leaves}) {
    for (const auto& command : *commands) {
      if (!command.name.empty()) {
        names += fmt::format("{}\"{}\"", names.empty() ? "" : " | ", command.name);
      }
    }
  }
  return names;
}

}  // namespace

std::string bash_completion(const CommandWords& program) {
  const auto levels = levels_of(program);
  const auto cases = cases_of(levels);
  return fmt::format(R"(# bash completion for tokenfab: source <(tokenfab completion bash)
{}{}
_tokenfab() {{
  local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD - 1]}} command='' at next
  for ((at = 1; at < COMP_CWORD; at++)); do
    next="${{command:+$command }}${{COMP_WORDS[at]}}"
    case "$next" in
      {}) command=$next ;;
      *) break ;;
    esac
  done
  # bash makes three words of --option=value.
  if [[ $word == = ]]; then
    word=''
  elif [[ $before == = ]]; then
    before=${{COMP_WORDS[COMP_CWORD - 2]}}
  fi
  case "$command $before" in
{}  esac
  if [[ $word == -* ]]; then
    case "$command" in
{}    esac
  else
    case "$command" in
{}    esac
  fi
}}

complete -F _tokenfab tokenfab
)",
                     reply_functions, entries_function(), all_names(levels), cases.values,
                     cases.options, cases.others);
}

}  // namespace tokenfab::tools

// SPDX-License-Identifier: Apache-2.0
#include "tools/completion.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

namespace tokenfab::tools {
namespace {

/// What can follow an option or stand as an argument.
struct Values {
  std::vector<std::string> choices;
  bool are_files = false;  // or folders
  bool are_folders = false;
};

struct OptionWords {
  std::string name;  // "--out"
  std::string description;
  bool takes_value = false;
  Values values;
};

struct CommandWords {
  std::string name;
  std::string description;
  std::vector<OptionWords> options;
  Values arguments;  // of all positional ones together
};

Values values_of(const CLI::Option& option) {
  Values values;
  const auto type = option.get_type_name();
  values.are_files = type == "FILE" || type == "PATH";
  values.are_folders = type == "DIR";
  for (std::size_t begin = 0; type.find('|') != std::string::npos && begin <= type.size();) {
    const auto end = std::min(type.find('|', begin), type.size());
    values.choices.push_back(type.substr(begin, end - begin));
    begin = end + 1;
  }
  return values;
}

CommandWords words_of(const CLI::App& command) {
  CommandWords words{command.get_name(), command.get_description(), {}, {}};
  for (const auto* option : command.get_options()) {
    const auto values = values_of(*option);
    for (const auto& name : option->get_lnames()) {
      words.options.push_back(
          {"--" + name, option->get_description(), option->get_items_expected_max() > 0, values});
    }
    if (option->get_positional()) {
      auto& all = words.arguments;
      all.choices.insert(all.choices.end(), values.choices.begin(), values.choices.end());
      all.are_files = all.are_files || values.are_files;
      all.are_folders = all.are_folders || values.are_folders;
    }
  }
  return words;
}

std::vector<CommandWords> commands_of(const CLI::App& app) {
  std::vector<CommandWords> commands;
  for (const auto* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    commands.push_back(words_of(*command));
  }
  return commands;
}

std::vector<std::string> names_of(const std::vector<OptionWords>& options) {
  std::vector<std::string> names;
  for (const auto& option : options) {
    names.push_back(option.name);
  }
  return names;
}

std::vector<std::string> names_of(const std::vector<CommandWords>& commands) {
  std::vector<std::string> names;
  for (const auto& command : commands) {
    names.push_back(command.name);
  }
  return names;
}

std::string bash_reply(const Values& values) {
  if (!values.choices.empty()) {
    return fmt::format("_tokenfab_reply -W \"{}\"", fmt::join(values.choices, " "));
  }
  if (values.are_files) {
    return "_tokenfab_reply -f";
  }
  return values.are_folders ? "_tokenfab_reply -d" : "COMPREPLY=()";
}

std::string bash_script(const CommandWords& program, const std::vector<CommandWords>& commands) {
  std::string values;
  std::string options;
  std::string arguments;
  for (const auto& command : commands) {
    for (const auto& option : command.options) {
      if (option.takes_value) {
        values += fmt::format("    \"{} {}\") {}; return ;;\n", command.name, option.name,
                              bash_reply(option.values));
      }
    }
    options += fmt::format("      {}) _tokenfab_reply -W \"{}\" ;;\n", command.name,
                           fmt::join(names_of(command.options), " "));
    arguments += fmt::format("      {}) {} ;;\n", command.name, bash_reply(command.arguments));
  }
  return fmt::format(R"(# bash completion for tokenfab: source <(tokenfab completion bash)
_tokenfab_reply() {{
  mapfile -t COMPREPLY < <(compgen "$@" -- "${{COMP_WORDS[COMP_CWORD]}}")
}}

_tokenfab() {{
  local word=${{COMP_WORDS[COMP_CWORD]}} command=${{COMP_WORDS[1]}}
  if ((COMP_CWORD == 1)); then
    _tokenfab_reply -W "{} {}"
    return
  fi
  case "$command ${{COMP_WORDS[COMP_CWORD - 1]}}" in
{}  esac
  if [[ $word == -* ]]; then
    case "$command" in
{}    esac
  else
    case "$command" in
{}    esac
  fi
}}

complete -o filenames -F _tokenfab tokenfab
)",
                     fmt::join(names_of(commands), " "), fmt::join(names_of(program.options), " "),
                     values, options, arguments);
}

/// Text for single quotes of zsh and fish, without what _arguments would read as syntax.
std::string quotable(std::string text) {
  for (auto& letter : text) {
    if (letter == '\'' || letter == '[' || letter == ']' || letter == ':' || letter == '\\') {
      letter = ' ';
    }
  }
  return text;
}

std::string zsh_action(const Values& values) {
  if (!values.choices.empty()) {
    return fmt::format(":value:({})", fmt::join(values.choices, " "));
  }
  if (values.are_files) {
    return ":file:_files";
  }
  return values.are_folders ? ":folder:_files -/" : ":value: ";
}

std::string zsh_script(const std::vector<CommandWords>& commands) {
  std::string names;
  std::string cases;
  for (const auto& command : commands) {
    names += fmt::format("    '{}:{}'\n", command.name, quotable(command.description));
    cases += fmt::format("    {})\n      _arguments", command.name);
    for (const auto& option : command.options) {
      cases += fmt::format(" \\\n        '{}[{}]{}'", option.name, quotable(option.description),
                           option.takes_value ? zsh_action(option.values) : "");
    }
    cases += fmt::format(" \\\n        '*{}'\n      ;;\n", zsh_action(command.arguments));
  }
  return fmt::format(R"(#compdef tokenfab
# zsh completion for tokenfab: source <(tokenfab completion zsh)
_tokenfab() {{
  local -a commands
  commands=(
{}  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
{}  esac
}}

compdef _tokenfab tokenfab
)",
                     names, cases);
}

std::string fish_values(const Values& values) {
  if (!values.choices.empty()) {
    return fmt::format(" -f -a '{}'", fmt::join(values.choices, " "));
  }
  return values.are_files || values.are_folders ? " -F" : " -f";
}

std::string fish_script(const std::vector<CommandWords>& commands) {
  std::string text = "# fish completion for tokenfab: tokenfab completion fish | source\n";
  for (const auto& command : commands) {
    text += fmt::format("complete -c tokenfab -n __fish_use_subcommand -f -a {} -d '{}'\n",
                        command.name, quotable(command.description));
    const auto condition = fmt::format("-n '__fish_seen_subcommand_from {}'", command.name);
    text += fmt::format("complete -c tokenfab {}{}\n", condition, fish_values(command.arguments));
    for (const auto& option : command.options) {
      text += fmt::format("complete -c tokenfab {} -l {}{}{} -d '{}'\n", condition,
                          option.name.substr(2), option.takes_value ? " -r" : "",
                          option.takes_value ? fish_values(option.values) : "",
                          quotable(option.description));
    }
  }
  return text;
}

}  // namespace

std::string completion_script(const CLI::App& app, Shell shell) {
  const auto commands = commands_of(app);
  switch (shell) {
    case Shell::Bash:
      return bash_script(words_of(app), commands);
    case Shell::Zsh:
      return zsh_script(commands);
    case Shell::Fish:
      return fish_script(commands);
  }
  return {};
}

}  // namespace tokenfab::tools

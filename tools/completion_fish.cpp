// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tools/completion.hpp"

namespace tokenfab::tools {
namespace {

std::string values_of(const ValueWords& values) {
  if (values.are_entries) {
    return " -f -a '(__tokenfab_entries)'";
  }
  if (!values.choices.empty()) {
    const auto choices = fmt::format("{}", fmt::join(values.choices, " "));
    return values.is_list
               ? fmt::format(
                     " -f -a '(__fish_complete_list , \"echo {} | string split \\\" \\\"\")'",
                     choices)
               : fmt::format(" -f -a '{}'", choices);
  }
  return values.are_files || values.are_folders ? " -F" : " -f";
}

/// The function that answers with tables, and behind a slash with their entries.
std::string entries_function() {
  const auto explained = explained_names();
  std::string text = "function __tokenfab_entries\n  switch (commandline -ct)\n";
  std::string tables;
  for (const auto& [table, ids] : explained.tables) {
    text +=
        fmt::format("    case '{0}/*'\n      printf '{0}/%s\\n' {1}\n", table, fmt::join(ids, " "));
    tables += fmt::format(" {}/", table);
  }
  return text + fmt::format("    case '*'\n      printf '%s\\n'{} {}\n  end\nend\n", tables,
                            fmt::join(explained.names, " "));
}

/// True where the words so far are this command and none below it.
std::string condition_of(const CommandWords& command) {
  if (command.name.empty()) {
    return "__fish_use_subcommand";
  }
  std::string text;
  for (std::size_t begin = 0; begin < command.name.size();) {
    const auto end = std::min(command.name.find(' ', begin), command.name.size());
    text += fmt::format("{}__fish_seen_subcommand_from {}", text.empty() ? "" : "; and ",
                        command.name.substr(begin, end - begin));
    begin = end + 1;
  }
  if (!command.commands.empty()) {
    text += fmt::format("; and not __fish_seen_subcommand_from {}",
                        fmt::join(last_names_of(command.commands), " "));
  }
  return text;
}

}  // namespace

std::string fish_completion(const CommandWords& program) {
  const auto levels = levels_of(program);
  auto text =
      "# fish completion for tokenfab: tokenfab completion fish | source\n" + entries_function();
  for (const auto* commands : {&levels.inner, &levels.leaves}) {
    for (const auto& command : *commands) {
      const auto begin = fmt::format("complete -c tokenfab -n '{}'", condition_of(command));
      const auto names = last_names_of(command.commands);
      for (std::size_t i = 0; i < names.size(); ++i) {
        text += fmt::format("{} -f -a {} -d '{}'\n", begin, names[i],
                            quotable(command.commands[i].description));
      }
      if (command.does_something()) {
        text += fmt::format("{}{}\n", begin, values_of(all_arguments(command)));
      }
      for (const auto& option : command.options) {
        const bool has_value = !option.value.name.empty();
        text += fmt::format("{} -l {}{}{} -d '{}'\n", begin, option.name.substr(2),
                            has_value ? " -r" : "", has_value ? values_of(option.value) : "",
                            quotable(option.description));
      }
    }
  }
  return text;
}

}  // namespace tokenfab::tools

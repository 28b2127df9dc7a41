// SPDX-License-Identifier: Apache-2.0
#include "tools/command_words.hpp"

#include <algorithm>
#include <string_view>

#include "sim/scenario/catalogue.hpp"
#include "tools/command_line.hpp"
#include "tools/line_options.hpp"

namespace tokenfab::tools {
namespace {

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const auto end = std::min(text.find(separator, begin), text.size());
    parts.emplace_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

/// CLI11 tells what a check accepts behind a colon: "TEXT:{chip,model}", "INT:INT in [1 - 9]".
struct TypeText {
  std::string name;
  std::vector<std::string> choices;
  std::string range;
};

TypeText type_of(const CLI::Option& option) {
  const auto type = option.get_type_name();
  const auto colon = std::min(type.find(':'), type.size());
  TypeText text{type.substr(0, colon), {}, ""};
  const auto check = colon < type.size() ? type.substr(colon + 1) : "";
  if (check.starts_with("{") && check.ends_with("}")) {
    text.choices = split(check.substr(1, check.size() - 2), ',');
    text.name = "WORD";
  } else if (const auto at = check.find(" in ["); at != std::string::npos && check.ends_with("]")) {
    auto range = check.substr(at + 5, check.size() - at - 6);
    const auto dash = range.find(" - ");
    text.range = range.substr(0, dash) + " to " + range.substr(dash + 3);
  } else if (text.name.find('|') != std::string::npos) {
    text.choices = split(text.name, '|');
  }
  return text;
}

/// The tables whose ids an option takes, by its type name.
std::vector<std::string> ids_of(std::string_view type) {
  const auto table = type == chip_type     ? "chips"
                     : type == node_type   ? "nodes"
                     : type == engine_type ? "engines"
                                           : "";
  return *table == '\0' ? std::vector<std::string>() : EmbeddedTables().ids(table);
}

OptionWords words_of(const CLI::Option& option) {
  OptionWords words;
  words.description = option.get_description();
  words.is_required = option.get_required();
  if (option.get_items_expected_max() == 0) {
    return words;  // a flag
  }
  auto type = type_of(option);
  auto& value = words.value;
  value.name = type.name;
  value.choices = type.choices.empty() ? ids_of(type.name) : std::move(type.choices);
  value.are_files = type.name == file_type || type.name == path_type;
  value.are_folders = type.name == folder_type;
  value.are_entries = type.name == entry_type;
  value.is_list = option.get_delimiter() != '\0';
  words.is_repeatable = option.get_items_expected_max() > 1 && !value.is_list;
  constexpr std::size_t longest_name = 30;
  if (value.name.size() > longest_name) {
    value.name = "WORD";
    words.description += fmt::format(": {}", fmt::join(value.choices, ", "));
  }
  if (!type.range.empty()) {
    words.description += " (" + type.range + ")";
  }
  return words;
}

}  // namespace

CommandWords words_of(const CLI::App& app) {
  CommandWords words;
  words.name = app.get_name();
  words.description = app.get_description();
  for (const auto* option : app.get_options()) {
    auto each = words_of(*option);
    if (option->get_positional()) {
      each.name = option->get_single_name();
      words.arguments.push_back(each);
    }
    for (const auto& name : option->get_lnames()) {
      each.name = "--" + name;
      each.short_name = option->get_snames().empty() ? "" : "-" + option->get_snames().front();
      words.options.push_back(each);
    }
  }
  for (const auto* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    auto each = words_of(*command);
    if (app.get_parent() != nullptr) {
      each.name = words.name + " " + each.name;
    }
    words.commands.push_back(std::move(each));
  }
  return words;
}

CommandWords program_words() {
  const ProgramLine line;
  return words_of(line.app());
}

std::vector<std::string> last_names_of(const std::vector<CommandWords>& commands) {
  std::vector<std::string> names;
  for (const auto& command : commands) {
    names.push_back(command.name.substr(command.name.rfind(' ') + 1));
  }
  return names;
}

std::vector<CommandWords> plain_commands(const CommandWords& program) {
  std::vector<CommandWords> found;
  for (const auto& command : program.commands) {
    if (command.does_something()) {
      found.push_back(command);
    }
    const auto below = plain_commands(command);
    found.insert(found.end(), below.begin(), below.end());
  }
  return found;
}

}  // namespace tokenfab::tools

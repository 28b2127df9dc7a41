// SPDX-License-Identifier: Apache-2.0
#include "tools/help_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <vector>

#include "tools/command_guides.hpp"

namespace tokenfab::tools {
namespace {

constexpr std::size_t width = 80;
constexpr std::size_t column = 28;  // where descriptions begin

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char letter) { return static_cast<char>(std::toupper(letter)); });
  return text;
}

/// A label, and what it means beside it or, where the label is long, below.
std::string entry(const std::string& label, std::string_view meaning) {
  const std::string indent(column, ' ');
  const auto text = wrapped(meaning, indent, width);
  if (label.size() + 4 > column) {
    return fmt::format("  {}\n{}", label, text);
  }
  return fmt::format("  {:<{}}{}", label, column - 2, text.substr(std::min(column, text.size())));
}

std::string entries(const char* heading, const std::vector<OptionWords>& options) {
  std::string text;
  for (const auto& option : options) {
    const auto description =
        option.description + (option.is_required ? " (required)" : "") +
        (option.is_repeatable && option.name.starts_with("--") ? "; may be repeated" : "");
    text += entry(label_of(option), description);
  }
  return text.empty() ? "" : fmt::format("\n{}:\n{}", heading, text);
}

std::string commands_text(const char* heading, const std::vector<const CommandWords*>& commands) {
  std::string text;
  for (const auto* command : commands) {
    text += entry(command->name, command->description);
  }
  return text.empty() ? "" : fmt::format("\n{}:\n{}", heading, text);
}

std::string examples_text(const char* heading, const std::vector<Example>& examples) {
  auto text = fmt::format("\n{}:\n", heading);
  for (const auto& example : examples) {
    text += fmt::format("  {}\n{}", example.line, wrapped(example.says, "      ", width));
  }
  return text;
}

std::string codes_text(const std::vector<ExitCode>& codes) {
  std::string text = "\nExit codes:\n";
  for (const auto& [code, meaning] : exit_code_meanings()) {
    const bool is_every_commands = code == exit_ok || code == exit_internal || code == exit_usage;
    if (is_every_commands || std::find(codes.begin(), codes.end(), code) != codes.end()) {
      text += fmt::format("  {:>2}  {}", static_cast<int>(code),
                          wrapped(meaning, std::string(6, ' '), width).substr(6));
    }
  }
  return text;
}

}  // namespace

std::string wrapped(std::string_view text, const std::string& indent, std::size_t line_width) {
  std::string lines;
  std::string line;
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = std::min(text.find(' ', begin), text.size());
    const auto word = text.substr(begin, end - begin);
    if (!line.empty() && indent.size() + line.size() + 1 + word.size() > line_width) {
      lines += indent + line + "\n";
      line.clear();
    }
    line += (line.empty() ? "" : " ") + std::string(word);
    begin = end + 1;
  }
  return lines + indent + line + "\n";
}

std::string label_of(const OptionWords& option) {
  const auto& value = option.value.name;
  const auto names =
      option.short_name.empty() ? option.name : option.short_name + ", " + option.name;
  if (value.empty()) {
    return names;
  }
  return fmt::format("{} {}{}", names, value, option.value.is_list ? ",..." : "");
}

std::string usage_of(const CommandWords& command) {
  auto text = command.name == "tokenfab" ? command.name : "tokenfab " + command.name;
  if (!command.does_something()) {
    text += " COMMAND";
  }
  for (const auto& argument : command.arguments) {
    const auto name = upper(argument.name) + (argument.is_repeatable ? "..." : "");
    text += argument.is_required ? " " + name : " [" + name + "]";
  }
  for (auto option : command.options) {
    option.short_name.clear();
    text += option.is_required ? " " + label_of(option) : "";
  }
  return text + " [OPTIONS]";
}

std::string command_help(const CommandWords& command) {
  auto text = wrapped("tokenfab " + command.name + ": " + command.description, "", width) +
              "\nUsage: " + usage_of(command) + "\n" + entries("Arguments", command.arguments);
  std::vector<const CommandWords*> below;
  for (const auto& each : command.commands) {
    below.push_back(&each);
  }
  text += commands_text("Commands", below) + entries("Options", command.options);
  if (const auto* guide = find_guide(command.name)) {
    text += "\nWrites:\n" + wrapped(guide->writes, "  ", width) +
            examples_text("Examples", guide->examples) + codes_text(guide->codes);
  }
  return text;
}

std::string program_help(const CommandWords& program) {
  auto text = wrapped(program.description, "", width) + "\nUsage: " + usage_of(program) + "\n" +
              examples_text("Start here", first_examples());
  // A command is shown where the first guide of its own or of a command below it puts it.
  const auto user_of = [](const CommandWords& command) {
    for (const auto& guide : command_guides()) {
      const auto first_word = guide.command.substr(0, guide.command.find(' '));
      if (first_word == command.name) {
        return guide.user;
      }
    }
    return User::Anyone;
  };
  for (const auto user : users) {
    std::vector<const CommandWords*> commands;
    for (const auto& command : program.commands) {
      if (user_of(command) == user) {
        commands.push_back(&command);
      }
    }
    text += commands_text(std::string(heading_of(user)).c_str(), commands);
  }
  return text + entries("Options", program.options) + "\n" +
         wrapped(
             "tokenfab COMMAND --help shows its options, examples and exit codes; man tokenfab "
             "has them all.",
             "", width);
}

}  // namespace tokenfab::tools

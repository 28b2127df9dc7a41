// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "tools/command_guides.hpp"
#include "tools/help_text.hpp"
#include "tools/manual_text.hpp"

namespace tokenfab::tools {
namespace {

constexpr std::size_t width = 100;

std::string code_block(const std::vector<Example>& examples) {
  std::string text = "\n";
  for (const auto& example : examples) {
    text += fmt::format("    {}\n{}", example.line, wrapped(example.says, "        # ", width));
  }
  return text;
}

std::string options_of(const CommandWords& command) {
  std::string text;
  for (const auto* options : {&command.arguments, &command.options}) {
    for (const auto& option : *options) {
      if (option.name != "--help") {
        const auto line = fmt::format("`{}`: {}{}", label_of(option), option.description,
                                      option.is_required ? " (required)" : "");
        text += "* " + wrapped(line, "  ", width).substr(2);
      }
    }
  }
  return text.empty() ? "" : "\n" + text;
}

std::string command_of(const CommandWords& command) {
  auto text = fmt::format("\n### tokenfab {}\n\n{}.\n\n    {}\n{}", command.name,
                          wrapped(command.description, "", width - 1)
                              .substr(0, wrapped(command.description, "", width - 1).size() - 1),
                          usage_of(command), options_of(command));
  const auto* guide = find_guide(command.name);
  if (guide == nullptr) {
    return text;
  }
  std::vector<int> codes{exit_ok, exit_internal, exit_usage};
  codes.insert(codes.end(), guide->codes.begin(), guide->codes.end());
  text += "\n" +
          wrapped(fmt::format("Writes: {} Exit codes: {}.", guide->writes, fmt::join(codes, ", ")),
                  "", width);
  return text + code_block(guide->examples);
}

std::string page_of(const ManualPage& page) {
  auto text = fmt::format("\n## {}\n", page.title);
  bool was_kept = false;
  for (const auto paragraph : page.paragraphs) {
    const bool is_kept = paragraph.starts_with("  ");
    text += is_kept && was_kept ? "" : "\n";
    text += is_kept ? fmt::format("  {}\n", paragraph) : wrapped(paragraph, "", width);
    was_kept = is_kept;
  }
  return text;
}

}  // namespace

std::string manual_markdown(const CommandWords& program) {
  auto text = std::string("# Commands\n\n<!-- Made by: tokenfab manual --format markdown -->\n\n") +
              wrapped(
                  "Every command with its options, what it leaves behind, its exit codes and "
                  "lines to try. `tokenfab COMMAND --help` says the same, and so does "
                  "`man tokenfab`, where it is installed (`tools/package.sh`). Shells complete "
                  "all of it: `tokenfab completion bash`.",
                  "", width) +
              "\nThe first lines:\n" + code_block(first_examples());
  for (const auto user : users) {
    text += fmt::format("\n## {}\n", heading_of(user));
    for (const auto& command : plain_commands(program)) {
      const auto* guide = find_guide(command.name);
      text += (guide == nullptr ? User::Anyone : guide->user) == user ? command_of(command) : "";
    }
  }
  text += "\n## Exit codes\n\n| code | meaning |\n|---|---|\n";
  for (const auto& [code, meaning] : exit_code_meanings()) {
    text += fmt::format("| {} | {} |\n", static_cast<int>(code), meaning);
  }
  for (const auto& page : manual_pages()) {
    text += page_of(page);
  }
  return text;
}

}  // namespace tokenfab::tools

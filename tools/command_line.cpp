// SPDX-License-Identifier: Apache-2.0
#include "tools/command_line.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sim/core/nearest.hpp"
#include "tools/command_lines.hpp"
#include "tools/command_words.hpp"
#include "tools/exit_codes.hpp"
#include "tools/help_text.hpp"

namespace tokenfab::tools {
namespace {

class HelpFormatter : public CLI::FormatterBase {
 public:
  std::string make_help(const CLI::App* app, std::string, CLI::AppFormatMode) const override {
    auto words = words_of(*app);
    for (const auto* above = app->get_parent(); above != nullptr && above->get_parent() != nullptr;
         above = above->get_parent()) {
      words.name = above->get_name() + " " + words.name;
    }
    return app->get_parent() == nullptr ? program_help(words) : command_help(words);
  }
};

/// The command that the words were meant for, or the program itself.
const CLI::App& meant_command(const CLI::App& app) {
  const auto given = app.get_subcommands();
  return given.empty() ? app : meant_command(*given.front());
}

/// What a word that nothing takes was probably meant to be.
std::string hint_for(const std::string& word, const CommandWords& command) {
  std::vector<std::string> known;
  for (const auto& option : command.options) {
    known.push_back(option.name);
  }
  for (const auto& each : command.commands) {
    known.push_back(each.name);
  }
  return did_you_mean(word.substr(0, word.find('=')), known);
}

std::string path_of(const CLI::App& command) {
  const auto* above = command.get_parent();
  return (above == nullptr ? "" : path_of(*above) + " ") + command.get_name();
}

std::string failure_text(const CLI::App* app, const CLI::Error& error) {
  const auto& command = meant_command(*app);
  const auto path = path_of(command);
  const auto extras = app->remaining(true);
  std::string text = path + ": ";
  const bool is_extra =
      error.get_exit_code() == static_cast<int>(CLI::ExitCodes::ExtrasError) && !extras.empty();
  if (is_extra) {
    text += "\"" + extras.front() + "\" is not known here";
  } else {
    text += error.what();
  }
  const auto words = words_of(command);
  if (const auto hint = extras.empty() ? "" : hint_for(extras.front(), words); !hint.empty()) {
    text += "; " + hint;
  } else if (!words.commands.empty()) {
    text += fmt::format("; known: {}", fmt::join(last_names_of(words.commands), ", "));
  }
  return text + "\n" + path + " --help shows its options and examples\n";
}

/// In the order of the manual.
void add_commands(CLI::App& app, Action& action) {
  app.require_subcommand(0, 1);
  add_run(app, action);
  add_validate(app, action);
  add_list(app, action);
  add_explain(app, action);
  add_schema(app, action);
  add_show(app, action);
  add_compare(app, action);
  add_sweep(app, action);
  add_plan(app, action);
  add_curve(app, action);
  add_gate(app, action);
  add_report(app, action);
  add_rerun(app, action);
  add_validate_against(app, action);
  add_calibrate(app, action);
  add_timeline(app, action);
  add_import(app, action);
  add_completion(app, action);
  add_manual(app, action);
}

}  // namespace

ProgramLine::ProgramLine()
    : app_(
          "Tokenfab simulates the AI factory: energy goes in, tokens come out, and it says "
          "what every token costs and how well every layer is used.",
          "tokenfab") {
  app_.formatter(std::make_shared<HelpFormatter>());
  app_.failure_message(failure_text);
  app_.set_help_flag("-h,--help", "Print this help and exit");
  app_.add_flag("--version", wants_version_, "Print the version and exit");
  add_commands(app_, action_);
}

int ProgramLine::exit(const CLI::ParseError& error) const {
  return app_.exit(error) == 0 ? exit_ok : exit_usage;
}

}  // namespace tokenfab::tools

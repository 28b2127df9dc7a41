// SPDX-License-Identifier: Apache-2.0
// Command lines that tell what there is.
#include <memory>

#include "tools/command_lines.hpp"
#include "tools/completion.hpp"
#include "tools/line_options.hpp"
#include "tools/manual_text.hpp"

namespace tokenfab::tools {

void add_list(CLI::App& app, Action& action) {
  auto* command = app.add_subcommand("list", "List what scenarios can name");
  auto what = std::make_shared<std::string>();
  auto format = std::make_shared<Format>(Format::Text);
  command->add_option("what", *what, "What to list")
      ->required()
      ->type_name(fmt::format("{}", fmt::join(known_lists(), "|")));
  add_choice(*command, "--format", *format, formats(), "Form of the standard output");
  command->callback(
      [what, format, &action] { action = [what, format] { return list(*what, *format); }; });
}

void add_explain(CLI::App& app, Action& action) {
  auto* command =
      app.add_subcommand("explain", "Say what a scenario field, a metric or a warning means");
  auto what = std::make_shared<std::string>();
  command
      ->add_option(
          "what", *what,
          "JSON pointer such as /sites/*/cooling, a name such as ttft_p99_s, or an entry such "
          "as chips/b200")
      ->required()
      ->type_name(entry_type);
  command->callback([what, &action] { action = [what] { return explain(*what); }; });
}

void add_schema(CLI::App& app, Action& action) {
  auto* command = app.add_subcommand("schema", "Print the JSON Schema (draft-07) of scenarios");
  command->callback([&action] { action = schema; });
}

void add_import(CLI::App& app, Action& action) {
  auto* command = app.add_subcommand("import", "Turn other formats into catalogue entries");
  command->require_subcommand(1);
  auto* hf = command->add_subcommand("hf", "A Hugging Face config.json");
  auto path = std::make_shared<std::string>();
  auto id = std::make_shared<std::string>();
  hf->add_option("path", *path, "The config.json, or the folder it is in")
      ->required()
      ->type_name(path_type);
  hf->add_option("--id", *id, "Id of the entry; made of the path if absent");
  hf->callback([path, id, &action] { action = [path, id] { return import_hf(*path, *id); }; });
}

void add_completion(CLI::App& app, Action& action) {
  auto* command = app.add_subcommand("completion", "Print the completion script of a shell");
  auto shell = std::make_shared<Shell>(Shell::Bash);
  const std::map<std::string, Shell> shells{
      {"bash", Shell::Bash}, {"fish", Shell::Fish}, {"zsh", Shell::Zsh}};
  add_choice(*command, "shell", *shell, shells, "Which shell")->required();
  command->callback([shell, &action] {
    action = [shell] {
      fmt::print("{}", completion_script(program_words(), *shell));
      return static_cast<int>(exit_ok);
    };
  });
}

void add_manual(CLI::App& app, Action& action) {
  auto* command = app.add_subcommand("manual", "Print this program's manual");
  auto print = std::make_shared<decltype(&manual_roff)>(manual_roff);
  const std::map<std::string, decltype(&manual_roff)> forms{{"man", manual_roff},
                                                            {"markdown", manual_markdown}};
  add_choice(*command, "--format", *print, forms, "For man (the page tokenfab.1), or Markdown");
  command->callback([print, &action] {
    action = [print] {
      fmt::print("{}", (*print)(program_words()));
      return static_cast<int>(exit_ok);
    };
  });
}

}  // namespace tokenfab::tools

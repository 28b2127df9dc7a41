// SPDX-License-Identifier: Apache-2.0
// The commands and options of the program as plain words, read off the command line's own
// declarations. Help, manual and completions are made of them.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace tokenfab::tools {

/// What can follow an option or stand as an argument.
struct ValueWords {
  std::string name;  // "FILE"; empty: nothing follows
  std::vector<std::string> choices;
  bool are_files = false;  // or folders
  bool are_folders = false;
  bool are_entries = false;  // of the catalogue: "chips/b200"
  bool is_list = false;      // words between commas
};

struct OptionWords {
  std::string name;        // "--out"; of an argument "scenario"
  std::string short_name;  // "-o"; empty: none
  std::string description;
  ValueWords value;
  bool is_required = false;
  bool is_repeatable = false;
};

struct CommandWords {
  std::string name;  // "import hf"; of the program "tokenfab"
  std::string description;
  std::vector<OptionWords> arguments;
  std::vector<OptionWords> options;
  std::vector<CommandWords> commands;

  /// False: only the commands below it do something.
  bool does_something() const { return commands.empty() || !arguments.empty(); }
};

CommandWords words_of(const CLI::App& app);

/// Of the whole program.
CommandWords program_words();

/// The last words of their names: of "import hf" it is "hf".
std::vector<std::string> last_names_of(const std::vector<CommandWords>& commands);

/// Those that do something, in the order of their declaration.
std::vector<CommandWords> plain_commands(const CommandWords& program);

}  // namespace tokenfab::tools

// SPDX-License-Identifier: Apache-2.0
// What --help, the manual and docs/commands.md teach of every command besides its options: for whom
// it is, what it leaves behind, how it ends, and lines to try. A new command needs one entry here.
#pragma once

#include <string_view>
#include <vector>

#include "tools/exit_codes.hpp"

namespace tokenfab::tools {

enum class User { Planner, Researcher, Ci, Anyone };
inline constexpr User users[] = {User::Planner, User::Researcher, User::Ci, User::Anyone};

/// "Planners run", ...
std::string_view heading_of(User user);

struct Example {
  std::string_view line;  // of a shell in a folder with our scenarios/
  std::string_view says;
};

struct CommandGuide {
  std::string_view command;  // "run", "import hf"
  User user;
  std::string_view writes;
  std::vector<ExitCode> codes;  // besides 0, 1 and 2, which every command has
  std::vector<Example> examples;
};

/// In the order of the help.
const std::vector<CommandGuide>& command_guides();
/// Null if the command has none.
const CommandGuide* find_guide(std::string_view command);

/// The first lines to try.
const std::vector<Example>& first_examples();

/// A page of the manual that belongs to no command: paragraphs of one line each; one that begins
/// with two spaces is taken as it is, for tables and code.
struct ManualPage {
  std::string_view title;
  std::vector<std::string_view> paragraphs;
};
const std::vector<ManualPage>& manual_pages();

}  // namespace tokenfab::tools

// SPDX-License-Identifier: Apache-2.0
// The words of the command line. Parsing only chooses what to do.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <vector>

namespace tokenfab::tools {

/// What the parsed command line asks for; answers the exit code.
using Action = std::function<int()>;

/// All commands, declared once per object; it must outlive the action.
class ProgramLine {
 public:
  ProgramLine();
  ProgramLine(const ProgramLine&) = delete;
  ProgramLine& operator=(const ProgramLine&) = delete;

  const CLI::App& app() const { return app_; }
  /// Throws CLI::ParseError, which `exit` turns into words. Without a command the action is empty.
  void parse(int argc, const char* const* argv) { app_.parse(argc, argv); }
  const Action& action() const { return action_; }
  bool wants_version() const { return wants_version_; }

  /// Prints the help or what is wrong, and answers the exit code.
  int exit(const CLI::ParseError& error) const;

 private:
  CLI::App app_;
  Action action_;
  bool wants_version_ = false;
};

}  // namespace tokenfab::tools

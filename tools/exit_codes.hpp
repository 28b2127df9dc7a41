// SPDX-License-Identifier: Apache-2.0
// How the program ends.
#pragma once

#include <functional>
#include <span>
#include <stdexcept>
#include <string_view>

namespace tokenfab::tools {

enum ExitCode {
  exit_ok = 0,
  exit_internal = 1,
  exit_usage = 2,
  exit_scenario = 3,
  exit_data = 4,
  exit_infeasible = 5,
  exit_interrupted = 6,
  exit_false = 10,  // an assertion, a comparison or a gate; the results are written
};

struct ExitCodeMeaning {
  ExitCode code;
  std::string_view meaning;
};
/// All of them in order, for help, manual and docs/commands.md.
std::span<const ExitCodeMeaning> exit_code_meanings();

/// A command was given a word that it does not know.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Runs a command; prints what it throws to standard error and answers its exit code.
int exit_code_of(const std::function<int()>& command);

/// The code of a command that has ended with `code`: where standard output cannot take what it
/// printed, that is a failure of its own and thrown.
int after_output(int code);

}  // namespace tokenfab::tools

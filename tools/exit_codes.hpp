// SPDX-License-Identifier: Apache-2.0
// How the program ends.
#pragma once

#include <functional>
#include <stdexcept>

namespace tokenfab::tools {

/// Exit codes, as docs/architecture.md lists them.
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

/// A command was given a word that it does not know.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Runs a command; prints what it throws to standard error and answers its exit code.
int exit_code_of(const std::function<int()>& command);

}  // namespace tokenfab::tools

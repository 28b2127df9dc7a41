// SPDX-License-Identifier: Apache-2.0
// The three ways a run can be the user's to fix, each an exception with all its problems at once.
// Raised only before the engine runs; `tools/` maps them to exit codes 3, 4 and 5.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace tokenfab {

/// A place in a text file; line and column count from 1, 0 means unknown.
struct SourcePlace {
  std::string file;
  int line = 0;
  int column = 0;
};

/// One thing wrong with the input, told so that it can be fixed without reading our code.
struct Problem {
  SourcePlace place;
  std::string pointer;  // RFC 6901 JSON pointer, empty outside JSON
  std::string message;  // what is wrong, with the value and what is allowed
  std::string fix;      // nearest known name or smallest change; may be empty
};

/// "file:line:column: /pointer: message (fix)".
std::string describe(const Problem& problem);

class InputError : public std::runtime_error {
 public:
  explicit InputError(std::vector<Problem> problems);
  const std::vector<Problem>& problems() const { return problems_; }

 private:
  std::vector<Problem> problems_;
};

/// The scenario is invalid, or a file it names is missing or not a file (exit 3).
class ConfigError : public InputError {
 public:
  using InputError::InputError;
};

/// The contents of a trace or table are invalid (exit 4).
class DataError : public InputError {
 public:
  using InputError::InputError;
};

/// The scenario is valid but cannot work: weights that do not fit, say (exit 5).
class InfeasibleError : public InputError {
 public:
  using InputError::InputError;
};

}  // namespace tokenfab

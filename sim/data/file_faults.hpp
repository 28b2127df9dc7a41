// SPDX-License-Identifier: Apache-2.0
// What is wrong with one data file, collected, so that all of it is told at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "sim/core/errors.hpp"

namespace tokenfab {

class FileFaults {
 public:
  static constexpr std::size_t most = 20;  // told of one file; reading ends there

  explicit FileFaults(std::string file) : file_(std::move(file)) {}

  /// Throws all of them as a DataError at once when there are as many as are told of a file.
  void add(std::int64_t line, std::string message, std::string fix = {});
  /// The same for a place in a JSON file, told by its pointer.
  void add_at(std::string pointer, std::string message, std::string fix = {});

  /// The same where reading on makes no sense: throws what there is.
  [[noreturn]] void reject(std::int64_t line, std::string message, std::string fix = {});

  bool empty() const { return problems_.empty(); }
  /// Throws all of them as a DataError, in order of their lines, if there are any.
  void raise();

 private:
  void add(Problem problem);
  [[noreturn]] void raise_all();

  std::string file_;
  std::vector<Problem> problems_;
};

}  // namespace tokenfab

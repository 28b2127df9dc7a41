// SPDX-License-Identifier: Apache-2.0
#include "sim/core/errors.hpp"

#include <fmt/format.h>

namespace tokenfab {
namespace {

std::string describe_all(const std::vector<Problem>& problems) {
  std::string text;
  for (const auto& problem : problems) {
    text += (text.empty() ? "" : "\n") + describe(problem);
  }
  return text;
}

}  // namespace

std::string describe(const Problem& problem) {
  std::string text = problem.place.file;
  if (problem.place.line > 0) {
    text += fmt::format(":{}", problem.place.line);
    if (problem.place.column > 0) {
      text += fmt::format(":{}", problem.place.column);
    }
  }
  for (const auto* part : {&problem.pointer, &problem.message}) {
    if (!part->empty()) {
      text += (text.empty() ? "" : ": ") + *part;
    }
  }
  if (!problem.fix.empty()) {
    text += fmt::format(" ({})", problem.fix);
  }
  return text;
}

InputError::InputError(std::vector<Problem> problems)
    : std::runtime_error(describe_all(problems)), problems_(std::move(problems)) {}

}  // namespace tokenfab

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

namespace {

constexpr std::size_t shown_max = 300;  // characters of a name or message that a terminal can bear

/// Foreign text made fit to print: control characters escaped, very long text cut.
std::string printable(const std::string& text) {
  std::string shown;
  for (const char letter : text) {
    const auto code = static_cast<unsigned char>(letter);
    if (code < 0x20 || code == 0x7f) {
      shown += fmt::format("\\x{:02x}", code);
    } else {
      shown += letter;
    }
    if (shown.size() >= shown_max) {
      return shown + "...";
    }
  }
  return shown;
}

}  // namespace

std::string describe(const Problem& problem) {
  std::string text = printable(problem.place.file);
  if (problem.place.line > 0) {
    text += fmt::format(":{}", problem.place.line);
    if (problem.place.column > 0) {
      text += fmt::format(":{}", problem.place.column);
    }
  }
  for (const auto* part : {&problem.pointer, &problem.message}) {
    if (!part->empty()) {
      text += (text.empty() ? "" : ": ") + (part == &problem.pointer ? printable(*part) : *part);
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

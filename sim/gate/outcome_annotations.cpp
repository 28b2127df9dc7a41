// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "sim/gate/escapes.hpp"
#include "sim/gate/outcome_texts.hpp"

namespace tokenfab {
namespace {

constexpr std::size_t shown_most = 10;  // GitHub shows no more of a kind per step

std::string command(const char* kind, const std::string& file, const std::string& title,
                    const std::string& message) {
  return fmt::format("::{} file={},title={}::{}\n", kind, command_property(file),
                     command_property(title), command_message(message));
}

std::string commands(const GateOutcome& outcome, Verdict verdict, const char* kind,
                     const std::string& file) {
  const auto count = outcome.count(verdict);
  const auto shown = count > shown_most ? shown_most - 1 : count;  // the last counts the rest
  std::string text;
  std::size_t written = 0;
  for (const auto& check : outcome.checks) {
    if (check.verdict == verdict && written < shown) {
      const auto message =
          check.waiver.empty() ? check.message : check.message + "\n" + check.waiver;
      text += command(kind, file, "cost gate: " + check.name.text(), message);
      ++written;
    }
  }
  if (count > shown) {
    text += command(kind, file, "cost gate", fmt::format("{} more, see the log", count - shown));
  }
  return text;
}

}  // namespace

std::string outcome_annotations(const GateOutcome& outcome, const std::string& baseline) {
  return commands(outcome, Verdict::Failed, "error", baseline) +
         commands(outcome, Verdict::Warned, "warning", baseline);
}

}  // namespace tokenfab

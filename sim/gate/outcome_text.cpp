// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "sim/gate/escapes.hpp"
#include "sim/gate/outcome_texts.hpp"
#include "sim/gate/tolerance.hpp"

namespace tokenfab {
namespace {

constexpr std::size_t shown_most = 50;  // of a verdict; the rest is counted

std::string verdict_lines(const GateOutcome& outcome, Verdict verdict) {
  std::string text;
  std::size_t shown = 0;
  for (const auto& check : outcome.checks) {
    if (check.verdict != verdict || ++shown > shown_most) {
      continue;
    }
    text += fmt::format("{:<9} {}: {}\n", word_of(verdict), terminal_text(check.name.text()),
                        terminal_text(check.message));
    if (!check.waiver.empty()) {
      text += fmt::format("{:<9} {}\n", "", terminal_text(check.waiver));
    }
  }
  if (shown > shown_most) {
    text += fmt::format("{:<9} and {} more\n", word_of(verdict), shown - shown_most);
  }
  return text;
}

/// Layers of results whose costs changed beyond rounding.
std::string cost_lines(const GateOutcome& outcome) {
  constexpr double rounding = 1e-9;
  std::string text;
  for (const auto& cost : outcome.costs) {
    const bool is_layer = cost.item.find('/') == std::string::npos;
    if (is_layer && Tolerance{rounding, 0}.is_exceeded(cost.baseline, cost.now)) {
      text += fmt::format("{:<9} {}:{}: USD {}\n", "cost", terminal_text(cost.result),
                          terminal_text(cost.item), change_text(cost.baseline, cost.now));
    }
  }
  return text;
}

}  // namespace

std::string outcome_text(const GateOutcome& outcome) {
  std::string text;
  for (const auto verdict :
       {Verdict::Failed, Verdict::Warned, Verdict::Waived, Verdict::Improved}) {
    text += verdict_lines(outcome, verdict);
  }
  text += cost_lines(outcome);
  for (const auto& note : outcome.notes) {
    text += fmt::format("{:<9} {}\n", "note", terminal_text(note));
  }
  return text + fmt::format("gate {}: {} checks, {} failed, {} warned, {} waived, {} improved\n",
                            outcome.passed() ? "passed" : "failed", outcome.checks.size(),
                            outcome.count(Verdict::Failed), outcome.count(Verdict::Warned),
                            outcome.count(Verdict::Waived), outcome.count(Verdict::Improved));
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "sim/gate/escapes.hpp"
#include "sim/gate/outcome_texts.hpp"
#include "sim/gate/tolerance.hpp"

namespace tokenfab {
namespace {

// A step's summary holds 1 MiB (docs.github.com, workflow commands); this stays far below.
constexpr std::size_t rows_most = 200;

std::string number_cell(const std::optional<double>& value) {
  return value ? figure_text(*value) : "";
}

std::string check_row(const GateCheck& check) {
  const auto change = check.relative ? change_text(*check.relative) : std::string();
  const auto words = check.waiver.empty() ? check.message : check.message + "; " + check.waiver;
  return fmt::format("| {} | {} | {} | {} | {} | {} |\n", word_of(check.verdict),
                     markdown_text(check.name.text()), number_cell(check.baseline),
                     number_cell(check.now), markdown_text(change), markdown_text(words));
}

std::string check_table(const GateOutcome& outcome) {
  std::string rows;
  std::size_t count = 0;
  for (const auto verdict :
       {Verdict::Failed, Verdict::Warned, Verdict::Waived, Verdict::Improved}) {
    for (const auto& check : outcome.checks) {
      if (check.verdict == verdict && ++count <= rows_most) {
        rows += check_row(check);
      }
    }
  }
  if (count == 0) {
    return "Nothing changed beyond the tolerances.\n";
  }
  auto text = "| | check | baseline | now | change | |\n|---|---|--:|--:|--:|---|\n" + rows;
  if (count > rows_most) {
    text += fmt::format("\nand {} more\n", count - rows_most);
  }
  return text;
}

std::string cost_table(const GateOutcome& outcome) {
  constexpr double rounding = 1e-9;
  std::string rows;
  std::size_t count = 0;
  for (const auto& cost : outcome.costs) {
    if (Tolerance{rounding, 0}.is_exceeded(cost.baseline, cost.now) && ++count <= rows_most) {
      rows += fmt::format("| {} | {} | {} | {} | {} | {} |\n", markdown_text(cost.result),
                          markdown_text(cost.item), figure_text(cost.baseline),
                          figure_text(cost.now), figure_text(cost.now - cost.baseline),
                          markdown_text(change_text(relative_change(cost.baseline, cost.now))));
    }
  }
  if (count == 0) {
    return "";
  }
  auto text =
      "\n### Costs that changed (USD)\n\n| result | cost | baseline | now | difference | |\n"
      "|---|---|--:|--:|--:|--:|\n" +
      rows;
  if (count > rows_most) {
    text += fmt::format("\nand {} more\n", count - rows_most);
  }
  return text;
}

}  // namespace

std::string outcome_markdown(const GateOutcome& outcome) {
  auto text =
      fmt::format("## Cost gate {}\n\n{} checks: {} failed, {} warned, {} waived, {} improved\n\n",
                  outcome.passed() ? "passed" : "failed", outcome.checks.size(),
                  outcome.count(Verdict::Failed), outcome.count(Verdict::Warned),
                  outcome.count(Verdict::Waived), outcome.count(Verdict::Improved));
  text += check_table(outcome) + cost_table(outcome);
  std::size_t count = 0;
  for (const auto& note : outcome.notes) {
    if (++count <= rows_most) {
      text += fmt::format("{}* {}\n", count == 1 ? "\n" : "", markdown_text(note));
    }
  }
  return text;
}

}  // namespace tokenfab

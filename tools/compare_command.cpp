// SPDX-License-Identifier: Apache-2.0
// compare: results against each other, where they break even, and chips by generation.
#include <fmt/format.h>

#include "sim/compare/comparison_text.hpp"
#include "sim/compare/scenario_differences.hpp"
#include "tools/child.hpp"
#include "tools/commands.hpp"
#include "tools/compared_inputs.hpp"

namespace tokenfab::tools {
namespace {

/// What the scenarios say differently: where a difference of results comes from.
std::string scenarios_text(const std::vector<ComparedInput>& inputs, bool tells_all) {
  constexpr std::size_t lines_max = 12;
  const auto first = resolved_scenario(inputs.front());
  std::string text;
  for (std::size_t i = 1; i < inputs.size() && first; ++i) {
    const auto other = resolved_scenario(inputs[i]);
    const auto found = other ? scenario_differences(*first, *other)
                             : std::vector<ScenarioDifference>();
    if (!found.empty()) {
      text += fmt::format("Scenario: A -> {}\n{}\n", letter_of(i),
                          text_of(found, tells_all ? found.size() : lines_max));
    }
  }
  return text;
}

int compare_results(const CompareCommand& command) {
  const auto inputs = open_inputs(command, false);
  const auto results = compared(subjects_of(inputs, command), command.tolerance);
  if (command.format == TableFormat::Text) {
    fmt::print("{}", scenarios_text(inputs, command.tells_all));
  }
  fmt::print("{}", comparison_text(results, command.format, command.tells_all));
  return results.difference_count() == 0 ? exit_ok : exit_false;
}

}  // namespace

int compare(const CompareCommand& command) {
  if (!(command.tolerance >= 0)) {  // nor a NaN
    throw UsageError("--tolerance must be a number of at least 0");
  }
  if (command.paths.size() < 2) {
    throw UsageError("two or more scenarios or results are needed");
  }
  try {
    return compare_results(command);
  } catch (const ChildFailed& failure) {
    return failure.code();
  }
}

}  // namespace tokenfab::tools

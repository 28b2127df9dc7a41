// SPDX-License-Identifier: Apache-2.0
// compare: results against each other, where they break even, and chips by generation.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "sim/compare/break_even_text.hpp"
#include "sim/compare/comparison_text.hpp"
#include "sim/compare/generations.hpp"
#include "sim/compare/scenario_differences.hpp"
#include "sim/core/nearest.hpp"
#include "sim/process/child_pool.hpp"
#include "sim/report/result_files.hpp"
#include "sim/sweep/run_requests.hpp"
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
    const auto found =
        other ? scenario_differences(*first, *other) : std::vector<ScenarioDifference>();
    if (!found.empty()) {
      text += fmt::format("Scenario: A -> {}\n{}\n", letter_of(i),
                          text_of(found, tells_all ? found.size() : lines_max));
    }
  }
  return text;
}

/// Where only some were played under several seeds there is no test, which is easily overlooked.
void tell_untested(const std::vector<Subject>& subjects) {
  const auto is_single = [](const Subject& subject) { return subject.samples.empty(); };
  const auto single = std::find_if(subjects.begin(), subjects.end(), is_single);
  if (single != subjects.end() && !std::all_of(subjects.begin(), subjects.end(), is_single)) {
    fmt::print(stderr,
               "warning: {} has one run only: first runs are compared, and nothing is said of "
               "chance (--replications N plays scenarios under N seeds)\n",
               single->name);
  }
}

int compare_results(const CompareCommand& command) {
  const auto inputs = open_inputs(command, false);
  const auto subjects = subjects_of(inputs, command);
  tell_untested(subjects);
  const auto results = compared(subjects, command.tolerance);
  if (command.format == TableFormat::Text) {
    fmt::print("{}", scenarios_text(inputs, command.tells_all));
  }
  fmt::print("{}", comparison_text(results, command.format, command.tells_all));
  return results.difference_count() == 0 ? exit_ok : exit_false;
}

std::size_t processes_of(const CompareCommand& command) {
  return command.jobs > 0 ? static_cast<std::size_t>(command.jobs) : processor_count();
}

/// Tells how many runs are done, on a terminal.
void tell_runs(std::size_t done) {
  if (::isatty(STDERR_FILENO) != 0) {
    fmt::print(stderr, "\r{} runs", done);
  }
}

void end_line() {
  if (::isatty(STDERR_FILENO) != 0) {
    fmt::print(stderr, "\n");
  }
}

/// Of a metric's name, which stands behind the object's: "services/chat/ttft_p99_s".
void check_metric(const std::string& name, std::vector<std::string>& problems) {
  const auto word = name.substr(name.rfind('/') + 1);
  std::vector<std::string> known;
  for (const auto& declaration : metric_declarations()) {
    known.emplace_back(declaration.name);
  }
  if (std::find(known.begin(), known.end(), word) == known.end()) {
    const auto hint = did_you_mean(word, known);
    problems.push_back(fmt::format("--metric: there is no metric \"{}\"{}{}", word,
                                   hint.empty() ? "" : "; ", hint));
  }
}

void refuse(const std::vector<std::string>& problems) {
  if (!problems.empty()) {
    throw UsageError(fmt::format("{}", fmt::join(problems, "\n  ")));
  }
}

void write_break_even(const BreakEvenStudy& study, const std::string& folder) {
  PendingFile picture(folder + "/break-even.svg");
  PendingFile points(folder + "/break-even.csv");
  picture.write(svg_of(break_even_plot(study)));
  points.write(csv_of(break_even_points(study)));
  picture.commit();
  points.commit();
}

void refuse_replications(const CompareCommand& command, const char* option,
                         std::vector<std::string>& problems) {
  if (command.replications) {
    problems.push_back(
        fmt::format("--replications is of results, {} plays every scenario once "
                    "under its own seed",
                    option));
  }
}

int break_even(const CompareCommand& command) {
  std::vector<std::string> problems;
  refuse_replications(command, "--break-even", problems);
  const auto axis = break_even_axis(command.break_even, problems);
  check_metric(command.metric, problems);
  if (command.paths.size() != 2) {
    problems.push_back(
        fmt::format("--break-even: is of two scenarios, found {}", command.paths.size()));
  }
  refuse(problems);
  const auto inputs = open_inputs(command, true);
  std::array<BreakEvenSubject, 2> subjects;
  for (std::size_t i = 0; i < subjects.size(); ++i) {
    subjects[i] = {inputs[i].path, *inputs[i].request, *resolved_scenario(inputs[i])};
  }
  const auto study =
      study_break_even(axis, command.metric, subjects, processes_of(command), tell_runs);
  end_line();
  fmt::print("{}", break_even_text(study, command.format));
  if (!command.out.empty()) {
    write_break_even(study, command.out);
  }
  return exit_ok;
}

int generations(const CompareCommand& command) {
  const EmbeddedTables tables;
  std::vector<std::string> problems;
  refuse_replications(command, "--chips", problems);
  const auto nodes = chip_nodes(tables, command.chips, {}, problems);
  if (command.paths.size() != 1) {
    problems.push_back(fmt::format("--chips: is of one scenario, found {}", command.paths.size()));
  }
  if (!command.break_even.empty()) {
    problems.emplace_back("--chips and --break-even are two questions");
  }
  refuse(problems);
  const auto input = std::move(open_inputs(command, true).front());
  const auto found = generations_of(*input.request, *resolved_scenario(input), nodes,
                                    processes_of(command), tell_runs);
  end_line();
  fmt::print("{}", generations_text(found, command.format));
  const bool has_one = std::any_of(found.rows.begin(), found.rows.end(),
                                   [](const Generation& row) { return row.answer.has_numbers(); });
  return has_one ? exit_ok : exit_infeasible;
}

}  // namespace

int compare(const CompareCommand& command) {
  if (!(command.tolerance >= 0)) {  // nor a NaN
    throw UsageError("--tolerance must be a number of at least 0");
  }
  if (!command.chips.empty()) {
    return generations(command);
  }
  if (!command.break_even.empty()) {
    return break_even(command);
  }
  if (command.paths.size() < 2) {
    throw UsageError("two or more scenarios or results are needed, or one and --chips");
  }
  if (!command.out.empty()) {
    throw UsageError("--out is for --break-even");
  }
  try {
    return compare_results(command);
  } catch (const ChildFailed& failure) {
    return failure.code();
  }
}

}  // namespace tokenfab::tools

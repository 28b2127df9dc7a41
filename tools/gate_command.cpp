// SPDX-License-Identifier: Apache-2.0
// gate: results against a baseline, and the baseline's renewal.
#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <ctime>
#include <filesystem>

#include "sim/core/errors.hpp"
#include "sim/gate/baseline.hpp"
#include "sim/gate/gate.hpp"
#include "sim/gate/outcome_texts.hpp"
#include "sim/gate/read_results.hpp"
#include "sim/report/read_report.hpp"
#include "sim/report/result_files.hpp"
#include "tools/commands.hpp"

namespace tokenfab::tools {
namespace {

namespace fs = std::filesystem;

std::string today_of(const GateCommand& command) {
  if (!command.today.empty()) {
    if (!is_day(command.today)) {
      throw UsageError(fmt::format("--today: \"{}\" is no date; write 2027-01-31", command.today));
    }
    return command.today;
  }
  const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm utc{};
  ::gmtime_r(&now, &utc);
  return fmt::format("{:04}-{:02}-{:02}", utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday);
}

GatePolicy policy_of(const GateCommand& command) {
  return command.policy.empty() ? GatePolicy()
                                : read_policy(read_file(command.policy), command.policy);
}

GatedResults results_of(const GateCommand& command, const GatePolicy& policy) {
  std::vector<NamedPath> paths;
  for (const auto& word : command.results) {
    paths.push_back(named_path(word));
  }
  return read_results(paths, policy.record);
}

void write_file(const std::string& path, const std::string& text) {
  if (path.empty()) {
    return;
  }
  PendingFile file(path);
  file.write(text);
  file.commit();
}

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// GitHub gives every step a file that it shows on the run's page.
void append_step_summary(const std::string& text) {
  const auto path = environment("GITHUB_STEP_SUMMARY");
  if (path.empty()) {
    return;
  }
  std::FILE* file = std::fopen(path.c_str(), "a");
  bool is_written =
      file != nullptr && std::fwrite(text.data(), 1, text.size(), file) == text.size();
  is_written = file != nullptr && std::fclose(file) == 0 && is_written;
  if (!is_written) {
    fmt::print(stderr, "tokenfab: the step summary {} cannot be written\n", path);
  }
}

int update(const GateCommand& command) {
  const bool is_new = !fs::exists(command.baseline);
  const auto before =
      is_new ? GatedResults() : read_baseline(read_file(command.baseline), command.baseline);
  const auto policy = policy_of(command);
  auto now = results_of(command, policy);
  add_curves_over_results(before, now);
  const auto after = renewed(before, now, policy.record);
  const auto changes = renewal_text(before, after);
  if (changes.empty() && !is_new) {
    fmt::print("{}: nothing has changed\n", command.baseline);
    return exit_ok;
  }
  write_file(command.baseline, baseline_text(after));
  fmt::print("{}: {}\n{}", command.baseline, is_new ? "written" : "renewed", changes);
  return exit_ok;
}

}  // namespace

int gate(const GateCommand& command) {
  if (command.update) {
    return update(command);
  }
  const auto today = today_of(command);
  const auto policy = policy_of(command);
  if (!fs::exists(command.baseline)) {
    throw ConfigError({{{command.baseline, 0, 0},
                        "",
                        "there is no such baseline",
                        "--update makes it of the results that are given"}});
  }
  const auto baseline = read_baseline(read_file(command.baseline), command.baseline);
  auto now = results_of(command, policy);
  add_curves_over_results(baseline, now);
  const auto outcome = pass_gate({baseline, now, policy, today, command.partial});
  const auto markdown = outcome_markdown(outcome);
  write_file(command.junit, outcome_junit(outcome));
  write_file(command.markdown, markdown);
  write_file(command.benchmark, outcome_benchmark(outcome, policy.benchmark));
  const bool is_json = command.format == Format::Json;
  fmt::print("{}", is_json ? outcome_json(outcome) : outcome_text(outcome));
  const bool annotates =
      command.annotations == Annotations::GitHub ||
      (command.annotations == Annotations::Auto && environment("GITHUB_ACTIONS") == "true");
  if (annotates) {  // GitHub reads them on either stream
    std::fflush(stdout);
    fmt::print(is_json ? stderr : stdout, "{}", outcome_annotations(outcome, command.baseline));
    append_step_summary(markdown);
  }
  return outcome.passed() ? exit_ok : exit_false;
}

}  // namespace tokenfab::tools

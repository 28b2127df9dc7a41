// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <csignal>
#include <set>

#include "sim/engine/engine.hpp"
#include "sim/report/months_csv.hpp"
#include "sim/report/result_files.hpp"
#include "tokenfab_commit.hpp"
#include "tools/commands.hpp"
#include "tools/estimate.hpp"
#include "tools/play.hpp"
#include "tools/progress.hpp"

namespace tokenfab::tools {
namespace {

volatile std::sig_atomic_t interrupted = 0;

void note_interruption(int signal) {
  interrupted = 1;
  std::signal(signal, SIG_DFL);  // a second one ends the process at once
}

/// Prints the warnings but those in `told`.
void print_warnings(const std::vector<std::string>& warnings,
                    const std::vector<std::string>& told = {}) {
  const std::set<std::string> known(told.begin(), told.end());
  for (const auto& warning : warnings) {
    if (known.count(warning) == 0) {
      fmt::print(stderr, "warning: {}\n", warning);
    }
  }
}

std::optional<Played> play_watched(const Scenario& scenario, Progress progress,
                                   ResultFiles& files) {
  ProgressPrinter printer(progress);
  RunOptions options;
  options.requests = files.has_requests() ? &files : nullptr;
  options.jobs = files.has_jobs() ? &files : nullptr;
  options.series = files.has_series() ? &files : nullptr;
  options.watch = [&printer](const RunProgress& now) {
    printer.print(now);
    return interrupted == 0;
  };
  return play(scenario, options);
}

}  // namespace

int run(const RunCommand& command) {
  const auto scenario = load_scenario(command.request);
  if (command.dry_run) {
    fmt::print("{}", estimate_text(scenario));
    return exit_ok;
  }
  print_warnings(scenario.warnings);
  std::signal(SIGINT, note_interruption);
  std::signal(SIGTERM, note_interruption);
  const auto folder = command.out.empty() ? "results/" + scenario.config->name : command.out;
  const auto& output = scenario.config->output;
  const bool has_jobs = scenario.has_jobs();
  const bool has_requests = !has_jobs || !scenario.config->services.empty();
  ResultFiles files(folder, {output.requests && has_requests, output.series.has_value(),
                             output.jobs && has_jobs});
  const auto played = play_watched(scenario, command.progress, files);
  if (!played) {
    fmt::print(stderr, "tokenfab: interrupted, nothing written\n");
    return exit_interrupted;
  }
  files.commit(played->report, scenario.resolved_text, months_csv(played->result));
  print_warnings(played->result.warnings, scenario.warnings);
  if (command.format == Format::Json) {
    fmt::print("{}", played->report);
  } else {
    fmt::print("{}\n  results in {}\n",
               report_table(scenario.config->name, played->result, played->summary, played->asserts,
                            played->validation),
               folder);
  }
  return played->holds() ? exit_ok : exit_false;
}

int validate(const ScenarioRequest& request) {
  const auto scenario = load_scenario(request);
  print_warnings(scenario.warnings);
  fmt::print("{}: valid\n", request.path);
  return exit_ok;
}

std::string version_text() {
  return fmt::format("tokenfab {} ({}), SimGrid {}", TOKENFAB_VERSION, TOKENFAB_COMMIT,
                     engine::Engine::simgrid_version());
}

}  // namespace tokenfab::tools

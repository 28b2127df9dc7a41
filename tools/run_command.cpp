// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <csignal>

#include "sim/data/sha256.hpp"
#include "sim/engine/engine.hpp"
#include "sim/report/report.hpp"
#include "sim/report/result_files.hpp"
#include "sim/scenario/simulation.hpp"
#include "tokenfab_commit.hpp"
#include "tools/commands.hpp"
#include "tools/estimate.hpp"

namespace tokenfab::tools {
namespace {

volatile std::sig_atomic_t interrupted = 0;

void note_interruption(int signal) {
  interrupted = 1;
  std::signal(signal, SIG_DFL);  // a second one ends the process at once
}

/// Prints where the run is, at most twice a second, to standard error.
class ProgressPrinter {
 public:
  explicit ProgressPrinter(Progress mode)
      : mode_(mode == Progress::Auto && ::isatty(STDERR_FILENO) == 0 ? Progress::None : mode) {}

  void print(const RunProgress& progress) {
    const auto now = std::chrono::steady_clock::now();
    if (mode_ == Progress::None || now - last_ < std::chrono::milliseconds(500)) {
      return;
    }
    last_ = now;
    if (mode_ == Progress::Json) {
      fmt::print(stderr, "{{\"simulated_s\": {}, \"requests\": {}, \"events\": {}}}\n",
                 progress.now.seconds(), progress.requests_completed, progress.events);
    } else {
      fmt::print(stderr, "\r{:.0f} s simulated, {} requests, {} events", progress.now.seconds(),
                 progress.requests_completed, progress.events);
      is_line_open_ = true;
    }
  }

  ~ProgressPrinter() {
    if (is_line_open_) {
      fmt::print(stderr, "\n");
    }
  }

 private:
  Progress mode_;
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
  bool is_line_open_ = false;
};

std::string sha256_of(std::string_view text) {
  Sha256 hash;
  hash.update(text);
  return hash.finish();
}

Stamp stamp_of(const Scenario& scenario) {
  Stamp stamp;
  stamp.version = TOKENFAB_VERSION;
  stamp.commit = TOKENFAB_COMMIT;
  stamp.scenario_sha256 = sha256_of(scenario.resolved_text);
  for (const auto& [workload, trace] : scenario.traces) {
    stamp.inputs[trace.name] = trace.summary.sha256;
  }
  stamp.seed = static_cast<std::uint64_t>(scenario.config->seed);
  stamp.simgrid = engine::Engine::simgrid_version();
  stamp.compiler = __VERSION__;
  return stamp;
}

}  // namespace

int run(const RunCommand& command) {
  const auto scenario = load_scenario(command.request);
  if (command.dry_run) {
    fmt::print("{}", estimate_text(scenario));
    return exit_ok;
  }
  for (const auto& warning : scenario.warnings) {
    fmt::print(stderr, "warning: {}\n", warning);
  }
  std::signal(SIGINT, note_interruption);
  std::signal(SIGTERM, note_interruption);
  const auto folder = command.out.empty() ? "results/" + scenario.config->name : command.out;
  ResultFiles files(folder, scenario.config->output.requests,
                    scenario.config->output.series.has_value());
  RunOutcome outcome;
  {
    ProgressPrinter printer(command.progress);
    RunOptions options;
    options.requests = files.has_requests() ? &files : nullptr;
    options.series = files.has_series() ? &files : nullptr;
    options.watch = [&printer](const RunProgress& progress) {
      printer.print(progress);
      return interrupted == 0;
    };
    outcome = simulate(scenario, options);
  }
  if (!outcome.completed) {
    fmt::print(stderr, "tokenfab: interrupted, nothing written\n");
    return exit_interrupted;
  }
  const auto summary = summarize(outcome.result);
  const auto report = report_json(stamp_of(scenario), outcome.result, summary);
  files.commit(report, scenario.resolved_text);
  if (command.format == Format::Json) {
    fmt::print("{}", report);
  } else {
    fmt::print("{}\n  results in {}\n",
               report_table(scenario.config->name, outcome.result, summary), folder);
  }
  return exit_ok;
}

int validate(const ScenarioRequest& request) {
  const auto scenario = load_scenario(request);
  for (const auto& warning : scenario.warnings) {
    fmt::print(stderr, "warning: {}\n", warning);
  }
  fmt::print("{}: valid\n", request.path);
  return exit_ok;
}

std::string version_text() {
  return fmt::format("tokenfab {} ({}), SimGrid {}", TOKENFAB_VERSION, TOKENFAB_COMMIT,
                     engine::Engine::simgrid_version());
}

}  // namespace tokenfab::tools

// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <filesystem>
#include <set>

#include "sim/engine/engine.hpp"
#include "sim/report/provenance_text.hpp"
#include "sim/report/result_files.hpp"
#include "tokenfab_commit.hpp"
#include "tools/child.hpp"
#include "tools/commands.hpp"
#include "tools/estimate.hpp"
#include "tools/input_places.hpp"
#include "tools/interruption.hpp"
#include "tools/play.hpp"
#include "tools/progress.hpp"
#include "tools/replicate.hpp"
#include "tools/study_progress.hpp"

namespace tokenfab::tools {
namespace {

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

std::optional<RunTexts> play_watched(const Scenario& scenario, Progress progress,
                                     ResultFiles& files) {
  ProgressPrinter printer(progress);
  RunOptions options;
  options.requests = files.has_requests() ? &files : nullptr;
  options.jobs = files.has_jobs() ? &files : nullptr;
  options.series = files.has_series() ? &files : nullptr;
  options.fleet = files.has_fleet() ? &files : nullptr;
  options.events = files.has_events() ? &files : nullptr;
  options.watch = [&printer](const RunProgress& now) {
    printer.print(now);
    return !is_interrupted();
  };
  const auto played = play(scenario, options);
  if (!played) {
    return std::nullopt;
  }
  printer.finish(end_of(*played));
  return texts_of(scenario, *played);
}

std::optional<RunTexts> play_replications(const RunCommand& command, const Scenario& scenario,
                                          ResultFiles& files) {
  StudyProgress printer(command.progress, static_cast<std::size_t>(*command.replications));
  return replicate({scenario, command.request, *command.replications, command.jobs}, &files,
                   [&printer](std::size_t done) {
                     printer.print(done);
                     return !is_interrupted();
                   });
}

/// All files of the result appear together, inputs.json among them.
void commit_results(const Scenario& scenario, const RunTexts& told, const std::string& folder,
                    ResultFiles& files) {
  const auto path = (std::filesystem::path(folder) / input_places_name).string();
  const auto places = input_places(scenario, folder);
  if (places.empty()) {
    std::filesystem::remove(path);  // of an earlier run
    files.commit(told.report, scenario.resolved_text, told.months);
    return;
  }
  PendingFile inputs(path);
  inputs.write(places);
  inputs.flush();
  files.commit(told.report, scenario.resolved_text, told.months);
  inputs.commit();
}

void check_replications(const RunCommand& command) {
  constexpr std::int64_t replications_max = 10'000;
  if (!command.replications) {
    if (command.jobs) {
      throw UsageError("--jobs is for --replications: one run is one process");
    }
    return;
  }
  if (*command.replications < 1 || *command.replications > replications_max) {
    throw UsageError(
        fmt::format("--replications {}: between 1 and {} runs make sense; the interval "
                    "narrows with the square root of their number",
                    *command.replications, replications_max));
  }
  if (command.jobs && *command.jobs < 1) {
    throw UsageError(fmt::format("--jobs {}: at least one process has to run", *command.jobs));
  }
  if (command.dry_run) {
    throw UsageError("--dry-run plays nothing, so there is nothing for --replications to repeat");
  }
}

}  // namespace

int run(const RunCommand& command) {
  check_replications(command);
  const auto scenario = load_scenario(command.request);
  if (command.dry_run) {
    fmt::print("{}", estimate_text(scenario));
    return exit_ok;
  }
  print_warnings(scenario.warnings);
  note_interruptions();
  const auto folder = command.out.empty() ? "results/" + scenario.config->name : command.out;
  const auto& output = scenario.config->output;
  const bool has_jobs = scenario.has_jobs();
  const bool has_requests = !has_jobs || !scenario.config->services.empty();
  ResultFiles files(folder, {output.requests && has_requests, output.series.has_value(),
                             output.jobs && has_jobs, output.has_events(), output.has_fleet()});
  std::optional<RunTexts> told;
  try {
    told = command.replications.value_or(1) > 1 ? play_replications(command, scenario, files)
                                                : play_watched(scenario, command.progress, files);
  } catch (const ChildFailed& failure) {
    return failure.code();
  }
  if (!told) {
    fmt::print(stderr, "tokenfab: interrupted, nothing written\n");
    return exit_interrupted;
  }
  commit_results(scenario, *told, folder, files);
  print_warnings(told->warnings, scenario.warnings);
  if (command.format == Format::Json) {
    fmt::print("{}", told->report);
  } else {
    fmt::print("{}\n  results in {}\n", told->table, folder);
  }
  return told->holds ? exit_ok : exit_false;
}

int validate(const ScenarioRequest& request) {
  const auto scenario = load_scenario(request);
  print_warnings(scenario.warnings);
  fmt::print("{}: valid\n", request.path);
  for (const auto& line : provenance_lines(scenario.config->provenance)) {
    fmt::print("{}\n", line);
  }
  return exit_ok;
}

std::string version_text() {
  return fmt::format("tokenfab {} ({}), SimGrid {}", TOKENFAB_VERSION, TOKENFAB_COMMIT,
                     engine::Engine::simgrid_version());
}

}  // namespace tokenfab::tools

// SPDX-License-Identifier: Apache-2.0
// rerun: a result against itself played again.
#include <fmt/format.h>

#include <filesystem>

#include "sim/data/sha256.hpp"
#include "sim/report/read_report.hpp"
#include "sim/report/replications_section.hpp"
#include "tools/child.hpp"
#include "tools/commands.hpp"
#include "tools/input_places.hpp"
#include "tools/play.hpp"
#include "tools/replicate.hpp"

namespace tokenfab::tools {
namespace {

namespace fs = std::filesystem;

struct Replay {
  std::string file;      // of the report
  std::string recorded;  // its text
  Stamp stamp;
  ScenarioRequest request;
};

/// Finds what belongs to a report and checks that it still is what the report was made from.
Replay open_replay(const RerunCommand& command) {
  Replay replay;
  replay.file = report_path(command.path);
  replay.recorded = read_file(replay.file);
  replay.stamp = stamp_of_report(replay.recorded, replay.file);
  const auto folder = fs::path(replay.file).parent_path();
  replay.request.path = (folder / "scenario.json").string();
  auto& folders = replay.request.data_folders;
  folders = command.data_folders;
  for (const auto& more : {recorded_data_folders(folder.string()), {"."}, data_folders()}) {
    folders.insert(folders.end(), more.begin(), more.end());
  }
  const auto sha256 = sha256_of(read_file(replay.request.path));
  if (sha256 != replay.stamp.scenario_sha256) {
    throw ConfigError({{{replay.request.path, 0, 0},
                        "",
                        fmt::format("is not what the report was made from: its sha256 is {}, the "
                                    "report's stamp says {}",
                                    sha256, replay.stamp.scenario_sha256),
                        ""}});
  }
  return replay;
}

void check_inputs(const Scenario& scenario, const Stamp& stamp) {
  std::vector<Problem> problems;
  for (const auto& [name, input] : scenario.inputs) {
    const auto recorded = stamp.inputs.find(name);
    if (recorded == stamp.inputs.end() || recorded->second != input.sha256) {
      problems.push_back(
          {{input.path, 0, 0},
           "",
           fmt::format("is not the data of the report: its sha256 is {}, the stamp says {}",
                       input.sha256, recorded == stamp.inputs.end() ? "nothing" : recorded->second),
           ""});
    }
  }
  if (!problems.empty()) {
    throw DataError(problems);
  }
}

/// As many runs as the report holds.
std::string report_again(const Replay& replay, const Scenario& scenario) {
  const auto count = replications_of(replay.recorded);
  if (count == 1) {
    return play(scenario, RunOptions())->report;
  }
  return replicate({scenario, replay.request, count, {}}, nullptr, [](std::size_t) { return true; })
      ->report;
}

/// What the two builds differ in, one line each.
std::string build_differences(const Stamp& recorded, const Stamp& now) {
  std::string text;
  const auto compare = [&text](const char* what, const std::string& a, const std::string& b) {
    if (a != b) {
      text += fmt::format("  {}: the report was made with {}, this program has {}\n", what, a, b);
    }
  };
  compare("version", recorded.version, now.version);
  compare("commit", recorded.commit, now.commit);
  compare("SimGrid", recorded.simgrid, now.simgrid);
  compare("compiler", recorded.compiler, now.compiler);
  return text;
}

}  // namespace

int rerun(const RerunCommand& command) {
  const auto replay = open_replay(command);
  const auto scenario = load_scenario(replay.request);
  check_inputs(scenario, replay.stamp);
  std::string again;
  try {
    again = report_again(replay, scenario);
  } catch (const ChildFailed& failure) {
    return failure.code();
  }
  const auto builds = build_differences(replay.stamp, stamp_of(scenario));
  if (again == replay.recorded) {
    fmt::print("{}: every byte is the same\n", replay.file);
    return exit_ok;
  }
  const auto recorded = flat_report(replay.recorded, replay.file);
  const auto found = differences(recorded, flat_report(again, "rerun"), 0);
  fmt::print("{}: not the same\n{}", replay.file, builds);
  if (found.empty()) {
    fmt::print("  all {} values are equal\n", recorded.size());
  } else {
    fmt::print("{}", difference_table(replay.file, "this run", found, recorded.size()));
  }
  return exit_false;
}

}  // namespace tokenfab::tools

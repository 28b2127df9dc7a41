// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>

#include "sim/database/sweep_csv.hpp"
#include "sim/database/sweep_database.hpp"
#include "sim/database/sweep_merge.hpp"
#include "sim/process/child_pool.hpp"
#include "sim/report/result_files.hpp"
#include "sim/sweep/run_requests.hpp"
#include "tokenfab_commit.hpp"
#include "tools/commands.hpp"
#include "tools/interruption.hpp"
#include "tools/study_progress.hpp"

namespace tokenfab::tools {
namespace {

namespace fs = std::filesystem;

constexpr const char* telling_metric = "cost_per_mtok_output_usd";

/// A variable of the environment.
std::optional<std::string> variable(const char* name) {
  const char* text = std::getenv(name);
  return text == nullptr ? std::nullopt : std::optional<std::string>(text);
}

Shard shard_asked(const SweepCommand& command) {
  try {
    const SlurmTask task{variable("SLURM_ARRAY_TASK_ID"), variable("SLURM_ARRAY_TASK_MIN"),
                         variable("SLURM_ARRAY_TASK_COUNT"), variable("SLURM_ARRAY_TASK_STEP")};
    return command.shard.empty() ? shard_of(task).value_or(Shard()) : shard_of(command.shard);
  } catch (const std::invalid_argument& error) {
    throw UsageError(fmt::format("--shard: {}", error.what()));
  }
}

std::string told_values(const Sweep& sweep, const SweepRun& run) {
  std::string text;
  for (std::size_t i = 0; i < sweep.axes.size(); ++i) {
    text +=
        fmt::format("{}{} = {}", text.empty() ? "" : ", ", sweep.axes[i].name, run.values[i].text);
  }
  return text;
}

/// What the answers come to, for people.
class Tally {
 public:
  explicit Tally(const Sweep& sweep) : sweep_(sweep) {}

  void add(const SweepRun& run, const RunAnswer& answer) {
    auto& count = by_status_[answer.status];
    ++count;
    if (!answer.has_numbers()) {
      ++without_numbers_;
    }
    if (count == 1 && answer.status != RunStatus::Ok) {
      reasons_ += fmt::format("  first {}: {}\n    {}\n", name_of(answer.status),
                              told_values(sweep_, run), answer.reason);
    }
  }

  std::size_t without_numbers() const { return without_numbers_; }

  std::string text() const {
    std::string text;
    for (const auto& [status, count] : by_status_) {
      text += fmt::format("{}{} {}", text.empty() ? "  " : ", ", count, name_of(status));
    }
    text += text.empty() ? "  nothing left to run\n" : "\n";
    return text + reasons_;
  }

 private:
  const Sweep& sweep_;
  std::map<RunStatus, std::size_t> by_status_;
  std::size_t without_numbers_ = 0;
  std::string reasons_;
};

/// Of all runs in the database, also those of earlier calls.
std::string cheapest_text(const SweepDatabase& database) {
  const auto cheapest = database.lowest_mean(telling_metric);
  if (!cheapest) {
    return "";
  }
  std::string values;
  for (const auto& [name, text] : cheapest->values) {
    values += fmt::format("{}{} = {}", values.empty() ? "" : ", ", name, text);
  }
  const auto of_runs =
      cheapest->runs > 1 ? fmt::format(", mean of {} runs", cheapest->runs) : std::string();
  return fmt::format("  cheapest point: {:.4g} USD per million output tokens{}\n    {}\n",
                     cheapest->mean, of_runs, values);
}

void print_plan(const Sweep& sweep, const Shard& shard, const std::vector<std::int64_t>& runs) {
  const auto part = shard.count == 1
                        ? std::string()
                        : fmt::format(" (part {} of {})",
                                      shard.index == 0 ? shard.count : shard.index, shard.count);
  fmt::print("{}: {} points, {} runs, {} of them here{}\n", sweep.name, sweep.points.size(),
             sweep.run_count(), runs.size(), part);
  for (const auto& axis : sweep.axes) {
    fmt::print("  {}: {} values, {} to {}\n", axis.name, axis.values.size(),
               axis.values.front().text, axis.values.back().text);
  }
}

std::vector<std::int64_t> runs_of(const Sweep& sweep, const Shard& shard,
                                  const std::vector<bool>& finished) {
  std::vector<std::int64_t> runs;
  for (std::int64_t run = 0; run < sweep.run_count(); ++run) {
    if (shard.holds(run) && !finished[static_cast<std::size_t>(run)]) {
      runs.push_back(run);
    }
  }
  return runs;
}

SweepDatabase open_database(const SweepCommand& command, const Sweep& sweep,
                            const std::string& path) {
  const auto description =
      description_of(sweep, fmt::format("{} ({})", TOKENFAB_VERSION, TOKENFAB_COMMIT));
  std::error_code unreadable;
  if (command.resume && fs::exists(path, unreadable)) {
    return SweepDatabase::open_to_resume(path, description);
  }
  if (const auto folder = fs::path(path).parent_path(); !folder.empty()) {
    fs::create_directories(folder, unreadable);
  }
  return SweepDatabase::create(path, description);
}

}  // namespace

int sweep(const SweepCommand& command) {
  const auto shard = shard_asked(command);
  const auto sweep = load_sweep(command.path, command.data_folders);
  const auto path =
      command.out.empty() ? fmt::format("results/{}.sqlite", sweep.name) : command.out;
  if (command.dry_run) {
    print_plan(
        sweep, shard,
        runs_of(sweep, shard, std::vector<bool>(static_cast<std::size_t>(sweep.run_count()))));
    return exit_ok;
  }
  auto database = open_database(command, sweep, path);
  const auto runs = runs_of(sweep, shard, database.finished());
  print_plan(sweep, shard, runs);
  std::fflush(stdout);
  note_interruptions();
  Tally tally(sweep);
  StudyProgress progress(command.progress, runs.size());
  const auto run_at = [&](std::size_t index) { return sweep.run(runs[index]); };
  const auto processes = command.jobs ? static_cast<std::size_t>(*command.jobs) : processor_count();
  const bool is_whole = run_requests(
      runs.size(), processes, [&](std::size_t index) { return sweep.request_of(run_at(index)); },
      [&](std::size_t index, RunAnswer answer) {
        const auto run = run_at(index);
        tally.add(run, answer);
        std::erase_if(answer.metrics, [&](const auto& each) { return !sweep.keeps(each.first); });
        database.add(run, answer);
        database.commit();
      },
      [&](std::size_t done) {
        progress.print(done, tally.without_numbers());
        return !is_interrupted();
      });
  progress.end();
  fmt::print("{}{}  results in {}\n", tally.text(), cheapest_text(database), path);
  if (!is_whole) {
    fmt::print(stderr, "tokenfab: interrupted; --resume goes on from here\n");
    return exit_interrupted;
  }
  return exit_ok;
}

int sweep_merge(const SweepMergeCommand& command) {
  const auto merged = merge_sweeps(command.out, command.paths);
  fmt::print("{}: {} of {} runs in {}\n", merged.name, merged.runs, merged.run_count, command.out);
  if (merged.missing() > 0) {
    fmt::print(stderr, "warning: {}\n", missing_text(merged));
  }
  return exit_ok;
}

int sweep_csv(const SweepCsvCommand& command) {
  const auto database = SweepDatabase::open(command.path);
  if (command.out.empty()) {
    write_sweep_csv(database, [](std::string_view text) { fmt::print("{}", text); });
    return exit_ok;
  }
  PendingFile file(command.out);
  write_sweep_csv(database, [&file](std::string_view text) { file.write(text); });
  file.commit();
  return exit_ok;
}

}  // namespace tokenfab::tools

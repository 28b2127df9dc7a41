// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>
#include <filesystem>

#include "sim/plan/layout_bounds.hpp"
#include "sim/plan/plan_text.hpp"
#include "sim/process/child_pool.hpp"
#include "sim/report/result_files.hpp"
#include "sim/scenario/chip_nodes.hpp"
#include "sim/sweep/run_requests.hpp"
#include "tools/commands.hpp"
#include "tools/interruption.hpp"
#include "tools/study_progress.hpp"

namespace tokenfab::tools {
namespace {

namespace fs = std::filesystem;

using Problems = std::vector<Problem>;

void add(Problems& problems, const char* option, const std::string& message,
         const std::string& fix = "") {
  problems.push_back({{option, 0, 0}, "", message, fix});
}

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t value = 0;
  const auto* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  return read.ec == std::errc() && read.ptr == end ? std::optional(value) : std::nullopt;
}

/// "N..M" or "N"; none for "auto".
void read_replicas(const std::string& text, SearchSpace& space, Problems& problems) {
  if (text == "auto") {
    return;
  }
  const auto dots = text.find("..");
  const auto least = whole_number(text.substr(0, dots));
  const auto most = dots == text.npos ? least : whole_number(text.substr(dots + 2));
  if (least && most) {
    space.units = {*least, *most};
  } else {
    add(problems, "--replicas", fmt::format("expected N..M, N or auto, found \"{}\"", text));
  }
}

/// What the words of the command line stand for.
PlanRequest request_of(const PlanCommand& command, Problems& problems) {
  auto request = command.request;
  std::vector<std::string> unknown;
  for (const auto& node : chip_nodes(EmbeddedTables(), command.chips, command.nodes, unknown)) {
    const auto& nodes = command.nodes;
    const bool is_named = std::find(nodes.begin(), nodes.end(), node.node) != nodes.end();
    request.space.nodes.push_back({is_named ? node.node : node.chip, node.node, node.chips});
  }
  for (const auto& problem : unknown) {
    add(problems, "--chips, --nodes", problem);
  }
  for (const auto& text : command.splits) {
    if (const auto split = pool_split_of(text)) {
      request.space.splits.push_back(*split);
    } else {
      add(problems, "--split", fmt::format("expected mixed or P:D, found \"{}\"", text),
          "prefill to decode replicas, like 2:1");
    }
  }
  read_replicas(command.replicas, request.space, problems);
  request.finalists = static_cast<std::size_t>(
      command.finalists.value_or(static_cast<std::int64_t>(request.finalists)));
  request.processes = command.jobs ? static_cast<std::size_t>(*command.jobs) : processor_count();
  return request;
}

/// What is wrong with the command line is a usage error; with the scenario, its own.
PlanContext checked_context(const PlanRequest& request, const Problems& problems) {
  try {
    return plan_context(request, problems);
  } catch (const ConfigError& error) {
    std::vector<std::string> texts;
    for (const auto& problem : error.problems()) {
      if (!problem.place.file.starts_with("-")) {
        throw;
      }
      texts.push_back(describe(problem));
    }
    throw UsageError(fmt::format("{}", fmt::join(texts, "\n  ")));
  }
}

/// Beyond this an exhaustive search takes days.
constexpr std::int64_t exhaustive_runs_max = 100'000;

void check_exhaustive(const PlanContext& context) {
  std::int64_t runs = 0;
  for (std::size_t i = 0; i < context.layouts.size(); ++i) {
    const auto [least, most] = unit_range(context, i);
    runs += context.screened[i].obstacle.empty() ? most - least + 1 : 0;
  }
  if (context.request.is_exhaustive && runs > exhaustive_runs_max) {
    throw UsageError(fmt::format(
        "--exhaustive: {} runs, more than {}; narrow --replicas or the lists, or leave it out",
        runs, exhaustive_runs_max));
  }
}

[[noreturn]] void refuse(const Plan& plan, const std::string& folder) {
  const auto& path = plan.context.request.scenario.path;
  std::vector<Problem> problems;
  const auto nearest = nearest_texts(plan);
  for (const auto& text : nearest) {
    problems.push_back({{path, 0, 0}, "", "nearest: " + text, ""});
  }
  constexpr std::size_t told_max = 8;  // reasons without a run
  const auto& layouts = plan.result.layouts;
  for (std::size_t i = 0; i < layouts.size() && nearest.empty() && i < told_max; ++i) {
    const auto& layout = layouts[i];
    const auto reason = layout.reason.empty() ? std::string(name_of(layout.fate)) : layout.reason;
    problems.push_back({{path, 0, 0}, "", label_of(plan.context.layouts[i]) + ": " + reason, ""});
  }
  for (const auto& [reason, count] : plan.context.nonsense) {
    problems.push_back({{path, 0, 0},
                        "",
                        "no layout: " + reason,
                        count > 1 ? fmt::format("{} of them", count) : ""});
  }
  problems.push_back(
      {{path, 0, 0},
       "",
       fmt::format("none of {} layouts meets all limits", plan.result.layouts.size()),
       nearest.empty() ? "more chips per replica or other formats may fit"
                       : "widen the search or a limit"});
  problems.back().fix += fmt::format("; every trial is in {}/plan.csv", folder);
  throw InfeasibleError(problems);
}

/// All files or none.
void write_files(const Plan& plan, const std::string& folder) {
  std::vector<std::unique_ptr<PendingFile>> files;
  const auto write = [&](const char* name, const std::string& text) {
    files.push_back(std::make_unique<PendingFile>(folder + "/" + name));
    files.back()->write(text);
  };
  write("plan.csv", plan_csv(plan));
  write("plan.json", plan_json(plan));
  const auto winner = fs::path(folder) / "plan-winner.json";
  if (!plan.result.winner) {
    std::error_code failed;      // cannot be: the folder takes the others
    fs::remove(winner, failed);  // of an earlier plan
  } else {
    const auto base = fs::proximate(plan.context.request.scenario.path, folder);
    write("plan-winner.json", winner_scenario(plan, base.string()));
  }
  for (const auto& file : files) {
    file->commit();
  }
}

}  // namespace

int plan(const PlanCommand& command) {
  Problems problems;
  const auto request = request_of(command, problems);
  const auto context = checked_context(request, problems);
  check_exhaustive(context);
  for (const auto& warning : context.warnings) {
    fmt::print(stderr, "warning: {}\n", warning);
  }
  note_interruptions();
  PlanResult result;
  StudyProgress progress(command.progress, 0);
  Trials trials(context, [&progress](std::size_t done, std::size_t count) {
    progress.expect(count);
    progress.print(done);
    return !is_interrupted();
  });
  result = search(context, trials);
  progress.end();
  if (!result.is_whole) {
    fmt::print(stderr, "tokenfab: interrupted, nothing written\n");
    return exit_interrupted;
  }
  const Plan plan{context, trials, result};
  const auto folder =
      command.out.empty() ? fmt::format("results/{}-plan", context.name) : command.out;
  write_files(plan, folder);
  if (!result.winner) {
    refuse(plan, folder);
  }
  if (command.format == Format::Json) {
    fmt::print("{}", plan_json(plan));
  } else {
    fmt::print("{}\n  every trial (plan.csv), plan.json and plan-winner.json in {}\n",
               plan_text(plan), folder);
  }
  return exit_ok;
}

}  // namespace tokenfab::tools

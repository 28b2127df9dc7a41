// SPDX-License-Identifier: Apache-2.0
#include "tools/compared_inputs.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <functional>

#include "sim/report/replications_section.hpp"
#include "tools/child.hpp"
#include "tools/play.hpp"
#include "tools/replicate.hpp"

namespace tokenfab::tools {
namespace {

namespace fs = std::filesystem;

/// Scenarios say so in their first level; everything else is to be a report.
bool is_scenario(const std::string& path) {
  std::error_code unreadable;
  if (fs::is_directory(path, unreadable)) {
    return false;
  }
  return load_document(path).find("schema_version") == nullptr;
}

ComparedInput opened(const std::string& path, const CompareCommand& command) {
  ComparedInput input;
  input.path = path;
  ScenarioRequest request;
  request.data_folders = command.data_folders;
  if (is_scenario(path)) {
    request.path = path;
    input.request = request;
    return input;
  }
  input.report_file = report_path(path);
  input.report = read_file(input.report_file);
  subject_of(path, input.report, input.report_file);  // refuses what is no report
  const auto scenario = fs::path(input.report_file).parent_path() / "scenario.json";
  if (std::error_code unreadable; fs::is_regular_file(scenario, unreadable)) {
    request.path = scenario.string();
    // As rerun does: the scenario's own folder is not known any more.
    request.data_folders.insert(request.data_folders.begin(), ".");
    input.request = request;
  }
  return input;
}

std::int64_t runs_of(const ComparedInput& input) {
  return input.report_file.empty() ? 0 : replications_of(input.report);
}

bool is_played(const ComparedInput& input, const CompareCommand& command) {
  return runs_of(input) == 0 ||
         (command.replications && *command.replications > 1 && runs_of(input) == 1);
}

void load(ComparedInput& input) {
  if (!input.request) {
    throw ConfigError({{{input.path, 0, 0},
                        "",
                        "is to be played, and there is no scenario.json beside the report",
                        "name the scenario instead"}});
  }
  input.scenario = std::make_shared<const Scenario>(load_scenario(*input.request));
}

/// Problems of all inputs by their kind.
class Faults {
 public:
  void collect(const std::function<void()>& work) {
    try {
      work();
    } catch (const ConfigError& error) {
      add(config_, error);
    } catch (const DataError& error) {
      add(data_, error);
    } catch (const InfeasibleError& error) {
      add(infeasible_, error);
    }
  }
  void refuse() const {
    if (!config_.empty()) {
      throw ConfigError(config_);
    }
    if (!data_.empty()) {
      throw DataError(data_);
    }
    if (!infeasible_.empty()) {
      throw InfeasibleError(infeasible_);
    }
  }

 private:
  static void add(std::vector<Problem>& problems, const InputError& error) {
    problems.insert(problems.end(), error.problems().begin(), error.problems().end());
  }

  std::vector<Problem> config_;
  std::vector<Problem> data_;
  std::vector<Problem> infeasible_;
};

std::string played_report(const ComparedInput& input, const CompareCommand& command) {
  const auto& scenario = *input.scenario;
  const auto count = command.replications.value_or(1);
  if (count == 1) {
    return text_from_child([&scenario] { return play(scenario, RunOptions())->report; });
  }
  const auto jobs = command.jobs > 0 ? std::optional<std::int64_t>(command.jobs) : std::nullopt;
  return replicate({scenario, *input.request, count, jobs}, nullptr,
                   [](std::size_t) { return true; })
      ->report;
}

}  // namespace

std::vector<ComparedInput> open_inputs(const CompareCommand& command, bool needs_scenarios) {
  std::vector<ComparedInput> inputs;
  Faults faults;
  for (const auto& path : command.paths) {
    faults.collect([&] {
      auto input = opened(path, command);
      if (needs_scenarios || is_played(input, command)) {
        load(input);
      }
      inputs.push_back(std::move(input));
    });
  }
  faults.refuse();
  return inputs;
}

std::optional<Node> resolved_scenario(const ComparedInput& input) {
  if (input.scenario) {
    return parse_document(input.scenario->resolved_text, input.path);
  }
  return input.request ? std::optional(load_document(input.request->path)) : std::nullopt;
}

std::vector<Subject> subjects_of(const std::vector<ComparedInput>& inputs,
                                 const CompareCommand& command) {
  std::vector<Subject> subjects;
  for (const auto& input : inputs) {
    const bool is_new = is_played(input, command);
    subjects.push_back(subject_of(input.path, is_new ? played_report(input, command) : input.report,
                                  is_new ? input.path : input.report_file));
  }
  return subjects;
}

}  // namespace tokenfab::tools

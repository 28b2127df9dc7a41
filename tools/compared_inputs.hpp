// SPDX-License-Identifier: Apache-2.0
// What the words of `compare` name: scenarios, result folders and reports, all checked before
// anything is played.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/compare/subject.hpp"
#include "sim/scenario/loader.hpp"
#include "tools/commands.hpp"

namespace tokenfab::tools {

struct ComparedInput {
  std::string path;                          // as the user wrote it
  std::string report_file;                   // empty: a scenario
  std::string report;                        // its text
  std::optional<ScenarioRequest> request;    // absent: a report without its scenario.json
  std::shared_ptr<const Scenario> scenario;  // loaded where it is going to be played
};

/// Opens all of them. `needs_scenarios`: a result folder stands for its scenario.json, which is
/// loaded. Throws ConfigError, DataError or InfeasibleError with the problems of all inputs: the
/// first of these three kinds that has any.
std::vector<ComparedInput> open_inputs(const CompareCommand& command, bool needs_scenarios);

/// The resolved scenario; nothing where there is only a report.
std::optional<Node> resolved_scenario(const ComparedInput& input);

/// Plays what is a scenario, or has fewer runs than are asked for. Throws ChildFailed.
std::vector<Subject> subjects_of(const std::vector<ComparedInput>& inputs,
                                 const CompareCommand& command);

}  // namespace tokenfab::tools

// SPDX-License-Identifier: Apache-2.0
// Playing a scenario up to its report, as run, compare and rerun need it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/report/report.hpp"
#include "sim/scenario/simulation.hpp"

namespace tokenfab::tools {

struct Played {
  RunResult result;
  Summary summary;
  std::vector<AssertionOutcome> asserts;
  std::vector<PredictionBand> validation;
  std::string report;  // the text of report.json

  bool holds() const;  // all assertions do
};

/// What a run is told as.
struct RunTexts {
  std::string report;  // of report.json
  std::string table;   // for people
  std::string months;  // of months.csv; empty: none
  std::vector<std::string> warnings;
  bool holds = true;  // all assertions do
};
RunTexts texts_of(const Scenario& scenario, const Played& played);

/// Where a run is that has been played to its end: what its report says.
RunProgress end_of(const Played& played);

/// What a report of this scenario by this build is stamped with.
Stamp stamp_of(const Scenario& scenario);

/// Plays it; at most once per process. Nothing if the watcher ended the run.
std::optional<Played> play(const Scenario& scenario, const RunOptions& options);

}  // namespace tokenfab::tools

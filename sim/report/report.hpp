// SPDX-License-Identifier: Apache-2.0
// Results as files and text: report.json for programs, a table for people, rows as CSV. All numbers
// are the shortest that read back the same; nothing here depends on the wall clock.
#pragma once

#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include "sim/metrics/assertion.hpp"
#include "sim/metrics/prediction_band.hpp"
#include "sim/metrics/result.hpp"
#include "sim/metrics/summary.hpp"

namespace tokenfab {

/// What makes a result reproducible.
struct Stamp {
  std::string version;
  std::string commit;
  std::string scenario_sha256;                // of the resolved scenario
  std::map<std::string, std::string> inputs;  // data file name -> sha256
  std::uint64_t seed = 0;
  std::string simgrid;
  std::string compiler;
};

/// report.json; ends with a newline.
std::string report_json(const Stamp& stamp, const RunResult& result, const Summary& summary,
                        const std::vector<AssertionOutcome>& asserts = {},
                        const std::vector<PredictionBand>& validation = {});

/// The table a planner reads. Of the assertions it shows those that do not hold.
std::string report_table(const std::string& name, const RunResult& result, const Summary& summary,
                         const std::vector<AssertionOutcome>& asserts = {},
                         const std::vector<PredictionBand>& validation = {});

}  // namespace tokenfab

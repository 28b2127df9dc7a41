// SPDX-License-Identifier: Apache-2.0
// What a gate looks at, from the folders and files in which commands leave it.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sim/gate/gated_results.hpp"

namespace tokenfab {

/// A result and what it is called in the baseline.
struct NamedPath {
  std::string name;
  std::string path;
};

/// "NAME=PATH", or a path, whose name is that of its folder. Throws ConfigError where a name cannot
/// be made or has a colon.
NamedPath named_path(const std::string& word);

/// Result folders and report.json of runs (their numbers), folders and curve.csv of `curve` (a
/// family NAME/VIEW per view), databases of `sweep` (families NAME/AXIS/METRIC of the metrics that
/// `record` lists). Throws ConfigError and DataError.
GatedResults read_results(const std::vector<NamedPath>& paths,
                          const std::vector<std::string>& record);

/// The families of a curve.csv: the frontier of every chip in every view, cost of output tokens (in
/// the view "energy" joules) over interactivity. `file` names the text in messages.
std::map<std::string, CurveFamily> curves_of_csv(std::string_view text, const std::string& file);

/// The families of a sweep, by AXIS/METRIC: the factory's metrics that `record` lists (none: costs
/// and energy per token, latencies) over every axis of numbers, a line per combination of the other
/// axes' values, means over replications. Points that failed are left out. Throws DataError.
std::map<std::string, CurveFamily> curves_of_sweep(const std::string& path,
                                                   const std::vector<std::string>& record);

}  // namespace tokenfab

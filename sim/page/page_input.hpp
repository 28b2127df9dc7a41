// SPDX-License-Identifier: Apache-2.0
// What a page is made of: results of runs and cost curves, read but not yet understood.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/config/document.hpp"

namespace tokenfab {

/// The folder of a run, or its report.json alone.
struct RunInput {
  std::string name;    // of the scenario, else of the folder
  std::string folder;  // of the other files; they are optional
  Node report;
  std::string scenario_text;  // resolved; empty: not there
  Node scenario;

  /// A file of the folder; empty if it is not there.
  std::string file(std::string_view name) const;

  /// A metric of the whole factory.
  std::optional<double> metric(std::string_view name) const;
  /// A metric of an object: section "services", object "chat".
  std::optional<double> metric(std::string_view section, std::string_view object,
                               std::string_view name) const;
  /// The objects of a section of the report.
  std::vector<std::string> objects(std::string_view section) const;
};

struct CurveInput {
  std::string name;
  std::string path;  // of curve.csv
};

struct SweepInput {
  std::string name;
  std::string path;  // of the database
};

struct PageInputs {
  std::vector<RunInput> runs;  // the first is what the page is about
  std::vector<CurveInput> curves;
  std::vector<SweepInput> sweeps;
};

/// Each path is a folder of `run` or `curve`, a report.json, a curve.csv or a sweep's database.
/// Throws ConfigError for all that are none of these, DataError if a report is not one of this
/// program.
PageInputs load_page_inputs(const std::vector<std::string>& paths);

/// The name of run i; where several have the same, with its place among the results: "main (2)".
std::string run_label(const PageInputs& inputs, std::size_t i);

/// A number, whole or not.
std::optional<double> number_of(const Node* node);
/// The text of a string; empty for anything else.
std::string text_of(const Node* node);
/// "2 s" of a resolved scenario as 2; absent if there is no number.
std::optional<double> leading_number(const Node* node);

}  // namespace tokenfab

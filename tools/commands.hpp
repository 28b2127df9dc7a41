// SPDX-License-Identifier: Apache-2.0
// The commands of the program. Each returns its exit code; user errors are thrown.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/scenario/loader.hpp"
#include "tools/exit_codes.hpp"

namespace tokenfab::tools {

enum class Progress { Auto, Json, None };
enum class Format { Text, Json };

struct RunCommand {
  ScenarioRequest request;
  std::string out;  // empty: results/NAME
  Progress progress = Progress::Auto;
  Format format = Format::Text;
  bool dry_run = false;
};
int run(const RunCommand& command);

int validate(const ScenarioRequest& request);

int list(const std::string& what, Format format);
/// What `list` can list.
std::vector<std::string> known_lists();

/// A JSON pointer into the scenario, a metric or a warning.
int explain(const std::string& what);

/// The scenario's JSON Schema.
int schema();

struct ShowCommand {
  ScenarioRequest request;
  bool resolved = false;  // the only form there is; the command line requires it
  bool origins = false;
};
int show(const ShowCommand& command);

struct CompareCommand {
  std::vector<std::string> paths;  // scenarios, result folders or report.json files
  double tolerance = 0;            // relative
  std::vector<std::string> data_folders;
};
int compare(const CompareCommand& command);

struct ValidateAgainstCommand {
  std::vector<std::string> paths;  // tables of measurements
  int jobs = 1;                    // processes at once
};
int validate_against(const ValidateAgainstCommand& command);

/// What a calibration keeps back to be judged by.
enum class CalibrationSplit { HoldOut, None };

struct CalibrateCommand {
  std::vector<std::string> paths;  // tables of measurements
  std::string out;
  CalibrationSplit split = CalibrationSplit::HoldOut;
  std::uint64_t seed = 1;
  int jobs = 1;
};
int calibrate(const CalibrateCommand& command);

struct RerunCommand {
  std::string path;  // report.json or its folder
  std::vector<std::string> data_folders;
};
int rerun(const RerunCommand& command);

/// Prints the architecture of a Hugging Face config.json as an entry of our catalogue. An empty
/// `id` is made of the path.
int import_hf(const std::string& path, const std::string& id);
std::string version_text();

}  // namespace tokenfab::tools

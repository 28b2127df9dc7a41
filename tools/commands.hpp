// SPDX-License-Identifier: Apache-2.0
// The commands of the program. Each returns its exit code; user errors are thrown.
#pragma once

#include <string>

#include "sim/scenario/loader.hpp"

namespace tokenfab::tools {

/// Exit codes, as docs/architecture.md lists them.
enum ExitCode {
  exit_ok = 0,
  exit_internal = 1,
  exit_usage = 2,
  exit_scenario = 3,
  exit_data = 4,
  exit_infeasible = 5,
  exit_interrupted = 6,
};

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
/// Prints the architecture of a Hugging Face config.json as an entry of our catalogue. An empty
/// `id` is made of the path.
int import_hf(const std::string& path, const std::string& id);
std::string version_text();

}  // namespace tokenfab::tools

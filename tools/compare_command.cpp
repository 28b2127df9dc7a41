// SPDX-License-Identifier: Apache-2.0
// compare: results against each other.
#include <fmt/format.h>

#include <filesystem>

#include "sim/report/read_report.hpp"
#include "tools/child.hpp"
#include "tools/commands.hpp"
#include "tools/play.hpp"

namespace tokenfab::tools {
namespace {

namespace fs = std::filesystem;

std::string played_report(const ScenarioRequest& request) {
  return text_from_child([&request] { return play(load_scenario(request), RunOptions())->report; });
}

/// Scenarios say so in their first level; everything else is to be a report.
bool is_scenario(const std::string& path) {
  std::error_code unreadable;
  if (fs::is_directory(path, unreadable)) {
    return false;
  }
  const auto document = load_document(path);
  return document.find("schema_version") == nullptr;
}

FlatReport flat_report_of(const std::string& path, const CompareCommand& command) {
  if (!is_scenario(path)) {
    const auto file = report_path(path);
    return flat_report(read_file(file), file);
  }
  ScenarioRequest request;
  request.path = path;
  request.data_folders = command.data_folders;
  return flat_report(played_report(request), path);
}

}  // namespace

int compare(const CompareCommand& command) {
  if (!(command.tolerance >= 0)) {  // nor a NaN
    throw UsageError("--tolerance must be a number of at least 0");
  }
  try {
    const auto& base_path = command.paths.front();
    const auto base = flat_report_of(base_path, command);
    bool all_equal = true;
    for (std::size_t i = 1; i < command.paths.size(); ++i) {
      const auto other = flat_report_of(command.paths[i], command);
      const auto found = differences(base, other, command.tolerance);
      all_equal = all_equal && found.empty();
      const auto compared = differences(base, other, -1).size();  // nothing is below -1: all names
      fmt::print("{}{}", i == 1 ? "" : "\n",
                 difference_table(base_path, command.paths[i], found, compared));
    }
    return all_equal ? exit_ok : exit_false;
  } catch (const ChildFailed& failure) {
    return failure.code();
  }
}

}  // namespace tokenfab::tools

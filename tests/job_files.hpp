// SPDX-License-Identifier: Apache-2.0
// Job traces of the data folders; a test without them prints "skipped" and ends.
#pragma once

#include <cstdlib>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "sim/core/errors.hpp"
#include "sim/data/check_jobs.hpp"
#include "sim/data/find_data_file.hpp"
#include "sim/data/open_job_trace.hpp"

namespace tokenfab::testing {

inline std::string job_file(const std::string& name) {
  const char* variable = std::getenv("TOKENFAB_DATA");
  std::istringstream text(variable == nullptr ? "" : variable);
  std::vector<std::string> folders;
  for (std::string folder; std::getline(text, folder, ':');) {
    folders.push_back(folder);
    folders.push_back(folder + "/hpc");
    folders.push_back(folder + "/training");
  }
  try {
    return find_data_file(name, "", folders);
  } catch (const ConfigError& error) {
    std::cout << "skipped: " << error.what() << '\n';
    std::exit(77);
  }
}

inline std::vector<JobRow> rows_of_jobs(JobReader& reader) {
  std::vector<JobRow> rows;
  for (JobRow row; reader.next(row);) {
    rows.push_back(row);
  }
  return rows;
}

inline std::vector<JobRow> read_jobs(const std::string& name, const std::string& format) {
  return rows_of_jobs(*open_job_trace(job_file(name), format));
}

}  // namespace tokenfab::testing

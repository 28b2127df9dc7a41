// SPDX-License-Identifier: Apache-2.0
// What is compared: the numbers of a result, and how they spread where it holds several runs.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sim/compare/significance.hpp"
#include "sim/report/read_report.hpp"

namespace tokenfab {

struct Subject {
  std::string name;   // as the user calls it
  FlatReport values;  // of its first run
  Stamp stamp;
  std::vector<std::int64_t> seeds;        // of its runs; one without replications
  std::map<std::string, Sample> samples;  // by name in `values`; empty without replications

  bool has_runs() const { return seeds.size() > 1; }
};

/// Of the text of a report.json, which `file` names in messages. Throws DataError.
Subject subject_of(std::string name, std::string_view report, const std::string& file);

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// The tables of measurements that can be read, told apart by their header.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/measured/measured_case.hpp"
#include "sim/measured/measurement_table.hpp"

namespace tokenfab {

struct CaseFormat {
  std::string_view name;             // "inferencex"
  std::string_view summary;          // one line for people
  std::vector<std::string> columns;  // all of them must be there
  /// Every row, those that cannot be run with their reason.
  std::vector<MeasuredCase> (*read)(MeasurementTable& table);
};

/// In the order they are tried.
std::span<const CaseFormat> case_formats();

/// Throws DataError where no format has the file's columns (naming the nearest) or a row is broken.
struct MeasuredFile {
  std::string path;
  std::string format;
  std::vector<MeasuredCase> cases;
};
MeasuredFile read_measured_file(const std::string& path);

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// Reads a report.json back, as far as comparing and replaying need it.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/report/report.hpp"

namespace tokenfab {

/// Numbers by name: "ttft_p99_s", "services/chat/ttft_p99_s", "cost/LAYER/ITEM/SITE",
/// "energy/SITE/ITEM". In the order of the report.
using FlatReport = std::vector<std::pair<std::string, double>>;

/// The folder's report.json, or `path` itself if it is no folder.
std::string report_path(const std::string& path);
/// The whole file. Throws ConfigError if there is none.
std::string read_file(const std::string& path);

/// `file` names the text in messages. Both throw DataError if it is no report of this program.
FlatReport flat_report(std::string_view text, const std::string& file);
Stamp stamp_of_report(std::string_view text, const std::string& file);

/// One name whose values differ; a missing value differs from every other.
struct Difference {
  std::string name;
  std::optional<double> a;
  std::optional<double> b;

  std::optional<double> absolute() const;  // b - a
  std::optional<double> relative() const;  // to the larger size of the two
};

/// All differences beyond the relative tolerance: those of names in `a` in their order, then those
/// of names that only `b` has.
std::vector<Difference> differences(const FlatReport& a, const FlatReport& b, double tolerance);

/// As a text table with headings; "all N values are equal" if there is none.
std::string difference_table(const std::string& a_name, const std::string& b_name,
                             const std::vector<Difference>& differences, std::size_t compared);

}  // namespace tokenfab

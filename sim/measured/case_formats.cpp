// SPDX-License-Identifier: Apache-2.0
#include "sim/measured/case_formats.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "sim/data/problems.hpp"
#include "sim/measured/collective_tables.hpp"
#include "sim/measured/power_tables.hpp"
#include "sim/measured/render_tables.hpp"
#include "sim/measured/serving_tables.hpp"
#include "sim/measured/training_tables.hpp"

namespace tokenfab {
namespace {

std::vector<std::string> missing_columns(const CaseFormat& format, const MeasurementTable& table) {
  std::vector<std::string> missing;
  std::copy_if(format.columns.begin(), format.columns.end(), std::back_inserter(missing),
               [&](const std::string& column) { return !table.has(column); });
  return missing;
}

[[noreturn]] void refuse(const MeasurementTable& table) {
  std::vector<Problem> problems;
  for (const auto& format : case_formats()) {
    problems.push_back(
        problem_at(table.path(), 1,
                   fmt::format("no {} table ({}): no column {}", format.name, format.summary,
                               fmt::join(missing_columns(format, table), ", "))));
  }
  throw DataError(std::move(problems));
}

}  // namespace

std::span<const CaseFormat> case_formats() {
  static const std::vector<CaseFormat> formats{
      inferencex_format(),     benchmark_format(),     render_format(),
      dgxc_training_format(),  nemo_training_format(), foundry_training_format(),
      paper_training_format(), collective_format(),    expert_exchange_format(),
      efficiency_format(),     leaderboard_format(),   burst_power_format()};
  return formats;
}

MeasuredFile read_measured_file(const std::string& path) {
  MeasurementTable table(path);
  for (const auto& format : case_formats()) {
    if (missing_columns(format, table).empty()) {
      MeasuredFile file{path, std::string(format.name), format.read(table)};
      if (!table.problems().empty()) {
        throw DataError(table.problems());
      }
      return file;
    }
  }
  refuse(table);
}

}  // namespace tokenfab

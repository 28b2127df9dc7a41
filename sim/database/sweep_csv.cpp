// SPDX-License-Identifier: Apache-2.0
#include "sim/database/sweep_csv.hpp"

#include <fmt/format.h>

#include <map>
#include <string>
#include <vector>

#include "sim/report/csv_field.hpp"

namespace tokenfab {
namespace {

std::string field(const std::string& text) { return fmt::format("{}", CsvField{text}); }

std::string row_of(const StoredRun& stored, const std::vector<StoredAxis>& axes,
                   const std::map<std::string, std::size_t>& columns) {
  const auto& [run, answer] = stored;
  auto row = fmt::format("{},{},{},{},{},{}", run.run, run.point, run.replication, run.seed,
                         name_of(answer.status), field(answer.reason));
  for (std::size_t i = 0; i < run.values.size(); ++i) {
    const auto& value = run.values[i];
    const bool is_number = axes[i].is_number && value.number;
    row += ',' + (is_number ? fmt::format("{}", *value.number) : field(value.text));
  }
  std::vector<std::string> cells(columns.size());
  for (const auto& [name, value] : answer.metrics) {
    cells[columns.at(name)] = fmt::format("{}", value);
  }
  for (const auto& cell : cells) {
    row += ',' + cell;
  }
  return row + '\n';
}

}  // namespace

void write_sweep_csv(const SweepDatabase& database,
                     const std::function<void(std::string_view)>& write) {
  const auto& axes = database.description().axes;
  std::string header = "run,point,replication,seed,status,reason";
  for (const auto& column : axis_columns(axes)) {
    header += ',' + field(column);
  }
  std::map<std::string, std::size_t> columns;
  for (const auto& metric : database.metrics()) {
    columns.emplace(metric.name, columns.size());
    header += ',' + field(metric.name);
  }
  write(header + '\n');
  database.for_each_run([&](const StoredRun& stored) { write(row_of(stored, axes, columns)); });
}

}  // namespace tokenfab

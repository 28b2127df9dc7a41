// SPDX-License-Identifier: Apache-2.0
#include "sim/database/schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <set>
#include <utility>

#include "sim/metrics/declarations.hpp"

namespace tokenfab {
namespace {

// Amounts of a run lie together and in order, without a second tree of row numbers.
constexpr const char* tables = R"sql(
CREATE TABLE sweep (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  name TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  definition TEXT NOT NULL,
  program TEXT NOT NULL,
  points INTEGER NOT NULL CHECK (points >= 0),
  replications INTEGER NOT NULL CHECK (replications >= 1)
) STRICT;
CREATE TABLE axes (
  axis INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  unit TEXT NOT NULL,
  pointers TEXT NOT NULL,
  is_number INTEGER NOT NULL CHECK (is_number IN (0, 1))
) STRICT;
CREATE TABLE points (
  point INTEGER NOT NULL,
  axis INTEGER NOT NULL REFERENCES axes,
  text TEXT NOT NULL,
  number REAL,
  PRIMARY KEY (point, axis)
) STRICT, WITHOUT ROWID;
CREATE TABLE runs (
  run INTEGER PRIMARY KEY CHECK (run >= 0),
  point INTEGER NOT NULL,
  replication INTEGER NOT NULL,
  seed INTEGER NOT NULL,
  status TEXT NOT NULL CHECK (status IN
    ('ok', 'assert_failed', 'invalid', 'bad_data', 'infeasible', 'crashed')),
  reason TEXT NOT NULL,
  scenario_sha256 TEXT NOT NULL
) STRICT;
CREATE TABLE metric_names (
  metric INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  unit TEXT NOT NULL,
  sentence TEXT NOT NULL
) STRICT;
CREATE TABLE metrics (
  run INTEGER NOT NULL REFERENCES runs,
  metric INTEGER NOT NULL REFERENCES metric_names,
  value REAL NOT NULL,
  PRIMARY KEY (run, metric)
) STRICT, WITHOUT ROWID;
CREATE TABLE cost_ledger (
  run INTEGER NOT NULL REFERENCES runs,
  layer TEXT NOT NULL,
  item TEXT NOT NULL,
  site TEXT NOT NULL,
  amount_usd REAL NOT NULL,
  PRIMARY KEY (run, layer, item, site)
) STRICT, WITHOUT ROWID;
CREATE TABLE energy_ledger (
  run INTEGER NOT NULL REFERENCES runs,
  site TEXT NOT NULL,
  item TEXT NOT NULL,
  energy_j REAL NOT NULL,
  PRIMARY KEY (run, site, item)
) STRICT, WITHOUT ROWID;
CREATE VIEW metric_values AS
  SELECT run, name, value, unit FROM metrics JOIN metric_names USING (metric);
)sql";

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

/// A name of SQL, in which a quote counts when it is doubled.
std::string quoted(const std::string& name) {
  std::string text = "\"";
  for (const char letter : name) {
    text += letter == '"' ? "\"\"" : std::string(1, letter);
  }
  return text + '"';
}

constexpr std::array run_columns{"run", "point", "replication", "seed", "status", "reason"};

/// A run per row, a column per axis and per metric of the whole factory, so that a question about
/// them needs no join. Columns that are not asked for cost nothing.
std::string results_view(const std::vector<StoredAxis>& axes) {
  std::string text = "CREATE VIEW results AS SELECT ";
  for (const auto* column : run_columns) {
    text += fmt::format("r.{}, ", column);
  }
  const auto columns = axis_columns(axes);
  for (std::size_t axis = 0; axis < axes.size(); ++axis) {
    text +=
        fmt::format("\n(SELECT p.{} FROM points p WHERE p.point = r.point AND p.axis = {}) AS {}, ",
                    axes[axis].is_number ? "number" : "text", axis, quoted(columns[axis]));
  }
  for (const auto& metric : metric_declarations()) {
    text += fmt::format(
        "\n(SELECT m.value FROM metrics m WHERE m.run = r.run AND m.metric = "
        "(SELECT metric FROM metric_names WHERE name = '{}')) AS {}, ",
        metric.name, quoted(std::string(metric.name)));
  }
  return text + "\nr.scenario_sha256 FROM runs r;\n";
}

}  // namespace

std::vector<std::string> axis_columns(const std::vector<StoredAxis>& axes) {
  // SQL knows no upper and lower case.
  std::set<std::string> taken(run_columns.begin(), run_columns.end());
  for (const auto& metric : metric_declarations()) {
    taken.insert(lower(std::string(metric.name)));
  }
  taken.insert("scenario_sha256");
  std::vector<std::string> columns;
  for (const auto& axis : axes) {
    auto name = axis.name;
    while (!taken.insert(lower(name)).second) {
      name = "axis_" + name;
    }
    columns.push_back(std::move(name));
  }
  return columns;
}

std::string sweep_schema(const std::vector<StoredAxis>& axes) {
  return fmt::format("PRAGMA application_id = {};\nPRAGMA user_version = {};\n{}{}",
                     sweep_application_id, sweep_schema_version, tables, results_view(axes));
}

}  // namespace tokenfab

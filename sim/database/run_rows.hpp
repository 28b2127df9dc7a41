// SPDX-License-Identifier: Apache-2.0
// A run and its answer as rows of the tables, and back.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/database/sqlite.hpp"
#include "sim/sweep/run_answer.hpp"
#include "sim/sweep/sweep.hpp"

namespace tokenfab {

/// What the database knows of a run: no settings.
struct StoredRun {
  SweepRun run;
  RunAnswer answer;  // metrics in the order of reports, ledgers in that of their names
};

/// A metric that some run has.
struct StoredMetric {
  std::string name;
  std::string unit;
  std::string sentence;
};

/// In the order of reports: the factory's first, then by object; each as declared.
std::vector<StoredMetric> stored_metrics(const sqlite::Connection& connection);

class RunWriter {
 public:
  explicit RunWriter(const sqlite::Connection& connection);

  /// Throws std::runtime_error if the run is there.
  void add(const SweepRun& run, const RunAnswer& answer);
  std::int64_t metric_number(const std::string& name);

 private:
  void add_point(const SweepRun& run);
  void add_metrics(std::int64_t run, const RunAnswer& answer);
  void add_ledgers(std::int64_t run, const RunAnswer& answer);

  sqlite::Statement point_;
  sqlite::Statement run_;
  sqlite::Statement name_;
  sqlite::Statement metric_;
  sqlite::Statement cost_;
  sqlite::Statement energy_;
  std::map<std::string, std::int64_t> numbers_;  // of the metrics, by name
  /// Those of the run before, in its order: most runs have the same.
  std::vector<std::pair<std::string, std::int64_t>> last_;
};

/// Reads runs `first` to `last` in the order of their numbers.
void read_runs(const sqlite::Connection& connection, std::int64_t first, std::int64_t last,
               const std::function<void(const StoredRun&)>& at_run);

}  // namespace tokenfab

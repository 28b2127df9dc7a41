// SPDX-License-Identifier: Apache-2.0
// The results of a sweep in one SQLite file. What is committed stays, whatever becomes of the
// process; docs/sweep-database.md holds the tables and questions to ask them.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/database/run_rows.hpp"
#include "sim/database/schema.hpp"
#include "sim/database/sqlite.hpp"
#include "sim/sweep/run_answer.hpp"
#include "sim/sweep/sweep.hpp"

namespace tokenfab {

/// Which sweep a database is of.
struct SweepDescription {
  std::string name;
  std::string sha256;      // of the sweep, as Sweep::sha256
  std::string definition;  // the sweep file
  std::string program;     // version and commit of the one that plays it
  std::int64_t points = 0;
  std::int64_t replications = 1;
  std::vector<StoredAxis> axes;

  std::int64_t run_count() const { return points * replications; }
  bool operator==(const SweepDescription&) const = default;
};

/// A point by the mean of its runs.
struct PointMean {
  std::vector<std::pair<std::string, std::string>> values;  // of the axes, by name
  double mean = 0;
  std::int64_t runs = 0;
};

SweepDescription description_of(const Sweep& sweep, const std::string& program);

/// Gives a file its name if nothing has that yet. Throws ConfigError, without the file.
void give_new_name(const std::string& temporary, const std::string& path);

/// Throws, of all its functions: ConfigError where the file cannot be made, opened or written or
/// is of another sweep; DataError where it is damaged or no sweep database. No other file than one
/// that it made is ever written to.
class SweepDatabase {
 public:
  /// A new file with no runs. Whole or not there at all, even if the process is killed.
  static SweepDatabase create(const std::string& path, const SweepDescription& description);
  /// For more runs of the same sweep by the same program.
  static SweepDatabase open_to_resume(const std::string& path, const SweepDescription& description);
  /// For reading, also while it is being written and in a folder that nothing can be written to.
  static SweepDatabase open(const std::string& path);

  const std::string& path() const { return connection_.path(); }
  const SweepDescription& description() const { return description_; }

  /// By number of the run, run_count() of them.
  std::vector<bool> finished() const;
  /// Throws if the run is there; then nothing since the last commit is.
  void add(const SweepRun& run, const RunAnswer& answer);
  /// Everything that was added stays, whatever becomes of the process. Costs some 0.1 ms.
  void commit();

  /// Commits and writes the file anew without gaps, rows in their order. Nothing can be added then.
  void finish();

  /// In the order of their numbers, all as they were at one time.
  void for_each_run(const std::function<void(const StoredRun&)>& at_run) const;
  std::optional<StoredRun> find_run(std::int64_t run) const;
  /// The point with the lowest mean over its runs that are ok; of equal ones the first.
  std::optional<PointMean> lowest_mean(std::string_view metric) const;
  /// Those that any run has.
  std::vector<StoredMetric> metrics() const;

 private:
  SweepDatabase(sqlite::Connection connection, bool is_writer);
  void begin();

  sqlite::Connection connection_;
  SweepDescription description_;
  std::optional<RunWriter> writer_;  // of one that was opened for writing
};

}  // namespace tokenfab

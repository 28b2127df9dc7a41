// SPDX-License-Identifier: Apache-2.0
#include "sim/database/sweep_database.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <limits>
#include <system_error>
#include <utility>

#include "sim/core/errors.hpp"

namespace tokenfab {
namespace {

namespace fs = std::filesystem;
using sqlite::Connection;
using Access = Connection::Access;

[[noreturn]] void refuse(const std::string& path, std::string message, std::string fix = {}) {
  throw ConfigError({{{path}, "", std::move(message), std::move(fix)}});
}

/// SQLite would take a log for one of this file, whichever it was written for.
void refuse_leftovers(const std::string& path) {
  if (fs::exists(path)) {
    refuse(path, "exists already", "--resume goes on with it");
  }
  for (const auto* suffix : {"-wal", "-journal"}) {
    if (fs::exists(path + suffix)) {
      refuse(path + suffix, "is left of a database that is gone", "remove it");
    }
  }
}

void write_description(Connection& connection, const SweepDescription& description) {
  auto sweep = connection.prepare("INSERT INTO sweep VALUES (1, ?, ?, ?, ?, ?, ?)");
  sweep.set(1, description.name).set(2, description.sha256).set(3, description.definition);
  sweep.set(4, description.program).set(5, description.points).set(6, description.replications);
  sweep.run();
  auto axis_row = connection.prepare("INSERT INTO axes VALUES (?, ?, ?, '[]', ?)");
  auto pointer_row = connection.prepare(
      "UPDATE axes SET pointers = json_insert(pointers, '$[#]', ?) WHERE axis = ?");
  for (std::size_t i = 0; i < description.axes.size(); ++i) {
    const auto& axis = description.axes[i];
    const auto number = static_cast<std::int64_t>(i);
    axis_row.set(1, number).set(2, axis.name).set(3, axis.unit);
    axis_row.set(4, std::int64_t{axis.is_number}).run();
    for (const auto& pointer : axis.pointers) {
      pointer_row.set(1, pointer).set(2, number).run();
    }
  }
}

SweepDescription read_description(const Connection& connection) {
  SweepDescription description;
  auto sweep = connection.prepare(
      "SELECT name, sha256, definition, program, points, replications FROM sweep");
  if (!sweep.step()) {
    throw DataError(
        {{{connection.path()}, "", "the database does not say which sweep it is of", ""}});
  }
  description.name = sweep.text(0);
  description.sha256 = sweep.text(1);
  description.definition = sweep.text(2);
  description.program = sweep.text(3);
  description.points = sweep.integer(4);
  description.replications = sweep.integer(5);
  auto axes = connection.prepare("SELECT axis, name, unit, is_number FROM axes ORDER BY axis");
  auto pointers = connection.prepare(
      "SELECT value FROM axes, json_each(axes.pointers) WHERE axis = ? ORDER BY key");
  while (axes.step()) {
    description.axes.push_back({axes.text(1), axes.text(2), {}, axes.integer(3) != 0});
    pointers.set(1, axes.integer(0));
    while (pointers.step()) {
      description.axes.back().pointers.push_back(pointers.text(0));
    }
  }
  return description;
}

/// That the file is ours and whole, before anything in it is believed or changed.
void check(const Connection& connection) {
  const auto& path = connection.path();
  if (connection.integer("PRAGMA application_id") != sweep_application_id) {
    throw DataError({{{path}, "", "this is no sweep database", "tokenfab sweep writes them"}});
  }
  const auto version = connection.integer("PRAGMA user_version");
  if (version != sweep_schema_version) {
    throw DataError({{{path},
                      "",
                      fmt::format("its schema has version {}, this program knows version {}",
                                  version, sweep_schema_version),
                      "use the program that wrote it"}});
  }
  const auto word = connection.text("PRAGMA quick_check(1)");
  if (word != "ok") {
    throw DataError({{{path},
                      "",
                      "the database is damaged: " + word,
                      "a copy or a new sweep is needed; the file was left as it is"}});
  }
}

void check_same(const std::string& path, const SweepDescription& stored,
                const SweepDescription& wanted) {
  if (stored.name != wanted.name) {
    refuse(path, fmt::format("holds runs of sweep \"{}\", not of \"{}\"", stored.name, wanted.name),
           "give a new file");
  }
  if (stored.sha256 != wanted.sha256) {
    refuse(path,
           fmt::format("holds runs of sweep \"{}\" as it was before {}", stored.name,
                       stored.definition != wanted.definition ? "the sweep file was changed"
                                                              : "its base scenario was changed"),
           "give a new file, or the sweep as it was");
  }
  if (stored.program != wanted.program) {
    refuse(path,
           fmt::format("its runs were played by tokenfab {}, this is {}", stored.program,
                       wanted.program),
           "give a new file, or use that program");
  }
}

Connection open_to_read(const std::string& path) {
  if (!fs::is_regular_file(path)) {
    refuse(path, fs::exists(path) ? "is no file" : "there is no such file");
  }
  try {
    Connection connection(path, Access::Read);
    connection.integer("SELECT count(*) FROM sqlite_schema");  // reads for the first time
    return connection;
  } catch (const ConfigError&) {
    std::error_code error;
    const bool has_log = fs::file_size(path + "-wal", error) > 0 && !error;
    if (has_log) {
      throw;
    }
    return {path, Access::Unchanged};
  }
}

}  // namespace

void give_new_name(const std::string& temporary, const std::string& path) {
  int code = ::renameat2(AT_FDCWD, temporary.c_str(), AT_FDCWD, path.c_str(), RENAME_NOREPLACE);
  if (code != 0 && errno == EINVAL && !fs::exists(path)) {  // a network file system, say
    code = std::rename(temporary.c_str(), path.c_str());
  }
  if (code != 0) {
    const int reason = errno;
    std::error_code ignored;
    fs::remove(temporary, ignored);
    refuse(path, reason == EEXIST ? "exists already" : std::strerror(reason));
  }
}

SweepDescription description_of(const Sweep& sweep, const std::string& program) {
  SweepDescription description{sweep.name, sweep.sha256, sweep.text, program, 0, 1, {}};
  description.points = static_cast<std::int64_t>(sweep.points.size());
  description.replications = sweep.replications;
  for (const auto& axis : sweep.axes) {
    const bool is_number = std::all_of(axis.values.begin(), axis.values.end(),
                                       [](const auto& value) { return value.number.has_value(); });
    description.axes.push_back({axis.name, axis.unit, axis.pointers, is_number});
  }
  return description;
}

SweepDatabase::SweepDatabase(Connection connection, bool is_writer)
    : connection_(std::move(connection)), description_(read_description(connection_)) {
  if (is_writer) {
    connection_.execute("PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON");
    begin();
  }
}

SweepDatabase SweepDatabase::create(const std::string& path, const SweepDescription& description) {
  refuse_leftovers(path);
  std::error_code error;
  if (const auto folder = fs::path(path).parent_path(); !folder.empty()) {
    fs::create_directories(folder, error);
  }
  // The log of a database is found by its name, so the file gets its own before it has one.
  const auto temporary = fmt::format("{}.{}.tmp", path, ::getpid());
  try {
    Connection connection(temporary, Access::Create);
    sqlite::Transaction transaction(connection, "IMMEDIATE");
    connection.execute(sweep_schema(description.axes));
    write_description(connection, description);
    transaction.commit();
    connection.execute("PRAGMA journal_mode = WAL");
  } catch (const ConfigError& failure) {
    fs::remove(temporary, error);
    refuse(path, "cannot be made", failure.problems().front().message);
  }
  give_new_name(temporary, path);
  return {Connection(path, Access::Write), true};
}

SweepDatabase SweepDatabase::open_to_resume(const std::string& path,
                                            const SweepDescription& description) {
  check(open_to_read(path));
  Connection connection(path, Access::Write);
  check_same(path, read_description(connection), description);
  return {std::move(connection), true};
}

SweepDatabase SweepDatabase::open(const std::string& path) {
  auto connection = open_to_read(path);
  check(connection);
  return {std::move(connection), false};
}

void SweepDatabase::begin() {
  // Held until the next commit, so that a second writer is refused instead of playing the same.
  connection_.execute("BEGIN IMMEDIATE");
  if (!writer_) {
    writer_.emplace(connection_);
  }
}

std::vector<bool> SweepDatabase::finished() const {
  std::vector<bool> is_finished(static_cast<std::size_t>(description_.run_count()));
  auto runs = connection_.prepare("SELECT run FROM runs");
  while (runs.step()) {
    const auto run = runs.integer(0);
    if (run < description_.run_count()) {
      is_finished[static_cast<std::size_t>(run)] = true;
    }
  }
  return is_finished;
}

void SweepDatabase::add(const SweepRun& run, const RunAnswer& answer) {
  if (!connection_.is_in_transaction()) {
    begin();
  }
  try {
    writer_->add(run, answer);
  } catch (...) {
    writer_.reset();  // it may know names that are now gone
    if (connection_.is_in_transaction()) {
      connection_.execute("ROLLBACK");
    }
    throw;
  }
}

void SweepDatabase::commit() {
  if (connection_.is_in_transaction()) {
    connection_.execute("COMMIT");
    begin();
  }
}

void SweepDatabase::finish() {
  writer_.reset();
  if (connection_.is_in_transaction()) {
    connection_.execute("COMMIT");
  }
  connection_.execute("VACUUM");
}

void SweepDatabase::for_each_run(const std::function<void(const StoredRun&)>& at_run) const {
  std::optional<sqlite::Transaction> snapshot;
  if (!connection_.is_in_transaction()) {
    snapshot.emplace(connection_, "DEFERRED");
  }
  read_runs(connection_, 0, std::numeric_limits<std::int64_t>::max(), at_run);
}

std::optional<StoredRun> SweepDatabase::find_run(std::int64_t run) const {
  std::optional<StoredRun> found;
  read_runs(connection_, run, run, [&found](const StoredRun& stored) { found = stored; });
  return found;
}

std::optional<PointMean> SweepDatabase::lowest_mean(std::string_view metric) const {
  auto lowest = connection_.prepare(
      "SELECT point, avg(value) AS mean, count(*) FROM runs JOIN metrics USING (run) "
      "WHERE status = 'ok' AND metric = (SELECT metric FROM metric_names WHERE name = ?1) "
      "GROUP BY point ORDER BY mean, point LIMIT 1");
  lowest.set(1, metric);
  if (!lowest.step()) {
    return std::nullopt;
  }
  PointMean found{{}, lowest.real(1), lowest.integer(2)};
  auto values = connection_.prepare(
      "SELECT name, text FROM points JOIN axes USING (axis) WHERE point = ?1 ORDER BY axis");
  values.set(1, lowest.integer(0));
  while (values.step()) {
    found.values.emplace_back(values.text(0), values.text(1));
  }
  return found;
}

std::vector<StoredMetric> SweepDatabase::metrics() const { return stored_metrics(connection_); }

}  // namespace tokenfab

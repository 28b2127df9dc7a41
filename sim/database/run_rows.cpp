// SPDX-License-Identifier: Apache-2.0
#include "sim/database/run_rows.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <tuple>
#include <utility>

#include "sim/core/errors.hpp"
#include "sim/metrics/declarations.hpp"

namespace tokenfab {
namespace {

[[noreturn]] void damaged(const std::string& path, const std::string& how) {
  throw DataError({{{path}, "", "the database is damaged: " + how, ""}});
}

std::pair<std::string, std::string> object_and_metric(const std::string& name) {
  const auto slash = name.rfind('/');
  return slash == std::string::npos ? std::pair(std::string(), name)
                                    : std::pair(name.substr(0, slash), name.substr(slash + 1));
}

/// Where a metric is declared; behind all others if it is not.
std::size_t place_of(std::string_view name) {
  const auto all = metric_declarations();
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const auto& declared) { return declared.name == name; });
  return static_cast<std::size_t>(found - all.begin());
}

/// Unit and sentence as its last part is declared, empty where it is not.
StoredMetric stored_metric(const std::string& name) {
  const auto all = metric_declarations();
  const auto place = place_of(object_and_metric(name).second);
  if (place == all.size()) {
    return {name, "", ""};
  }
  return {name, std::string(all[place].unit), std::string(all[place].sentence)};
}

/// The factory's first, then by object; each as declared.
std::vector<StoredMetric> in_report_order(std::vector<StoredMetric> metrics) {
  std::vector<std::tuple<std::string, std::size_t, std::string, std::size_t>> keys;
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    auto [object, metric] = object_and_metric(metrics[i].name);
    const auto place = place_of(metric);
    keys.emplace_back(std::move(object), place, std::move(metric), i);
  }
  std::sort(keys.begin(), keys.end());
  std::vector<StoredMetric> ordered;
  for (const auto& key : keys) {
    ordered.push_back(std::move(metrics[std::get<3>(key)]));
  }
  return ordered;
}

/// Rows of one table in the order of runs; the reader of runs takes those of each in turn.
class RowsOfRuns {
 public:
  RowsOfRuns(const sqlite::Connection& connection, std::string_view sql, std::int64_t first,
             std::int64_t last)
      : rows_(connection.prepare(sql)) {
    rows_.set(1, first).set(2, last);
    has_row_ = rows_.step();
  }

  template <class AtRow>
  void take(std::int64_t run, AtRow at_row) {
    while (has_row_ && rows_.integer(0) <= run) {
      if (rows_.integer(0) == run) {
        at_row(rows_);
      }
      has_row_ = rows_.step();
    }
  }

 private:
  sqlite::Statement rows_;
  bool has_row_ = false;
};

/// The metrics of a run in the order of reports, whatever order the database met them in.
class MetricRows {
 public:
  MetricRows(const sqlite::Connection& connection, std::int64_t first, std::int64_t last)
      : path_(connection.path()),
        names_(stored_metrics(connection)),
        rows_(connection,
              "SELECT run, metric, value FROM metrics WHERE run BETWEEN ? AND ? ORDER BY run",
              first, last) {
    std::map<std::string, std::int64_t> numbers;
    auto known = connection.prepare("SELECT name, metric FROM metric_names");
    while (known.step()) {
      numbers.emplace(known.text(0), known.integer(1));
    }
    for (std::size_t i = 0; i < names_.size(); ++i) {
      places_[numbers[names_[i].name]] = i;
    }
  }

  void take(std::int64_t run, std::vector<std::pair<std::string, double>>& metrics) {
    values_.clear();
    rows_.take(run, [this](const auto& row) {
      const auto place = places_.find(row.integer(1));
      if (place == places_.end()) {
        damaged(path_, "a metric has no name");
      }
      values_.emplace_back(place->second, row.real(2));
    });
    std::sort(values_.begin(), values_.end());
    for (const auto& [place, value] : values_) {
      metrics.emplace_back(names_[place].name, value);
    }
  }

 private:
  std::string path_;
  std::vector<StoredMetric> names_;
  RowsOfRuns rows_;
  std::map<std::int64_t, std::size_t> places_;  // of metrics by number
  std::vector<std::pair<std::size_t, double>> values_;
};

/// Values of the axes by point, of which several runs in a row are replications.
class PointRows {
 public:
  explicit PointRows(const sqlite::Connection& connection)
      : path_(connection.path()),
        axes_(connection.integer("SELECT count(*) FROM axes")),
        rows_(connection.prepare("SELECT text, number FROM points WHERE point = ? ORDER BY axis")) {
  }

  const std::vector<AxisValue>& values(std::int64_t point) {
    if (point != point_) {
      point_ = point;
      values_.clear();
      rows_.set(1, point);
      while (rows_.step()) {
        values_.push_back({rows_.text(0), std::nullopt, {}});
        if (!rows_.is_null(1)) {
          values_.back().number = rows_.real(1);
        }
      }
      if (static_cast<std::int64_t>(values_.size()) != axes_) {
        damaged(path_, "a point has not one value of each axis");
      }
    }
    return values_;
  }

 private:
  std::string path_;
  std::int64_t axes_;
  sqlite::Statement rows_;
  std::int64_t point_ = -1;
  std::vector<AxisValue> values_;
};

RunStatus status_of(const sqlite::Connection& connection, const std::string& name) {
  try {
    return run_status_of(name);
  } catch (const std::out_of_range& error) {
    damaged(connection.path(), error.what());
  }
}

}  // namespace

std::vector<StoredMetric> stored_metrics(const sqlite::Connection& connection) {
  std::vector<StoredMetric> metrics;
  auto rows = connection.prepare("SELECT name, unit, sentence FROM metric_names");
  while (rows.step()) {
    metrics.push_back({rows.text(0), rows.text(1), rows.text(2)});
  }
  return in_report_order(std::move(metrics));
}

RunWriter::RunWriter(const sqlite::Connection& connection)
    : point_(connection.prepare("INSERT OR IGNORE INTO points VALUES (?, ?, ?, ?)")),
      run_(connection.prepare("INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?, ?)")),
      name_(connection.prepare("INSERT INTO metric_names VALUES (?, ?, ?, ?)")),
      metric_(connection.prepare("INSERT INTO metrics VALUES (?, ?, ?)")),
      cost_(connection.prepare("INSERT INTO cost_ledger VALUES (?, ?, ?, ?, ?) ON CONFLICT DO "
                               "UPDATE SET amount_usd = amount_usd + excluded.amount_usd")),
      energy_(connection.prepare("INSERT INTO energy_ledger VALUES (?, ?, ?, ?) ON CONFLICT DO "
                                 "UPDATE SET energy_j = energy_j + excluded.energy_j")) {
  auto known = connection.prepare("SELECT name, metric FROM metric_names");
  while (known.step()) {
    numbers_.emplace(known.text(0), known.integer(1));
  }
}

std::int64_t RunWriter::metric_number(const std::string& name) {
  const auto [entry, is_new] =
      numbers_.try_emplace(name, static_cast<std::int64_t>(numbers_.size()) + 1);
  if (is_new) {
    const auto metric = stored_metric(name);
    name_.set(1, entry->second).set(2, name).set(3, metric.unit).set(4, metric.sentence).run();
  }
  return entry->second;
}

void RunWriter::add(const SweepRun& run, const RunAnswer& answer) {
  add_point(run);
  run_.set(1, run.run).set(2, run.point).set(3, run.replication).set(4, run.seed);
  run_.set(5, name_of(answer.status)).set(6, answer.reason).set(7, answer.scenario_sha256).run();
  add_metrics(run.run, answer);
  add_ledgers(run.run, answer);
}

void RunWriter::add_point(const SweepRun& run) {
  for (std::size_t axis = 0; axis < run.values.size(); ++axis) {
    const auto& value = run.values[axis];
    point_.set(1, run.point).set(2, static_cast<std::int64_t>(axis)).set(3, value.text);
    if (value.number) {
      point_.set(4, *value.number);
    } else {
      point_.set_null(4);
    }
    point_.run();
  }
}

void RunWriter::add_metrics(std::int64_t run, const RunAnswer& answer) {
  last_.resize(answer.metrics.size());
  for (std::size_t i = 0; i < answer.metrics.size(); ++i) {
    const auto& [name, value] = answer.metrics[i];
    if (last_[i].first != name) {
      last_[i] = {name, metric_number(name)};
    }
    if (!std::isnan(value)) {  // without meaning, which a missing row says
      metric_.set(1, run).set(2, last_[i].second).set(3, value).run();
    }
  }
}

void RunWriter::add_ledgers(std::int64_t run, const RunAnswer& answer) {
  for (const auto& entry : answer.costs) {
    cost_.set(1, run).set(2, entry.layer).set(3, entry.item).set(4, entry.site);
    cost_.set(5, entry.amount_usd).run();
  }
  for (const auto& entry : answer.energies) {
    energy_.set(1, run).set(2, entry.site).set(3, entry.item).set(4, entry.energy_j).run();
  }
}

void read_runs(const sqlite::Connection& connection, std::int64_t first, std::int64_t last,
               const std::function<void(const StoredRun&)>& at_run) {
  auto runs = connection.prepare("SELECT * FROM runs WHERE run BETWEEN ? AND ? ORDER BY run");
  MetricRows metrics(connection, first, last);
  RowsOfRuns costs(connection,
                   "SELECT run, layer, item, site, amount_usd FROM cost_ledger "
                   "WHERE run BETWEEN ? AND ? ORDER BY run, layer, item, site",
                   first, last);
  RowsOfRuns energies(connection,
                      "SELECT run, site, item, energy_j FROM energy_ledger "
                      "WHERE run BETWEEN ? AND ? ORDER BY run, site, item",
                      first, last);
  PointRows points(connection);
  runs.set(1, first).set(2, last);
  while (runs.step()) {
    StoredRun stored;
    auto& run = stored.run;  // a structured binding cannot be captured below
    auto& answer = stored.answer;
    run = {runs.integer(0), runs.integer(1), runs.integer(2), runs.integer(3), {}, {}};
    run.values = points.values(run.point);
    answer.status = status_of(connection, runs.text(4));
    answer.reason = runs.text(5);
    answer.scenario_sha256 = runs.text(6);
    metrics.take(run.run, answer.metrics);
    costs.take(run.run, [&](const auto& row) {
      answer.costs.push_back({row.text(1), row.text(2), row.text(3), row.real(4)});
    });
    energies.take(run.run, [&](const auto& row) {
      answer.energies.push_back({row.text(1), row.text(2), row.real(3)});
    });
    at_run(stored);
  }
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "sim/page/site_series.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "sim/data/csv_rows.hpp"
#include "sim/page/figures.hpp"
#include "sim/page/page_json.hpp"

namespace tokenfab {
namespace {

constexpr std::size_t points_max = 9000;          // of a line: every hour of a year
constexpr std::size_t points_of_all_max = 18000;  // of a quantity, all sites: keeps the file small
constexpr std::size_t points_min = 500;
constexpr std::size_t stretches_max = 24;
constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

bool says_something(const SampledLine& line) {
  return std::any_of(line.values.begin(), line.values.end(),
                     [](double value) { return std::isfinite(value) && value != 0; });
}

/// Beyond rounding: a PUE is a quotient.
bool changes(const SampledLine& line) {
  double low = std::numeric_limits<double>::infinity();
  double high = -low;
  for (const double value : line.values) {
    if (std::isfinite(value)) {
      low = std::min(low, value);
      high = std::max(high, value);
    }
  }
  return high - low > 1e-9 * std::max(std::abs(low), std::abs(high));
}

const SeriesColumn* column_of(const std::string& name) {
  for (const auto& panel : series_panels()) {
    for (const auto& column : panel.columns) {
      if (column.name == name) {
        return &column;
      }
    }
  }
  return nullptr;
}

std::vector<std::string> wanted_columns() {
  std::vector<std::string> names{"time_s", "site"};
  for (const auto& panel : series_panels()) {
    for (const auto& column : panel.columns) {
      names.emplace_back(column.name);
    }
  }
  return names;
}

/// The line of a column; null if the site has none.
const SampledLine* line_of(const SiteSeries& site, const char* name) {
  const auto found = std::find_if(site.lines.begin(), site.lines.end(),
                                  [name](const SampledLine& line) { return line.name == name; });
  return found == site.lines.end() ? nullptr : &*found;
}

struct LineSummary {
  double sum = 0;
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();
  std::size_t count = 0;
  std::size_t highest = 0;

  void add(double value, std::size_t at) {
    if (!std::isfinite(value)) {
      return;
    }
    sum += value;
    low = std::min(low, value);
    highest = value > high ? at : highest;
    high = std::max(high, value);
    ++count;
  }
  double mean() const { return count == 0 ? unknown : sum / static_cast<double>(count); }
};

}  // namespace

const std::vector<SeriesPanel>& series_panels() {
  static const std::vector<SeriesPanel> panels{
      {"power",
       "Power",
       "W",
       {{"site_power_w", "site power", "W"},
        {"it_power_w", "IT power", "W"},
        {"cooling_power_w", "cooling", "W"},
        {"import_power_w", "from the grid", "W"},
        {"renewable_power_w", "own sun and wind", "W"}}},
      {"pue", "PUE: site power over IT power", "1", {{"pue", "PUE", ""}}},
      {"throughput",
       "Output tokens per second",
       "1/s",
       {{"output_tokens_per_s", "output tokens per second", "1/s"}}},
      {"requests",
       "Requests",
       "1",
       {{"requests_running", "running", ""}, {"requests_waiting", "waiting", ""}}},
      {"fleet",
       "Replicas and jobs",
       "1",
       {{"replicas_ready", "replicas ready", ""},
        {"jobs_running", "jobs running", ""},
        {"jobs_waiting", "jobs waiting", ""},
        {"job_chips", "chips of jobs", ""}}},
      {"temperature",
       "Temperatures",
       "degC",
       {{"chip_degc", "chips", "degC"},
        {"coolant_degc", "coolant", "degC"},
        {"room_degc", "room", "degC"},
        {"dry_bulb_degc", "outside, dry bulb", "degC"},
        {"wet_bulb_degc", "outside, wet bulb", "degC"}}},
      {"share",
       "Clock of the chips and charge of the battery",
       "share",
       {{"clock", "clock over full clock", "share"},
        {"battery_charge", "battery charge", "share"}}},
      {"price", "Price of grid energy", "USD/kWh", {{"price_usd_per_kwh", "price", "USD/kWh"}}},
      {"carbon",
       "Carbon intensity of grid energy",
       "g/kWh",
       {{"carbon_g_per_kwh", "carbon", "g/kWh"}}},
      {"water", "Water per interval", "l", {{"water_l", "water", "l"}}},
  };
  return panels;
}

std::vector<SiteSeries> read_series(const RunInput& run) {
  const auto path = run.file("series.csv");
  if (path.empty()) {
    return {};
  }
  const auto columns = wanted_columns();
  CsvRows rows(path, columns);
  std::vector<SiteSeries> sites;
  std::map<std::string, std::size_t, std::less<>> places;
  while (rows.next()) {
    const auto place = places.try_emplace(std::string(rows.text(1)), sites.size()).first->second;
    if (place == sites.size()) {
      auto& site = sites.emplace_back();
      site.site = rows.text(1);
      for (std::size_t i = 2; i < columns.size(); ++i) {
        site.lines.push_back({columns[i], {}});
      }
    }
    auto& site = sites[place];
    const double date = rows.date_s(0);
    if (!site.dates_s.empty() && date < site.dates_s.back()) {
      rows.refuse(
          fmt::format("{} s comes before the row above it: {} s", date, site.dates_s.back()));
    }
    site.dates_s.push_back(date);
    for (std::size_t i = 2; i < columns.size(); ++i) {
      site.lines[i - 2].values.push_back(rows.number_or(i, unknown));
    }
  }
  for (auto& site : sites) {
    const auto silent = std::remove_if(site.lines.begin(), site.lines.end(),
                                       [](const auto& line) { return !says_something(line); });
    site.lines.erase(silent, site.lines.end());
  }
  return sites;
}

std::vector<const SeriesPanel*> panels_of(const std::vector<SiteSeries>& sites) {
  std::vector<const SeriesPanel*> shown;
  for (const auto& panel : series_panels()) {
    const bool has_line = std::any_of(sites.begin(), sites.end(), [&panel](const auto& site) {
      return std::any_of(panel.columns.begin(), panel.columns.end(), [&site](const auto& column) {
        const auto* line = line_of(site, column.name);
        return line != nullptr && changes(*line);
      });
    });
    if (has_line) {
      shown.push_back(&panel);
    }
  }
  return shown;
}

std::string constants_text(const SiteSeries& site) {
  const auto shown = panels_of({site});
  std::string text;
  for (const auto& panel : series_panels()) {
    if (std::find(shown.begin(), shown.end(), &panel) != shown.end()) {
      continue;
    }
    for (const auto& column : panel.columns) {
      if (const auto* line = line_of(site, column.name)) {
        const auto known = std::find_if(line->values.begin(), line->values.end(),
                                        [](double value) { return std::isfinite(value); });
        text += fmt::format("{}{} {}", text.empty() ? "" : ", ", column.label,
                            figure_text(column.name, column.unit, *known));
      }
    }
  }
  return text;
}

Node series_json(std::vector<SiteSeries> sites) {
  auto panels = json::array();
  for (const auto* panel : panels_of(sites)) {
    auto columns = json::array();
    for (const auto& column : panel->columns) {
      columns.items.push_back(
          json::object({{"name", json::text(column.name)}, {"label", json::text(column.label)}}));
    }
    panels.items.push_back(json::object({{"id", json::text(panel->id)},
                                         {"unit", json::text(panel->unit)},
                                         {"columns", std::move(columns)}}));
  }
  const auto share = points_of_all_max / std::max<std::size_t>(1, sites.size());
  const auto points = std::clamp(share, points_min, points_max);
  auto data = json::array();
  for (auto& site : sites) {
    const auto dates = thin(site.dates_s, site.lines, points);
    auto lines = make_object({});
    for (const auto& line : site.lines) {
      add_member(lines, line.name, json::line(line.values));
    }
    data.items.push_back(
        json::object({{"site", json::text(site.site)},
                      {"first_s", json::number(dates.first_s)},
                      {"step_s", json::number(dates.step_s)},
                      {"end_s", json::number(dates.end_s)},
                      {"count", json::number(static_cast<double>(dates.count))},
                      {"is_thinned", json::boolean(dates.count != site.dates_s.size())},
                      {"lines", std::move(lines)}}));
  }
  return json::object({{"panels", std::move(panels)}, {"sites", std::move(data)}});
}

PageTable series_summary(const SiteSeries& site, const RunDates& dates) {
  PageTable table{fmt::format("{}: mean and extremes over the run", site.site),
                  {{"quantity", false},
                   {"mean", true},
                   {"lowest", true},
                   {"highest", true},
                   {"when it was highest", true}},
                  {}};
  for (const auto& line : site.lines) {
    LineSummary summary;
    for (std::size_t i = 0; i < line.values.size(); ++i) {
      summary.add(line.values[i], i);
    }
    const auto& column = *column_of(line.name);
    const auto text = [&](double value) { return figure_text("", column.unit, value); };
    table.rows.push_back({column.label, text(summary.mean()), text(summary.low), text(summary.high),
                          dates.text(site.dates_s[summary.highest])});
  }
  return table;
}

PageTable series_stretches(const SiteSeries& site, const RunDates& dates) {
  PageTable table{fmt::format("{}: means over time", site.site), {{"until", false}}, {}};
  for (const auto& line : site.lines) {
    table.columns.push_back({column_of(line.name)->label, true});
  }
  const auto count = site.dates_s.size();
  const auto stretches = std::min(count, stretches_max);
  for (std::size_t k = 0; k < stretches; ++k) {
    const auto begin = count * k / stretches;
    const auto end = count * (k + 1) / stretches;
    std::vector<std::string> row{dates.text(site.dates_s[end - 1])};
    for (const auto& line : site.lines) {
      LineSummary summary;
      for (auto i = begin; i < end; ++i) {
        summary.add(line.values[i], i);
      }
      row.push_back(figure_text(line.name, column_of(line.name)->unit, summary.mean()));
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "sim/timeline/series_counters.hpp"

#include <algorithm>
#include <map>
#include <vector>

#include "sim/data/csv_rows.hpp"

namespace tokenfab {
namespace {

struct Curve {
  std::string_view column;  // of series.csv
  std::string_view name;    // of the curve within its counter
};

struct Counter {
  std::string_view name;
  bool is_state;  // at the end of the interval
  std::vector<Curve> curves;
};

const std::vector<Counter>& counters() {
  static const std::vector<Counter> all{
      {"power (W)",
       false,
       {{"it_power_w", "IT"},
        {"site_power_w", "site"},
        {"import_power_w", "import"},
        {"renewable_power_w", "own renewable"},
        {"cooling_power_w", "cooling"}}},
      {"PUE", false, {{"pue", "PUE"}}},
      {"clock", false, {{"clock", "clock"}}},
      {"price (USD/kWh)", false, {{"price_usd_per_kwh", "price"}}},
      {"carbon (g/kWh)", false, {{"carbon_g_per_kwh", "carbon"}}},
      {"weather (degC)", false, {{"dry_bulb_degc", "dry bulb"}, {"wet_bulb_degc", "wet bulb"}}},
      {"temperature (degC)",
       true,
       {{"coolant_degc", "coolant"}, {"room_degc", "room"}, {"chip_degc", "chip"}}},
      {"output (token/s)", false, {{"output_tokens_per_s", "output"}}},
      {"requests", true, {{"requests_waiting", "waiting"}, {"requests_running", "running"}}},
      {"replicas ready", true, {{"replicas_ready", "ready"}}},
      {"battery charge", true, {{"battery_charge", "charge"}}},
      {"jobs", true, {{"jobs_waiting", "waiting"}, {"jobs_running", "running"}}},
      {"chips of jobs", true, {{"job_chips", "held"}}}};
  return all;
}

std::vector<std::string> columns() {
  std::vector<std::string> names{"time_s", "site"};
  for (const auto& counter : counters()) {
    for (const auto& curve : counter.curves) {
      names.emplace_back(curve.column);
    }
  }
  return names;
}

/// Calls visit(rows, begin of the interval, its number among those of its site) for every row that
/// meets the window.
template <class Visit>
void for_each_row(const std::string& path, TraceWindow window, Visit visit) {
  struct Site {
    double end_s = 0;
    std::uint64_t rows = 0;
  };
  std::map<std::string, Site, std::less<>> sites;
  CsvRows rows(path, columns());
  while (rows.next()) {
    const double end_s = rows.known_number(0);
    auto& site = sites[std::string(rows.text(1))];
    if (window.meets(site.end_s, end_s)) {
      visit(rows, site.end_s, site.rows++);
    }
    site.end_s = end_s;
  }
}

/// What a look at the whole table tells.
struct Survey {
  std::uint64_t rows = 0;
  std::uint64_t sites = 0;
  std::vector<bool> is_used;  // by counter: some value of it is not 0
  std::uint64_t used = 0;
};

Survey survey(const std::string& path, TraceWindow window) {
  Survey told;
  told.is_used.assign(counters().size(), false);
  for_each_row(path, window, [&](const CsvRows& rows, double, std::uint64_t number) {
    ++told.rows;
    told.sites += number == 0 ? 1 : 0;
    std::size_t column = 2;
    for (std::size_t i = 0; i < counters().size(); ++i) {
      for (std::size_t curve = 0; curve < counters()[i].curves.size(); ++curve) {
        told.is_used[i] = rows.number(column++).value_or(0) != 0 || told.is_used[i];
      }
    }
  });
  told.used =
      static_cast<std::uint64_t>(std::count(told.is_used.begin(), told.is_used.end(), true));
  return told;
}

void write_counters(const CsvRows& rows, double begin_s, TraceWindow window,
                    const std::vector<bool>& is_used, TraceWriter& writer) {
  const int process = writer.process("site " + std::string(rows.text(1)));
  std::size_t column = 2;
  for (std::size_t i = 0; i < counters().size(); ++i) {
    const auto& counter = counters()[i];
    TraceArgs values;
    for (const auto& curve : counter.curves) {
      if (const auto value = rows.number(column++)) {
        values.add(curve.name, *value);
      }
    }
    const double at_s = counter.is_state ? rows.known_number(0) : begin_s;
    if (is_used[i] && !values.json().empty()) {
      writer.counter(process, window.cut(at_s), counter.name, values);
    }
  }
}

}  // namespace

std::uint64_t add_counters(const std::string& path, TraceWindow window, std::uint64_t events_max,
                           TraceWriter& writer) {
  const auto all = survey(path, window);
  if (all.used == 0 || writer.events() + all.sites >= events_max) {
    return 1;
  }
  const auto rows_max = (events_max - writer.events() - all.sites) / all.used;
  // Every n-th row of each site is at most one row more than an n-th of them.
  const auto fair = rows_max > all.sites ? rows_max - all.sites : 1;
  const auto every = all.rows <= rows_max ? 1 : (all.rows + fair - 1) / fair;
  for_each_row(path, window, [&](const CsvRows& rows, double begin_s, std::uint64_t number) {
    if (number % every == 0 && writer.events() + all.used + 1 <= events_max) {
      write_counters(rows, begin_s, window, all.is_used, writer);
    }
  });
  return every;
}

}  // namespace tokenfab

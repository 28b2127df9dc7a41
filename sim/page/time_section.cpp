// SPDX-License-Identifier: Apache-2.0
// What changes over the run: latencies of its requests, series of its sites, its fleet, its
// misfortunes.
#include <fmt/format.h>

#include <algorithm>

#include "sim/data/csv_rows.hpp"
#include "sim/page/event_lanes.hpp"
#include "sim/page/figures.hpp"
#include "sim/page/fleet_map.hpp"
#include "sim/page/latencies.hpp"
#include "sim/page/page_json.hpp"
#include "sim/page/page_parts.hpp"
#include "sim/page/site_series.hpp"

namespace tokenfab {
namespace {

constexpr std::size_t series_sites_max = 12;

/// months.csv as it is, in figures for people.
std::string months_table(const RunInput& run) {
  const auto path = run.file("months.csv");
  if (path.empty()) {
    return "";
  }
  struct Column {
    const char* name;
    const char* heading;
    const char* unit;
    double factor;
  };
  static const std::vector<Column> columns{
      {"energy_site_kwh", "site energy", "J", 3.6e6},
      {"pue", "PUE", "", 1},
      {"energy_own_renewable_kwh", "own sun and wind", "J", 3.6e6},
      {"renewable_share", "renewable", "share", 1},
      {"water_l", "water", "l", 1},
      {"carbon_kg", "carbon", "kg", 1},
      {"grid_bill_usd", "grid bill", "USD", 1},
      {"cost_usd", "all costs", "USD", 1},
      {"output_tokens", "output tokens", "", 1},
      {"cost_per_mtok_usd", "USD per million tokens", "USD", 1}};
  std::vector<std::string> names{"site", "month"};
  PageTable table{"Months", {{"site and month", false}}, {}};
  for (const auto& column : columns) {
    names.emplace_back(column.name);
    table.columns.push_back({column.heading, true});
  }
  CsvRows rows(path, names);
  while (rows.next()) {
    std::vector<std::string> row{fmt::format("{} {}", rows.text(0), rows.text(1))};
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const auto value = rows.number(i + 2);
      row.push_back(value ? figure_text("", columns[i].unit, *value * columns[i].factor)
                          : std::string("\u2013"));
    }
    table.rows.push_back(std::move(row));
  }
  return table.rows.empty() ? std::string() : "<h3>Months</h3>\n" + html_of(table);
}

/// "series-power series-pue ...".
std::string series_ids(const std::vector<const SeriesPanel*>& panels) {
  std::string ids;
  for (const auto* panel : panels) {
    ids += fmt::format("{}series-{}", ids.empty() ? "" : " ", panel->id);
  }
  return ids;
}

std::string series_controls(const std::vector<SiteSeries>& sites, const std::string& ids) {
  std::string text = "<div class=\"controls\" role=\"group\" aria-label=\"Part of the run\">\n";
  for (const auto& [key, label] : {std::pair("all", "Whole run"),
                                   {"week", "A week"},
                                   {"day", "A day"},
                                   {"peak", "Around the highest power"}}) {
    text += fmt::format("<button type=\"button\" data-zoom=\"{}\">{}</button>\n", key, label);
  }
  if (sites.size() > 1) {
    std::vector<std::pair<std::string, std::string>> names;
    for (const auto& site : sites) {
      names.emplace_back(site.site, site.site);
    }
    text += choice("Site:", ids, "site", names);
  }
  return text + "</div>\n";
}

std::string series_tables(const std::vector<SiteSeries>& sites, const RunDates& dates) {
  std::string tables;
  for (const auto& site : sites) {
    tables += html_of(series_summary(site, dates));
    tables += html_of(series_stretches(site, dates));
  }
  return fmt::format(
      "<details id=\"series-table\"><summary>Tables: the series in figures</summary>"
      "\n{}</details>\n",
      tables);
}

std::string constants(const std::vector<SiteSeries>& sites) {
  std::string text;
  for (const auto& site : sites) {
    if (const auto own = constants_text(site); !own.empty()) {
      text += fmt::format("<li>{}: {}</li>\n", escaped(site.site), escaped(own));
    }
  }
  return text.empty() ? text : "<p>The same throughout:</p>\n<ul>\n" + text + "</ul>\n";
}

std::string panel_figure(const SeriesPanel& panel, const std::string& id, const std::string& site) {
  std::string names;
  for (const auto& column : panel.columns) {
    names += fmt::format("{}{}", names.empty() ? "" : ", ", column.label);
  }
  const auto label = fmt::format(
      "{} over the run at {}: {}. Arrow keys move, plus and minus zoom, Home shows all.",
      panel.title, site, names);
  auto text = chart_figure(id, panel.title, label);
  // All panels share one pair of tables.
  const auto own = fmt::format("#{}-table", id);
  text.replace(text.find(own), own.size(), "#series-table");
  return text;
}

}  // namespace

void add_latencies(PageParts& page, const RunInput& run) {
  const auto lines = read_latencies(run);
  if (lines.empty()) {
    return;
  }
  static const std::vector<std::pair<std::string, std::string>> titles{
      {"ttft", "Time to first token (TTFT)"},
      {"tpot", "Time per output token (TPOT)"},
      {"e2el", "End-to-end latency"}};
  auto panels = latencies_json(lines);
  std::string body = "<div class=\"panels three\">\n";
  for (const auto& [quantity, title] : titles) {
    if (auto* items = panels.find(quantity)) {
      const auto id = "latency-" + quantity;
      page.chart(id, "quantiles", json::object({{"lines", std::move(*items)}}));
      auto figure = chart_figure(
          id, title, title + ": the share of requests that were served within a time, by service.");
      const auto own = fmt::format("#{}-table", id);
      figure.replace(figure.find(own), own.size(), "#latency-table");
      body += figure;
    }
  }
  body += "</div>\n" + folded_table("latency", latency_table(lines));
  const bool is_of_rows =
      std::any_of(lines.begin(), lines.end(), [](const auto& line) { return line.is_of_rows; });
  page.section("latency", "Latency",
               is_of_rows ? "Distributions over all completed requests of requests.csv."
                          : "Percentiles of the report; a run that writes requests.csv "
                            "(output.requests) shows whole distributions.",
               body);
}

void add_series(PageParts& page, const RunInput& run, const RunDates& dates) {
  auto sites = read_series(run);
  std::string note;
  if (sites.size() > series_sites_max) {
    note = fmt::format(
        "<p class=\"note\">The first {} of {} sites are shown; series.csv has all."
        "</p>\n",
        series_sites_max, sites.size());
    sites.resize(series_sites_max);
  }
  const auto panels = panels_of(sites);
  auto body = note;
  if (!panels.empty()) {
    const auto ids = series_ids(panels);
    body += series_controls(sites, ids) + "<div class=\"panels\">\n";
    for (const auto* panel : panels) {
      const auto id = fmt::format("series-{}", panel->id);
      page.chart(id, "series", json::object({{"panel", json::text(panel->id)}}));
      body += panel == panels.front() ? "<div class=\"wide\">" : "<div>";
      body += panel_figure(*panel, id, sites.size() > 1 ? "each site" : sites.front().site);
      body += "</div>\n";
    }
    body += "</div>\n" + constants(sites) + series_tables(sites, dates);
    page.data("series", series_json(std::move(sites)));
  }
  body += months_table(run);
  if (!body.empty()) {
    page.section("series", "Over time",
                 "Power, PUE, price, carbon, temperatures and throughput. Drag a chart or the bar "
                 "below it, or hold Ctrl and turn the wheel: all charts show the same stretch.",
                 body);
  }
}

void add_fleet(PageParts& page, const RunInput& run) {
  const auto map = read_fleet(run);
  if (map.rows.empty()) {
    return;
  }
  auto spec = fleet_json(map);
  std::vector<std::pair<std::string, std::string>> quantities;
  const auto* known = spec.find("quantities");
  for (std::size_t q = 0; q < known->items.size(); ++q) {
    quantities.emplace_back(std::to_string(q), text_of(known->items[q].find("label")));
  }
  constexpr double pixels_per_row = 11;
  constexpr double pixels_around = 120;
  add_member(spec, "height",
             json::number(std::max(
                 240.0, pixels_around + pixels_per_row * static_cast<double>(map.rows.size()))));
  page.chart("fleet", "heat", std::move(spec));
  auto body =
      chart_figure("fleet", "Groups of replicas over the run",
                   fmt::format("Heat map of {} groups of replicas over time: how busy they were.",
                               map.rows.size()),
                   fmt::format("<div class=\"controls\">{}</div>\n",
                               choice("Show:", "fleet", "quantity", quantities)));
  if (map.left_out > 0) {
    body += fmt::format("<p class=\"note\">{} more groups are in fleet.csv.</p>\n", map.left_out);
  }
  body += folded_table("fleet", fleet_table(map));
  page.section("fleet-map", "Fleet", "Which replicas worked, and how hard.", body);
}

void add_events(PageParts& page, const RunInput& run, const RunDates& dates) {
  const auto events = read_events(run, dates);
  if (events.lanes.empty()) {
    return;
  }
  auto spec = lanes_json(events);
  const auto lanes = static_cast<double>(events.lanes.size());
  constexpr double pixels_per_lane = 34;
  constexpr double pixels_around = 90;
  add_member(spec, "height", json::number(pixels_around + pixels_per_lane * lanes));
  page.chart("events", "lanes", std::move(spec));
  auto body = chart_figure("events", "Failures, throttling and scaling over the run",
                           fmt::format("Timeline of {} events in {} lanes; darker where more was "
                                       "going on at once.",
                                       events.events, events.lanes.size()));
  if (!events.left_out.empty()) {
    body +=
        fmt::format("<p class=\"note\">events.csv ends early: {}.</p>\n", escaped(events.left_out));
  }
  body += folded_table("events", lane_table(events));
  body += folded_table("events-rows", event_table(events));
  page.section("timeline", "Events", "What broke, tripped, was throttled or scaled, and when.",
               body);
}

}  // namespace tokenfab

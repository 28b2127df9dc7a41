// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "models/catalog.hpp"
#include "sim/core/nearest.hpp"
#include "sim/metrics/declarations.hpp"
#include "sim/scenario/catalogue.hpp"
#include "tools/commands.hpp"
#include "tools/list_hardware.hpp"

namespace tokenfab::tools {
namespace {

struct ListRow {
  std::string id;
  std::string summary;
};

constexpr std::array table_names{"capex",
                                 "chips",
                                 "climates",
                                 "collectives",
                                 "diffusion_engines",
                                 "diffusion_models",
                                 "engines",
                                 "error_bands",
                                 "failure_rates",
                                 "figures",
                                 "grids",
                                 "models",
                                 "networks",
                                 "nodes",
                                 "power_stages",
                                 "regions",
                                 "rents",
                                 "tariffs",
                                 "token_prices",
                                 "training_engines"};

constexpr const char* metrics_name = "metrics";

std::string text_of(const Node& values, const char* key) {
  const Node* value = values.find(key);
  return value == nullptr                  ? ""
         : value->kind == NodeKind::String ? value->text
                                           : to_json(*value, -1);
}

/// What an entry calls itself.
std::string title_of(const Node& values) {
  for (const auto* key : {"name", "engine", "family", "note"}) {
    if (const auto text = text_of(values, key); !text.empty()) {
      const auto version = text_of(values, "version");
      return version.empty() ? text : text + " " + version;
    }
  }
  return values.find("use") == nullptr ? "" : "same as " + text_of(values, "use");
}

/// A published number with its unit and range.
std::string figure_of(const Node& values) {
  auto figure = text_of(values, "value");
  if (values.find("low") != nullptr) {
    const auto range = fmt::format("{} to {}", text_of(values, "low"), text_of(values, "high"));
    figure = figure.empty() ? range : fmt::format("{} ({})", figure, range);
  }
  if (const auto unit = text_of(values, "unit"); !figure.empty() && !unit.empty()) {
    figure += " " + unit;
  }
  return figure.empty() ? text_of(values, "statement") : figure;
}

/// Rents, prices of tokens, surcharges; those that are not charged are left out.
std::string rates_of(const Node& values) {
  std::string rates;
  for (const auto& [key, mark, value] : values.members) {
    const auto& text = value.text;
    const bool is_rate = value.kind == NodeKind::String && text.find(" USD/") != std::string::npos;
    if (is_rate && !text.starts_with("0 ")) {
      rates += fmt::format("{}{} {}", rates.empty() ? "" : ", ", key, text);
    }
  }
  return rates;
}

std::string summary_of(const Node& values) {
  if (values.find("median_pct") != nullptr) {
    return fmt::format("median error {} %, {} rows", text_of(values, "median_pct"),
                       text_of(values, "rows"));
  }
  auto summary = title_of(values);
  for (const auto& more : {figure_of(values), rates_of(values)}) {
    if (!more.empty()) {
      summary += (summary.empty() ? "" : ": ") + more;
    }
  }
  return summary;
}

std::vector<ListRow> table_rows(const std::string& name) {
  const EmbeddedTables tables;
  std::vector<ListRow> rows;
  for (const auto& id : tables.ids(name)) {
    rows.push_back({id, summary_of(*tables.find(name, id))});
  }
  return rows;
}

/// "router" -> "routers", "dispatch" -> "dispatches"; "faults" and "outages" stay.
std::string plural_of(std::string_view kind) {
  if (kind.ends_with("s")) {
    return std::string(kind);
  }
  return std::string(kind) + (kind.ends_with("ch") ? "es" : "s");
}

/// The entries of a kind, which may be named in the plural.
std::vector<ListRow> plugin_rows(const std::string& what) {
  std::vector<ListRow> rows;
  for (const auto& entry : plugin_table().entries()) {
    if (what == entry.kind || what == plural_of(entry.kind)) {
      rows.push_back({std::string(entry.id), std::string(entry.summary)});
    }
  }
  return rows;
}

std::vector<ListRow> metric_rows() {
  std::vector<ListRow> rows;
  for (const auto& metric : metric_declarations()) {
    rows.push_back(
        {std::string(metric.name), fmt::format("{} [{}]", metric.sentence, metric.unit)});
  }
  return rows;
}

std::vector<ListRow> rows_of(const std::string& what) {
  if (what == metrics_name) {
    return metric_rows();
  }
  const bool is_table =
      std::find(table_names.begin(), table_names.end(), what) != table_names.end();
  auto rows = is_table ? table_rows(what) : std::vector<ListRow>();
  const auto models = plugin_rows(what);  // of tariffs there are both
  rows.insert(rows.end(), models.begin(), models.end());
  return rows;
}

}  // namespace

std::vector<std::string> catalogue_tables() { return {table_names.begin(), table_names.end()}; }

std::vector<std::string> known_lists() {
  std::vector<std::string> known(table_names.begin(), table_names.end());
  known.emplace_back(metrics_name);
  for (const auto& entry : plugin_table().entries()) {
    const auto plural = plural_of(entry.kind);
    if (std::find(known.begin(), known.end(), plural) == known.end()) {
      known.push_back(plural);
    }
  }
  return known;
}

int list(const std::string& what, Format format) {
  if (what == "chips" || what == "nodes") {
    fmt::print("{}", format == Format::Json ? hardware_json(what) : hardware_list(what));
    return exit_ok;
  }
  const auto rows = rows_of(what);
  if (rows.empty()) {
    const auto known = known_lists();
    const auto hint = did_you_mean(what, known);
    fmt::print(stderr, "tokenfab: no list \"{}\"{}{}\n  known: {}\n", what,
               hint.empty() ? "" : "; ", hint, fmt::join(known, ", "));
    return exit_usage;
  }
  if (format == Format::Json) {
    nlohmann::ordered_json json = nlohmann::ordered_json::array();
    for (const auto& row : rows) {
      json.push_back({{"id", row.id}, {"summary", row.summary}});
    }
    fmt::print("{}\n", json.dump(2));
    return exit_ok;
  }
  std::size_t width = 0;
  for (const auto& row : rows) {
    width = std::max(width, row.id.size());
  }
  for (const auto& row : rows) {
    fmt::print("{:<{}}  {}\n", row.id, width, row.summary);
  }
  return exit_ok;
}

}  // namespace tokenfab::tools

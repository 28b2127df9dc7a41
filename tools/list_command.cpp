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

std::string text_of(const Node* node) { return node == nullptr ? "" : node->text; }

std::vector<ListRow> table_rows(const std::string& name) {
  const EmbeddedTables tables;
  std::vector<ListRow> rows;
  for (const auto& id : tables.ids(name)) {
    const Node& values = *tables.find(name, id);
    auto summary = text_of(values.find("name"));
    if (const Node* median = values.find("median_pct")) {
      summary = fmt::format("median error {} %, {} rows", to_json(*median, -1),
                            to_json(*values.find("rows"), -1));
    }
    if (summary.empty()) {
      summary = text_of(values.find("engine")) + " " + text_of(values.find("version"));
    }
    if (summary == " ") {
      summary = text_of(values.find("family"));
    }
    if (summary.empty()) {
      summary = text_of(values.find("note"));
    }
    if (summary.empty()) {
      summary = "same as " + text_of(values.find("use"));
    }
    rows.push_back({id, summary});
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

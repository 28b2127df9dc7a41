// SPDX-License-Identifier: Apache-2.0
// Where the energy and the money went, as Sankey diagrams; where the time of the chips went.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "sim/page/figures.hpp"
#include "sim/page/flow_diagram.hpp"
#include "sim/page/page_json.hpp"
#include "sim/page/page_parts.hpp"

namespace tokenfab {
namespace {

constexpr int pixels_per_node = 38;
constexpr int height_min = 280;

std::string amount_text(const FlowDiagram& diagram, double amount) {
  return figure_text("", diagram.unit, amount);
}

Node flow_json(const FlowDiagram& diagram) {
  auto nodes = json::array();
  std::map<int, int> in_column;
  for (std::size_t i = 0; i < diagram.nodes.size(); ++i) {
    const auto& node = diagram.nodes[i];
    ++in_column[node.column];
    const double amount = std::max(diagram.inflow(i), diagram.outflow(i));
    nodes.items.push_back(json::object({{"name", json::text(node.name)},
                                        {"group", json::text(node.group)},
                                        {"column", json::number(node.column)},
                                        {"text", json::text(amount_text(diagram, amount))}}));
  }
  auto links = json::array();
  for (const auto& link : diagram.links) {
    const double share = link.amount / diagram.outflow(link.from);
    links.items.push_back(json::object({{"from", json::number(static_cast<double>(link.from))},
                                        {"to", json::number(static_cast<double>(link.to))},
                                        {"amount", json::number(link.amount)},
                                        {"text", json::text(amount_text(diagram, link.amount))},
                                        {"share", json::text(figure_text("", "share", share))}}));
  }
  int most = 0;
  for (const auto& [column, count] : in_column) {
    most = std::max(most, count);
  }
  return json::object({{"nodes", std::move(nodes)},
                       {"links", std::move(links)},
                       {"height", json::number(std::max(height_min, most * pixels_per_node))}});
}

PageTable flow_table(const FlowDiagram& diagram, const std::string& caption) {
  PageTable table{
      caption, {{"from", false}, {"to", false}, {"amount", true}, {"share of \"from\"", true}}, {}};
  for (const auto& link : diagram.links) {
    const double share = link.amount / diagram.outflow(link.from);
    table.rows.push_back({diagram.nodes[link.from].name, diagram.nodes[link.to].name,
                          amount_text(diagram, link.amount), figure_text("", "share", share)});
  }
  return table;
}

/// "The largest: IT 80 %, ..." of what leaves a column, for those who do not see the chart.
std::string label_of(const FlowDiagram& diagram, const std::string& what, int column) {
  double all = 0;
  std::vector<std::pair<double, std::string>> parts;
  for (std::size_t i = 0; i < diagram.nodes.size(); ++i) {
    if (diagram.nodes[i].column == column) {
      parts.emplace_back(diagram.inflow(i), diagram.nodes[i].name);
      all += parts.back().first;
    }
  }
  std::sort(parts.rbegin(), parts.rend());
  parts.resize(std::min<std::size_t>(3, parts.size()));
  auto text = what + ".";
  for (const auto& [amount, name] : parts) {
    text += fmt::format(" {}: {}.", name, figure_text("", "share", amount / all));
  }
  return text;
}

void add_flow(PageParts& page, std::string& body, const FlowDiagram& diagram, const char* id,
              const char* title, const std::string& label) {
  if (diagram.links.empty()) {
    return;
  }
  page.chart(id, "sankey", flow_json(diagram));
  body += chart_figure(id, title, label);
  body += folded_table(id, flow_table(diagram, title));
}

/// Shares of busy time that an engine's steps are made of.
const std::vector<std::pair<const char*, const char*>>& time_shares() {
  static const std::vector<std::pair<const char*, const char*>> shares{
      {"time_share_weights", "reading weights"},
      {"time_share_kv_cache", "reading the KV cache"},
      {"time_share_matmul", "matrix products"},
      {"time_share_attention", "prefill attention"},
      {"time_share_communication", "collectives"},
      {"time_share_overhead", "overhead"},
      {"time_share_sampling", "sampling"},
      {"time_share_text_encoder", "text encoder"},
      {"time_share_vae_decode", "VAE"}};
  return shares;
}

/// What the chips of jobs did.
const std::vector<std::pair<const char*, const char*>>& chip_times() {
  static const std::vector<std::pair<const char*, const char*>> times{
      {"chip_time_useful_s", "useful"},       {"chip_time_serving_s", "set aside for services"},
      {"chip_time_idle_s", "idle"},           {"chip_time_lost_s", "done again"},
      {"chip_time_restarting_s", "restarts"}, {"chip_time_checkpointing_s", "checkpoints"},
      {"chip_time_waiting_s", "waiting"},     {"chip_time_spare_s", "spare"},
      {"chip_time_repairing_s", "repairs"}};
  return times;
}

struct ShareBars {
  std::vector<std::string> rows;
  std::vector<std::string> parts;
  std::vector<std::vector<double>> values;  // by part, by row
};

/// Rows are objects of a section that have some of the metrics, scaled to a whole of 1.
ShareBars bars_of(const RunInput& run, const char* section,
                  const std::vector<std::pair<const char*, const char*>>& metrics) {
  ShareBars bars;
  std::vector<std::vector<double>> by_row;
  for (const auto& object : run.objects(section)) {
    std::vector<double> values;
    double sum = 0;
    for (const auto& [metric, label] : metrics) {
      values.push_back(run.metric(section, object, metric).value_or(0));
      sum += values.back();
    }
    if (sum > 0) {
      bars.rows.push_back(object);
      for (auto& value : values) {
        value /= sum;
      }
      by_row.push_back(std::move(values));
    }
  }
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    std::vector<double> column;
    bool is_any = false;
    for (const auto& row : by_row) {
      column.push_back(row[i]);
      is_any = is_any || row[i] > 0;
    }
    if (is_any) {
      bars.parts.emplace_back(metrics[i].second);
      bars.values.push_back(std::move(column));
    }
  }
  return bars;
}

void add_bars(PageParts& page, std::string& body, const ShareBars& bars, const char* id,
              const char* title) {
  if (bars.rows.empty()) {
    return;
  }
  PageTable table{title, {{"of", false}}, {}};
  auto rows = json::array();
  auto parts = json::array();
  for (const auto& row : bars.rows) {
    rows.items.push_back(json::text(row));
    table.rows.push_back({row});
  }
  for (std::size_t p = 0; p < bars.parts.size(); ++p) {
    auto values = json::array();
    table.columns.push_back({bars.parts[p], true});
    for (std::size_t i = 0; i < bars.rows.size(); ++i) {
      values.items.push_back(json::number(bars.values[p][i]));
      table.rows[i].push_back(figure_text("", "share", bars.values[p][i]));
    }
    parts.items.push_back(
        json::object({{"name", json::text(bars.parts[p])}, {"values", std::move(values)}}));
  }
  const int height = 110 + 36 * static_cast<int>(bars.rows.size());
  page.chart(id, "bars",
             json::object({{"rows", std::move(rows)},
                           {"parts", std::move(parts)},
                           {"height", json::number(height)}}));
  body += chart_figure(id, title,
                       fmt::format("{}, as shares of a whole for {} rows; the table "
                                   "below has the figures.",
                                   title, bars.rows.size()));
  body += folded_table(id, table);
}

}  // namespace

void add_flows(PageParts& page, const RunInput& run) {
  std::string body;
  const auto energy = energy_flow(run);
  add_flow(page, body, energy, "flow-energy", "Energy, from its sources to tokens",
           label_of(energy, "Flow of energy from sources through the site to tokens", 2));
  const auto money = money_flow(run);
  add_flow(page, body, money, "flow-money", "Money, from what is paid for to tokens",
           label_of(money, "Flow of costs by layer to services and tokens", 1));
  if (!body.empty()) {
    page.section("flows", "Energy and money",
                 "Every flow balances: what goes into a node comes out of it. What a pool uses is "
                 "shared between its products by busy time, so idle power follows the work.",
                 body);
  }
}

void add_chip_time(PageParts& page, const RunInput& run) {
  std::string body;
  add_bars(page, body, bars_of(run, "pools", time_shares()), "time-steps",
           "Busy time of serving chips by what a step waits for");
  add_bars(page, body, bars_of(run, "clusters", chip_times()), "time-chips",
           "Chip time of clusters with jobs");
  if (!body.empty()) {
    page.section("chip-time", "Chip time", "Where the time of the chips went.", body);
  }
}

}  // namespace tokenfab

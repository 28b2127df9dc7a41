// SPDX-License-Identifier: Apache-2.0
#include "sim/page/curve_lines.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/data/csv_rows.hpp"
#include "sim/page/figures.hpp"
#include "sim/page/page_json.hpp"

namespace tokenfab {
namespace {

enum Column : std::size_t {
  chip,
  node,
  view,
  engine_version,
  tensor_parallel_size,
  concurrency,
  interactivity,
  ttft,
  throughput,
  energy,
  cost_input,
  cost_output,
  cost,
  frontier
};

const std::vector<std::string>& columns() {
  static const std::vector<std::string> names{"chip",
                                              "node",
                                              "view",
                                              "engine_version",
                                              "tensor_parallel_size",
                                              "concurrency",
                                              "interactivity_tokens_per_s_per_user",
                                              "ttft_mean_s",
                                              "output_tokens_per_s_per_chip",
                                              "energy_per_output_token_j",
                                              "cost_per_mtok_input_usd",
                                              "cost_per_mtok_output_usd",
                                              "cost_per_mtok_usd",
                                              "is_frontier"};
  return names;
}

CurveSample sample_of(const CsvRows& rows) {
  CurveSample sample;
  sample.tensor_parallel_size = rows.text(tensor_parallel_size);
  sample.concurrency = rows.text(concurrency);
  sample.interactivity = rows.number_or(interactivity, 0);
  sample.ttft_mean_s = rows.number(ttft);
  sample.output_tokens_per_s_per_chip = rows.number(throughput);
  sample.energy_per_output_token_j = rows.number(energy);
  sample.cost_input_usd = rows.number(cost_input);
  sample.cost_output_usd = rows.number(cost_output);
  sample.cost_usd = rows.number(cost);
  sample.is_frontier = rows.text(frontier) == "true";
  return sample;
}

template <class Item>
Item& named(std::vector<Item>& items, const std::string& name, std::string Item::*key) {
  const auto found =
      std::find_if(items.begin(), items.end(), [&](const Item& item) { return item.*key == name; });
  if (found != items.end()) {
    return *found;
  }
  items.emplace_back().*key = name;
  return items.back();
}

Node value_node(const std::optional<double>& value) { return json::number(value.value_or(NAN)); }

std::string cell(const char* metric, const std::optional<double>& value) {
  return value ? metric_text(metric, *value) : std::string("\u2013");
}

}  // namespace

CurveSet read_curves(const CurveInput& input) {
  CurveSet set;
  set.name = input.name;
  CsvRows rows(input.path, columns());
  while (rows.next()) {
    if (rows.text(interactivity).empty()) {
      continue;  // infeasible
    }
    auto& in_view = named(set.views, std::string(rows.text(view)), &CurveSetView::name);
    const auto label =
        fmt::format("{}, {}, {}", rows.text(chip), rows.text(node), rows.text(engine_version));
    named(in_view.lines, label, &CurveOfChip::label).points.push_back(sample_of(rows));
  }
  for (auto& each : set.views) {
    for (auto& line : each.lines) {
      std::stable_sort(line.points.begin(), line.points.end(), [](const auto& a, const auto& b) {
        return a.interactivity < b.interactivity;
      });
    }
  }
  return set;
}

Node curves_json(const CurveSet& set) {
  auto views = json::array();
  for (const auto& each : set.views) {
    auto lines = json::array();
    for (const auto& line : each.lines) {
      auto points = json::array();
      for (const auto& point : line.points) {
        points.items.push_back(
            json::array({json::number(point.interactivity), value_node(point.cost_output_usd),
                         value_node(point.cost_input_usd), value_node(point.cost_usd),
                         value_node(point.energy_per_output_token_j),
                         json::text(fmt::format("TP {}, {} users", point.tensor_parallel_size,
                                                point.concurrency))}));
      }
      lines.items.push_back(
          json::object({{"label", json::text(line.label)}, {"points", std::move(points)}}));
    }
    views.items.push_back(
        json::object({{"name", json::text(each.name)}, {"lines", std::move(lines)}}));
  }
  return json::object({{"views", std::move(views)}});
}

PageTable curves_table(const CurveSet& set, const CurveSetView& view) {
  PageTable table{fmt::format("{}, {}: points of the frontiers", set.name, view.name),
                  {{"chip and engine", false},
                   {"tensor parallel", true},
                   {"users", true},
                   {"tokens/s per user", true},
                   {"TTFT, mean", true},
                   {"USD per million output tokens", true},
                   {"USD per million tokens", true},
                   {"energy per output token", true}},
                  {}};
  for (const auto& line : view.lines) {
    for (const auto& point : line.points) {
      if (point.is_frontier) {
        table.rows.push_back({line.label, point.tensor_parallel_size, point.concurrency,
                              number_text(point.interactivity),
                              cell("ttft_mean_s", point.ttft_mean_s),
                              cell("cost_per_mtok_output_usd", point.cost_output_usd),
                              cell("cost_per_mtok_usd", point.cost_usd),
                              cell("energy_per_output_token_j", point.energy_per_output_token_j)});
      }
    }
  }
  return table;
}

}  // namespace tokenfab

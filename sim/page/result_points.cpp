// SPDX-License-Identifier: Apache-2.0
#include "sim/page/result_points.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/page/figures.hpp"
#include "sim/page/page_json.hpp"

namespace tokenfab {
namespace {

constexpr std::size_t table_columns_max = 8;

/// The first two that points have are what the chart opens with.
const std::vector<std::string>& candidates() {
  static const std::vector<std::string> metrics{
      "interactivity_tokens_per_s_per_user",
      "cost_per_mtok_output_usd",
      "output_tokens_per_s_per_chip",
      "energy_per_output_token_j",
      "cost_per_mtok_usd",
      "cost_per_mtok_input_usd",
      "carbon_per_mtok_g",
      "ttft_p99_s",
      "ttft_mean_s",
      "images_per_s",
      "cost_per_image_usd",
      "video_seconds_per_s",
      "cost_per_video_second_usd",
      "e2el_p99_s",
      "training_tokens_per_s",
      "cost_per_mtok_training_usd",
      "energy_per_training_token_j",
      "slo_attainment",
      "mfu",
      "training_mfu",
      "chip_utilization",
      "pue",
      "peak_site_power_w",
      "carbon_kg",
      "cost_total_usd",
      "margin_usd",
  };
  return metrics;
}

std::size_t place_of(const char* metric) {
  const auto found = std::find(candidates().begin(), candidates().end(), metric);
  return static_cast<std::size_t>(found - candidates().begin());
}

void add_run(const RunInput& run, const std::string& name, std::vector<ResultPoint>& points) {
  const auto services = run.objects("services");
  for (const auto& service : services) {
    auto& point = points.emplace_back();
    point.label = services.size() > 1 ? fmt::format("{}: {}", name, service) : name;
    point.series = point.label;
    for (const auto& metric : candidates()) {
      const auto own = run.metric("services", service, metric);
      // PUE, power and the like are known of the whole factory; so is everything if one is all.
      point.values.push_back(own || services.size() > 1 ? own : run.metric(metric));
    }
  }
  if (services.empty()) {
    auto& point = points.emplace_back();
    point.series = point.label = name;
    for (const auto& metric : candidates()) {
      point.values.push_back(run.metric(metric));
    }
  }
}

void add_curves(const CurveSet& set, std::vector<ResultPoint>& points) {
  if (set.views.empty()) {
    return;
  }
  for (const auto& line : set.views.front().lines) {
    for (const auto& each : line.points) {
      auto& point = points.emplace_back();
      point.series = line.label;
      point.label = fmt::format("{}, TP {}, {} users", line.label, each.tensor_parallel_size,
                                each.concurrency);
      point.values.resize(candidates().size());
      const auto set_value = [&](const char* metric, std::optional<double> value) {
        point.values[place_of(metric)] = value;
      };
      set_value("interactivity_tokens_per_s_per_user", each.interactivity);
      set_value("cost_per_mtok_output_usd", each.cost_output_usd);
      set_value("cost_per_mtok_input_usd", each.cost_input_usd);
      set_value("cost_per_mtok_usd", each.cost_usd);
      set_value("output_tokens_per_s_per_chip", each.output_tokens_per_s_per_chip);
      set_value("energy_per_output_token_j", each.energy_per_output_token_j);
      set_value("ttft_mean_s", each.ttft_mean_s);
    }
  }
}

}  // namespace

ResultPoints result_points(const PageInputs& inputs, const std::vector<CurveSet>& curves) {
  ResultPoints result;
  for (std::size_t i = 0; i < inputs.runs.size(); ++i) {
    add_run(inputs.runs[i], run_label(inputs, i), result.points);
  }
  for (const auto& set : curves) {
    add_curves(set, result.points);
  }
  std::vector<std::size_t> kept;
  for (std::size_t m = 0; m < candidates().size(); ++m) {
    const bool is_known = std::any_of(result.points.begin(), result.points.end(),
                                      [m](const auto& point) { return point.values[m]; });
    if (is_known) {
      kept.push_back(m);
      result.metrics.push_back(candidates()[m]);
    }
  }
  for (auto& point : result.points) {
    std::vector<std::optional<double>> values;
    for (const auto m : kept) {
      values.push_back(point.values[m]);
    }
    point.values = std::move(values);
  }
  return result;
}

Node points_json(const ResultPoints& result) {
  auto metrics = json::array();
  for (const auto& name : result.metrics) {
    const auto meaning = meaning_of(name);
    metrics.items.push_back(json::object({{"name", json::text(name)},
                                          {"label", json::text(meaning.label)},
                                          {"unit", json::text(std::string(meaning.unit))},
                                          {"better", json::number(better_sign(name))}}));
  }
  auto points = json::array();
  for (const auto& point : result.points) {
    auto values = json::array();
    for (const auto& value : point.values) {
      values.items.push_back(json::number(value.value_or(NAN)));
    }
    points.items.push_back(json::object({{"series", json::text(point.series)},
                                         {"label", json::text(point.label)},
                                         {"values", std::move(values)}}));
  }
  return json::object({{"metrics", std::move(metrics)}, {"points", std::move(points)}});
}

PageTable points_table(const ResultPoints& result) {
  PageTable table{"All points", {{"result", false}}, {}};
  const auto shown = std::min(table_columns_max, result.metrics.size());
  for (std::size_t m = 0; m < shown; ++m) {
    table.columns.push_back({meaning_of(result.metrics[m]).label, true});
  }
  for (const auto& point : result.points) {
    std::vector<std::string> row{point.label};
    for (std::size_t m = 0; m < shown; ++m) {
      const auto& value = point.values[m];
      row.push_back(value ? metric_text(result.metrics[m], *value) : std::string("\u2013"));
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

}  // namespace tokenfab

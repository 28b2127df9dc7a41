// SPDX-License-Identifier: Apache-2.0
#include "sim/page/result_points.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "sim/database/sweep_database.hpp"
#include "sim/page/figures.hpp"
#include "sim/page/page_json.hpp"

namespace tokenfab {
namespace {

constexpr std::size_t table_columns_max = 8;
constexpr std::size_t table_rows_max = 500;
// A browser draws as many at once; of more, evenly spaced ones are shown.
constexpr std::size_t points_shown_max = 12'000;

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

std::size_t stride_of(const ResultPoints& result) {
  return 1 + result.points.size() / points_shown_max;
}

struct MeanOfRuns {
  double sum = 0;
  double count = 0;
};

/// A point of a sweep while its runs are read.
struct SweepPoint {
  std::string series;
  std::string label;
  std::vector<MeanOfRuns> metrics;  // by candidate
};

SweepPoint sweep_point(const StoredRun& stored, const SweepDescription& sweep,
                       const std::string& name) {
  SweepPoint point;
  point.metrics.resize(candidates().size());
  const auto& values = stored.run.values;
  for (std::size_t i = 0; i < values.size() && i < sweep.axes.size(); ++i) {
    point.label += fmt::format("{}{} {}", i == 0 ? "" : ", ", sweep.axes[i].name, values[i].text);
  }
  point.label = point.label.empty() ? name : point.label;
  // The first axis that is no number tells points apart best: chips, models.
  point.series = name;
  for (std::size_t i = 0; i < values.size() && i < sweep.axes.size(); ++i) {
    if (!sweep.axes[i].is_number) {
      point.series = values[i].text;
      break;
    }
  }
  return point;
}

void add_sweep(const SweepInput& input, ResultPoints& result) {
  const auto database = SweepDatabase::open(input.path);
  const auto& sweep = database.description();
  std::map<std::int64_t, SweepPoint> points;
  std::map<std::string, std::size_t> without_numbers;
  database.for_each_run([&](const StoredRun& stored) {
    if (!stored.answer.has_numbers()) {
      ++without_numbers[std::string(name_of(stored.answer.status))];
      return;
    }
    const auto [found, is_new] = points.try_emplace(stored.run.point);
    if (is_new) {
      found->second = sweep_point(stored, sweep, sweep.name);
    }
    for (std::size_t m = 0; m < candidates().size(); ++m) {
      if (const auto* value = stored.answer.find(candidates()[m])) {
        found->second.metrics[m].sum += *value;
        found->second.metrics[m].count += 1;
      }
    }
  });
  for (const auto& [number, each] : points) {
    auto& point = result.points.emplace_back();
    point.series = each.series;
    point.label = each.label;
    for (const auto& metric : each.metrics) {
      point.values.push_back(metric.count > 0 ? std::optional(metric.sum / metric.count)
                                              : std::nullopt);
    }
  }
  for (const auto& [status, count] : without_numbers) {
    auto word = status;
    std::replace(word.begin(), word.end(), '_', ' ');
    result.notes.push_back(fmt::format("{}: {} of {} runs have no numbers: {}", sweep.name, count,
                                       sweep.run_count(), word));
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
  for (const auto& sweep : inputs.sweeps) {
    add_sweep(sweep, result);
  }
  if (const auto stride = stride_of(result); stride > 1) {
    result.notes.push_back(
        fmt::format("The chart shows every {}. of {} points; the database has all", stride,
                    result.points.size()));
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
  const auto stride = stride_of(result);
  for (std::size_t i = 0; i < result.points.size(); i += stride) {
    const auto& point = result.points[i];
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
  const auto rows = std::min(table_rows_max, result.points.size());
  PageTable table{rows < result.points.size()
                      ? fmt::format("The first {} of {} points", rows, result.points.size())
                      : std::string("All points"),
                  {{"result", false}},
                  {}};
  const auto shown = std::min(table_columns_max, result.metrics.size());
  for (std::size_t m = 0; m < shown; ++m) {
    table.columns.push_back({meaning_of(result.metrics[m]).label, true});
  }
  for (std::size_t i = 0; i < rows; ++i) {
    const auto& point = result.points[i];
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

// SPDX-License-Identifier: Apache-2.0
// The figures that a reader came for, then a few of every layer, then all there are.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "sim/metrics/summary.hpp"
#include "sim/page/figures.hpp"
#include "sim/page/page_parts.hpp"

namespace tokenfab {
namespace {

constexpr std::size_t cards_max = 8;
constexpr std::size_t per_layer_max = 6;
constexpr std::size_t objects_max = 8;  // columns of a table

/// Those that a run has are shown, in this order.
const std::vector<const char*>& headline_metrics() {
  static const std::vector<const char*> names{
      "cost_per_mtok_usd",
      "cost_per_mtok_output_usd",
      "cost_per_image_usd",
      "cost_per_video_second_usd",
      "cost_per_mtok_training_usd",
      "energy_per_output_token_j",
      "energy_per_training_token_j",
      "output_tokens_per_s",
      "training_tokens_per_s",
      "interactivity_tokens_per_s_per_user",
      "ttft_p99_s",
      "effective_training_time_ratio",
      "carbon_per_mtok_g",
      "pue",
      "cost_total_usd",
      "margin_usd",
      "images_per_s",
      "video_seconds_per_s",
  };
  return names;
}

struct Layer {
  const char* name;
  std::vector<const char*> metrics;
};

const std::array<Layer, 5>& layers() {
  static const std::array<Layer, 5> all{{
      {"energy",
       {"energy_site_j", "energy_per_output_token_j", "energy_per_training_token_j",
        "renewable_share", "peak_site_power_w", "carbon_kg", "water_l", "grid_outage_s"}},
      {"chips",
       {"chips", "chip_utilization", "job_chip_utilization", "mfu", "training_mfu", "mbu",
        "clock_mean", "cost_per_chip_hour_usd", "chip_temperature_max_degc"}},
      {"infrastructure",
       {"pue", "wue_l_per_kwh", "energy_conversion_j", "dark_s", "interruptions",
        "replica_failures", "job_wait_mean_s", "checkpoints"}},
      {"models",
       {"output_tokens_per_s", "training_tokens_per_s", "images_per_s", "video_seconds_per_s",
        "kv_cache_utilization", "prefix_cache_hit_rate", "tpot_p50_s", "step_time_s",
        "speculative_acceptance"}},
      {"applications",
       {"requests_completed", "slo_attainment", "ttft_p99_s", "e2el_p99_s", "daily_active_agents",
        "revenue_usd", "margin_usd", "cost_total_usd"}},
  }};
  return all;
}

/// " (+4.2 %)", " (x 41.7)", " (same)".
std::string change_text(double factor) {
  constexpr double large = 3;
  constexpr double rounding = 1e-9;
  constexpr double shown_min = 5e-4;  // would be "+0.0 %"
  if (const double change = std::abs(factor - 1); change < shown_min) {
    return change < rounding ? " (same)" : " (under 0.1 %)";
  }
  return factor > large || factor < 1 / large ? fmt::format(" (\u00D7 {:.3g})", factor)
                                              : fmt::format(" ({:+.1f} %)", 100 * (factor - 1));
}

std::string data_tag(const char* name, double value) {
  return fmt::format("<data value=\"{}\">{}</data>", value, escaped(metric_text(name, value)));
}

std::string cards(const RunInput& run) {
  std::string text = "<dl class=\"cards\">\n";
  std::size_t count = 0;
  for (const auto* name : headline_metrics()) {
    const auto value = run.metric(name);
    if (!value || count == cards_max) {
      continue;
    }
    const auto meaning = meaning_of(name);
    text += fmt::format(
        "<div><dt>{}</dt><dd class=\"figure\">{}</dd><dd class=\"meaning\">{}</dd></div>\n",
        escaped(meaning.label), data_tag(name, *value), escaped(meaning.sentence));
    ++count;
  }
  return text + "</dl>\n";
}

std::string layer_list(const RunInput& run) {
  std::string text = "<ol class=\"layers\" aria-label=\"The five layers\">\n";
  for (const auto& layer : layers()) {
    text += fmt::format("<li class=\"{0}\"><h3>{0}</h3><dl>", layer.name);
    std::size_t count = 0;
    for (const auto* name : layer.metrics) {
      const auto value = run.metric(name);
      if (value && *value != 0 && count < per_layer_max) {
        text += fmt::format("<dt>{}</dt><dd>{}</dd>", escaped(meaning_of(name).label),
                            data_tag(name, *value));
        ++count;
      }
    }
    text += "</dl></li>\n";
  }
  return text + "</ol>\n";
}

std::string assertions_note(const RunInput& run) {
  std::size_t failed = 0;
  std::size_t all = 0;
  if (const auto* asserts = run.report.find("asserts")) {
    for (const auto& line : asserts->items) {
      const auto* holds = line.find("holds");
      failed += holds != nullptr && !holds->boolean ? 1 : 0;
      ++all;
    }
  }
  const auto* warnings = run.report.find("warnings");
  const auto told = warnings == nullptr ? 0 : warnings->items.size();
  if (failed == 0 && told == 0) {
    return "";
  }
  std::string text = "<p class=\"note\">";
  if (failed > 0) {
    text += fmt::format(
        "<strong class=\"fails\">{} of {} assertions of the scenario do not "
        "hold.</strong> ",
        failed, all);
  }
  if (told > 0) {
    text += fmt::format("The run gave {} warning{}. ", told, told == 1 ? "" : "s");
  }
  return text + "<a href=\"#trust\">How far to trust this</a></p>\n";
}

std::string factory_table(const RunInput& run) {
  PageTable table{
      "All metrics of the whole factory",
      {{"metric", false}, {"value", true}, {"exact", true}, {"unit", false}, {"meaning", false}},
      {}};
  const auto* metrics = run.report.find("metrics");
  if (metrics == nullptr) {
    return "";
  }
  for (const auto& member : metrics->members) {
    if (const auto value = number_of(&member.value)) {
      const auto meaning = meaning_of(member.key);
      table.rows.push_back({member.key, metric_text(member.key, *value), fmt::format("{}", *value),
                            std::string(meaning.unit), std::string(meaning.sentence)});
    }
  }
  return folded_table("metrics-factory", table);
}

/// Objects beside each other, one row per metric that one of them has.
std::string objects_table(const RunInput& run, const char* section) {
  auto names = run.objects(section);
  const auto all = names.size();
  names.resize(std::min(all, objects_max));
  PageTable table{all > names.size()
                      ? fmt::format("{}: the first {} of {}", section, names.size(), all)
                      : std::string(section),
                  {{"metric", false}},
                  {}};
  for (const auto& name : names) {
    table.columns.push_back({name, true});
  }
  for (const auto& declaration : metric_declarations()) {
    std::vector<std::string> row{std::string(declaration.name)};
    bool is_known = false;
    for (const auto& name : names) {
      const auto value = run.metric(section, name, declaration.name);
      is_known = is_known || (value && *value != 0);
      row.push_back(value ? metric_text(declaration.name, *value) : std::string("\u2013"));
    }
    if (is_known) {
      table.rows.push_back(std::move(row));
    }
  }
  return names.empty() || table.rows.empty()
             ? std::string()
             : folded_table(fmt::format("metrics-{}", section), table);
}

}  // namespace

void add_headline(PageParts& page, const RunInput& run) {
  page.section("headline", "Headline",
               "What came out, and what it cost: each figure with its unit and what it means.",
               assertions_note(run) + cards(run) + layer_list(run));
}

void add_comparison(PageParts& page, const PageInputs& inputs) {
  if (inputs.runs.size() < 2) {
    return;
  }
  PageTable table{
      "Results beside each other; in brackets: against the first", {{"metric", false}}, {}};
  for (std::size_t i = 0; i < inputs.runs.size(); ++i) {
    table.columns.push_back({run_label(inputs, i), true});
  }
  std::vector<std::string> names(headline_metrics().begin(), headline_metrics().end());
  for (const auto& layer : layers()) {
    for (const auto* name : layer.metrics) {
      if (std::find(names.begin(), names.end(), name) == names.end()) {
        names.emplace_back(name);
      }
    }
  }
  for (const auto& name : names) {
    std::vector<std::string> row{meaning_of(name).label};
    const auto base = inputs.runs.front().metric(name);
    bool is_known = false;
    for (const auto& run : inputs.runs) {
      const auto value = run.metric(name);
      is_known = is_known || value.has_value();
      auto cell = value ? metric_text(name, *value) : std::string("\u2013");
      if (value && base && *base != 0 && &run != &inputs.runs.front()) {
        cell += change_text(*value / *base);
      }
      row.push_back(std::move(cell));
    }
    if (is_known) {
      table.rows.push_back(std::move(row));
    }
  }
  page.section("compared", "Compared", "The headline figures of all results.", html_of(table));
}

void add_all_metrics(PageParts& page, const RunInput& run) {
  auto body = factory_table(run);
  for (const auto& section : summary_sections()) {
    body += objects_table(run, section.name);
  }
  page.section("metrics", "All metrics", "Everything that report.json holds.", body);
}

}  // namespace tokenfab

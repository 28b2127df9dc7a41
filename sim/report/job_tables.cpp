// SPDX-License-Identifier: Apache-2.0
#include "sim/report/job_tables.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "sim/report/metric_table.hpp"

namespace tokenfab {
namespace {

std::string percent(double ratio) { return fmt::format("{:.1f} %", 100 * ratio); }
std::string hours(double seconds) { return grouped(seconds / 3600); }
std::string time_span(double seconds) { return seconds > 0 ? duration(seconds) : "0 s"; }
std::string billions(double tokens) {
  return tokens < 1e12 ? fmt::format("{:.4g}", tokens / 1e9) : grouped(tokens / 1e9);
}

/// Where the time of all chips went, in percent; nothing below a tenth of one.
std::string chip_time(const MetricSet& metrics) {
  double whole = 0;
  std::string text;
  constexpr std::array parts{
      std::pair{"chip_time_useful_s", "useful"},
      std::pair{"chip_time_lost_s", "lost"},
      std::pair{"chip_time_checkpointing_s", "checkpointing"},
      std::pair{"chip_time_restarting_s", "restarting"},
      std::pair{"chip_time_waiting_s", "waiting"},
      std::pair{"chip_time_spare_s", "spare"},
      std::pair{"chip_time_idle_s", "idle"},
      std::pair{"chip_time_repairing_s", "repairing"},
      std::pair{"chip_time_serving_s", "serving"},
  };
  for (const auto& [name, word] : parts) {
    whole += metrics.get(name).value_or(0);
  }
  for (const auto& [name, word] : parts) {
    const double share = whole > 0 ? metrics.get(name).value_or(0) / whole : 0;
    if (share >= 5e-4) {
      text += fmt::format("{}{} {:.1f} %", text.empty() ? "" : ", ", word, 100 * share);
    }
  }
  return text;
}

void add_queue(TextTable& table, const MetricSet& metrics) {
  const auto count = [&](const char* name) { return metrics.get(name).value_or(0); };
  auto text = grouped(count("jobs_completed")) + " completed";
  for (const auto& [name, word] :
       {std::pair{"jobs_rejected", "rejected"}, std::pair{"jobs_dropped", "rows dropped"},
        std::pair{"jobs_running", "running"}, std::pair{"jobs_waiting", "waiting"},
        std::pair{"interruptions", "interruptions"}, std::pair{"job_preemptions", "preemptions"}}) {
    if (count(name) > 0) {
      text += fmt::format(", {} {}", grouped(count(name)), word);
    }
  }
  table.row("jobs", text);
  if (metrics.get("job_wait_mean_s")) {
    table.row("wait, mean / longest", fmt::format("{} / {}", time_span(count("job_wait_mean_s")),
                                                  time_span(count("job_wait_max_s"))));
    table.row("bounded slowdown, mean", fmt::format("{:.2f}", count("job_bounded_slowdown_mean")));
    table.row("makespan", duration(count("makespan_s")));
  }
}

void add_training(TextTable& table, const MetricSet& metrics) {
  const auto tokens = metrics.get("training_tokens");
  if (!tokens) {
    return;
  }
  const auto value = [&](const char* name) { return metrics.get(name).value_or(0); };
  table.row("training tokens", fmt::format("{} billion, {} per second", billions(*tokens),
                                           grouped(value("training_tokens_per_s"))));
  table.row("effective training time", percent(value("effective_training_time_ratio")));
  if (const auto cost = metrics.get("cost_per_mtok_training_usd")) {
    table.row("per million training tokens", money(*cost));
  }
}

}  // namespace

void add_jobs(TextTable& table, const Summary& summary) {
  if (summary.jobs.empty()) {
    return;
  }
  table.heading("Jobs");
  add_queue(table, summary.factory);
  add_training(table, summary.factory);
  for (const auto& [name, metrics] : summary.clusters) {
    if (const auto text = chip_time(metrics); !text.empty()) {
      table.row(fmt::format("chip time of {}", name), text);
    }
  }
  if (summary.jobs.size() > 1 || summary.factory.get("training_tokens")) {
    add_metric_table(table, "Jobs by source", summary.jobs,
                     {{"completed", "jobs_completed", grouped},
                      {"begins", "job_start_s", time_span},
                      {"ends", "job_end_s", time_span},
                      {"wait", "job_wait_mean_s", time_span},
                      {"steps", "training_steps", grouped},
                      {"step", "step_time_s", duration},
                      {"Gtok", "training_tokens", billions},
                      {"MFU", "training_mfu", percent},
                      {"effective", "effective_training_time_ratio", percent},
                      {"useful, chip-h", "chip_time_useful_s", hours},
                      {"cost", "cost_total_usd", money},
                      {"USD/Mtok", "cost_per_mtok_training_usd", money}});
  }
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "sim/report/customer_tables.hpp"
#include "sim/report/job_tables.hpp"
#include "sim/report/plant_tables.hpp"
#include "sim/report/provenance_text.hpp"
#include "sim/report/report.hpp"
#include "sim/report/text_table.hpp"
#include "sim/report/validation_section.hpp"

namespace tokenfab {
namespace {

/// "length 2, rate limit 5"; empty if nothing was rejected.
std::string rejection_reasons(const MetricSet& metrics) {
  std::string text;
  for (const auto& [name, word] : {std::pair{"requests_rejected_too_long", "length"},
                                   std::pair{"requests_rejected_rate_limit", "rate limit"},
                                   std::pair{"requests_rejected_quota", "quota"},
                                   std::pair{"requests_rejected_deadline", "deadline"},
                                   std::pair{"requests_rejected_region", "region"},
                                   std::pair{"requests_rejected_no_capacity", "capacity"}}) {
    const double count = metrics.get(name).value_or(0);
    if (count > 0) {
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ", word, grouped(count));
    }
  }
  return text;
}

std::string rate(double per_second) {
  constexpr double many = 1e5;
  return per_second < many ? fmt::format("{:.1f}", per_second) : grouped(per_second);
}

void add_requests(TextTable& table, const MetricSet& metrics) {
  const auto count = [&](const char* name) { return metrics.get(name).value_or(0); };
  auto text = grouped(count("requests_completed")) + " completed";
  for (const auto& [name, word] :
       {std::pair{"requests_rejected", "rejected"}, std::pair{"requests_failed", "failed"},
        std::pair{"requests_in_flight", "in flight"}, std::pair{"requests_retried", "retries"},
        std::pair{"preemptions", "preemptions"}}) {
    if (count(name) > 0) {
      text += fmt::format(", {} {}", grouped(count(name)), word);
    }
  }
  table.row("requests", text);
  if (const auto reasons = rejection_reasons(metrics); !reasons.empty()) {
    table.row("rejected for", reasons);
  }
}

void add_load(TextTable& table, const MetricSet& metrics) {
  const bool has_requests = metrics.get("requests_completed").has_value();
  table.heading(has_requests ? "Requests" : "Load");
  if (has_requests) {
    add_requests(table, metrics);
  }
  const auto count = [&](const char* name) { return metrics.get(name).value_or(0); };
  table.row("simulated time", duration(count("duration_s")));
  const bool makes_tokens = metrics.get("output_tokens_per_s").has_value();
  if (makes_tokens) {
    table.row("input / output tokens", fmt::format("{} / {}", grouped(count("input_tokens")),
                                                   grouped(count("output_tokens"))));
  }
  if (const auto hits = metrics.get("prefix_cache_hit_rate")) {
    table.row("prompt tokens found in caches", fmt::format("{:.1f} %", *hits * 100));
  }
  if (makes_tokens) {
    table.row("output tokens per second",
              fmt::format("{} ({:.2f} per chip)", rate(count("output_tokens_per_s")),
                          count("output_tokens_per_s_per_chip")));
  }
  if (const auto images = metrics.get("images_completed")) {
    table.row("images", grouped(*images));
  }
  if (const auto seconds = metrics.get("video_seconds_completed")) {
    table.row("video", fmt::format("{} s", grouped(*seconds)));
  }
  if (const auto agents = metrics.get("daily_active_agents")) {
    table.row("daily active agents",
              fmt::format("{:.1f} ({} tasks completed, {} failed)", *agents,
                          grouped(count("tasks_completed")), grouped(count("tasks_failed"))));
  }
  if (const auto attainment = metrics.get("slo_attainment")) {
    table.row("within service level", fmt::format("{:.2f} %", *attainment * 100));
  }
}

void add_latency(TextTable& table, const MetricSet& metrics) {
  if (!metrics.get("e2el_mean_s")) {
    return;
  }
  table.heading(
      fmt::format("{:<36}{:>12}{:>12}{:>12}{:>12}", "Latency", "mean", "p50", "p90", "p99"));
  for (const auto& [name, label] :
       {std::pair{"ttft", "time to first token (TTFT)"}, std::pair{"tpot", "time per token (TPOT)"},
        std::pair{"itl", "inter-token gap (ITL)"}, std::pair{"e2el", "end to end"}}) {
    if (!metrics.get(fmt::format("{}_mean_s", name))) {
      continue;
    }
    auto text = fmt::format("{:<34}", label);
    for (const auto* point : {"mean", "p50", "p90", "p99"}) {
      text += fmt::format("{:>12}", duration(*metrics.get(fmt::format("{}_{}_s", name, point))));
    }
    table.line(text);
  }
}

void add_use(TextTable& table, const MetricSet& metrics) {
  table.heading("Utilization");
  const auto percent = [&](const char* label, const char* name) {
    if (const auto value = metrics.get(name)) {
      table.row(label, fmt::format("{:.1f} %", *value * 100));
    }
  };
  table.row("chips allocated", fmt::format("{} of {}", grouped(*metrics.get("chips_allocated")),
                                           grouped(*metrics.get("chips"))));
  percent("chip time busy", "chip_utilization");
  percent("FLOP utilization (MFU)", "mfu");
  percent("bandwidth utilization (MBU)", "mbu");
  percent("KV cache filled", "kv_cache_utilization");
  std::string shares;
  for (const auto& [name, word] :
       {std::pair{"time_share_weights", "weights"}, std::pair{"time_share_kv_cache", "KV"},
        std::pair{"time_share_matmul", "matmul"}, std::pair{"time_share_attention", "attention"},
        std::pair{"time_share_communication", "communication"},
        std::pair{"time_share_overhead", "overhead"}, std::pair{"time_share_sampling", "sampling"},
        std::pair{"time_share_text_encoder", "text encoder"},
        std::pair{"time_share_vae_decode", "VAE"}}) {
    if (const auto share = metrics.get(name)) {
      shares += fmt::format("{}{} {:.0f} %", shares.empty() ? "" : ", ", word, *share * 100);
    }
  }
  if (!shares.empty()) {
    table.row("busy time goes to", shares);
  }
}

void add_cost(TextTable& table, const RunResult& result, const MetricSet& metrics) {
  table.heading("Cost");
  const double total = *metrics.get("cost_total_usd");
  table.row("total", money(total));
  for (const auto& [name, label] :
       {std::pair{"cost_per_mtok_usd", "per million tokens"},
        std::pair{"cost_per_mtok_input_usd", "per million input tokens"},
        std::pair{"cost_per_mtok_cached_input_usd", "per million cached input tokens"},
        std::pair{"cost_per_mtok_output_usd", "per million output tokens"},
        std::pair{"cost_per_image_usd", "per image"},
        std::pair{"cost_per_video_second_usd", "per second of video"},
        std::pair{"cost_per_agent_day_usd", "per agent and day"},
        std::pair{"cost_unattributed_usd", "charged to nobody"},
        std::pair{"cost_per_chip_hour_usd", "per chip-hour"}, std::pair{"revenue_usd", "revenue"},
        std::pair{"margin_usd", "margin"}}) {
    const auto value = metrics.get(name);
    const bool is_all = name == std::string_view("cost_unattributed_usd") && value == total;
    if (value && !is_all) {  // a load without tokens has nobody to charge
      table.row(label, money(*value));
    }
  }
  for (const auto* layer : {"energy", "chips", "infrastructure", "models", "applications"}) {
    double amount = 0;
    for (const auto& line : result.costs) {
      amount += line.layer == layer ? line.amount_usd : 0;
    }
    if (amount != 0) {
      table.row(fmt::format("layer: {}", layer),
                fmt::format("{:<12}{:>5.1f} %", money(amount), 100 * amount / total));
    }
  }
}

void add_failed_asserts(TextTable& table, const std::vector<AssertionOutcome>& asserts) {
  const auto failed = std::count_if(asserts.begin(), asserts.end(),
                                    [](const AssertionOutcome& each) { return !each.holds; });
  if (failed == 0) {
    return;
  }
  table.heading(fmt::format("Assertions: {} of {} do not hold", failed, asserts.size()));
  for (const auto& assertion : asserts) {
    if (!assertion.holds) {
      table.line(fmt::format("{}: it is {}", assertion.expression,
                             assertion.value ? fmt::format("{:.6g}", *assertion.value)
                                             : std::string("absent, without meaning here")));
    }
  }
}

void add_provenance(TextTable& table, const std::optional<Provenance>& provenance) {
  const auto lines = provenance_lines(provenance);
  if (!lines.empty()) {
    table.heading("Catalogue");
  }
  for (const auto& line : lines) {
    table.line(line);
  }
}

}  // namespace

std::string report_table(const std::string& name, const RunResult& result, const Summary& summary,
                         const std::vector<AssertionOutcome>& asserts,
                         const std::vector<PredictionBand>& validation) {
  TextTable table;
  table.line(name);
  add_load(table, summary.factory);
  add_latency(table, summary.factory);
  if (summary.factory.get("chips_allocated").value_or(0) > 0) {
    add_use(table, summary.factory);
  }
  add_jobs(table, summary);
  add_plant(table, summary.factory);
  add_cost(table, result, summary.factory);
  add_site_table(table, summary);
  add_customer_tables(table, summary);
  add_provenance(table, result.provenance);
  add_validation(table, validation);
  add_failed_asserts(table, asserts);
  return table.take();
}

}  // namespace tokenfab

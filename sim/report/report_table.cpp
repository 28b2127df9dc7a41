// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sim/report/report.hpp"

namespace tokenfab {
namespace {

constexpr double million = 1e6;
constexpr double kilo = 1e3;
constexpr double joules_per_kwh = 3.6e6;

/// 12345678 -> "12,345,678".
std::string grouped(double value) {
  auto digits = fmt::format("{:.0f}", value);
  for (auto position = static_cast<std::ptrdiff_t>(digits.size()) - 3; position > 0;
       position -= 3) {
    digits.insert(static_cast<std::size_t>(position), ",");
  }
  return digits;
}

std::string duration(double seconds) {
  if (seconds < 1) {
    return fmt::format("{:.1f} ms", seconds * kilo);
  }
  if (seconds < 120) {
    return fmt::format("{:.2f} s", seconds);
  }
  return seconds < 2 * 3600 ? fmt::format("{:.1f} min", seconds / 60)
                            : fmt::format("{:.1f} h", seconds / 3600);
}

std::string power(double watts) {
  return watts < 1e6 ? fmt::format("{:.1f} kW", watts / kilo)
                     : fmt::format("{:.2f} MW", watts / 1e6);
}

std::string money(double dollars) {
  return dollars >= 1000 ? "$" + grouped(dollars) : fmt::format("${:.4g}", dollars);
}

class Table {
 public:
  void heading(std::string_view text) { text_ += fmt::format("\n{}\n", text); }
  void row(std::string_view label, std::string_view value) {
    text_ += fmt::format("  {:<34}{}\n", label, value);
  }
  void line(std::string_view text) { text_ += fmt::format("  {}\n", text); }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

void add_load(Table& table, const MetricSet& metrics) {
  table.heading("Requests");
  const auto count = [&](const char* name) { return metrics.get(name).value_or(0); };
  auto text = grouped(count("requests_completed")) + " completed";
  for (const auto& [name, word] :
       {std::pair{"requests_rejected", "rejected"}, std::pair{"requests_failed", "failed"},
        std::pair{"requests_in_flight", "in flight"}, std::pair{"preemptions", "preemptions"}}) {
    if (count(name) > 0) {
      text += fmt::format(", {} {}", grouped(count(name)), word);
    }
  }
  table.row("requests", text);
  table.row("simulated time", duration(count("duration_s")));
  table.row("input / output tokens", fmt::format("{} / {}", grouped(count("input_tokens")),
                                                 grouped(count("output_tokens"))));
  table.row("output tokens per second",
            fmt::format("{:.1f} ({:.2f} per chip)", count("output_tokens_per_s"),
                        count("output_tokens_per_s_per_chip")));
  if (const auto attainment = metrics.get("slo_attainment")) {
    table.row("within service level", fmt::format("{:.2f} %", *attainment * 100));
  }
}

void add_latency(Table& table, const MetricSet& metrics) {
  if (!metrics.get("ttft_mean_s")) {
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

void add_use(Table& table, const MetricSet& metrics) {
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
        std::pair{"time_share_overhead", "overhead"},
        std::pair{"time_share_sampling", "sampling"}}) {
    if (const auto share = metrics.get(name)) {
      shares += fmt::format("{}{} {:.0f} %", shares.empty() ? "" : ", ", word, *share * 100);
    }
  }
  if (!shares.empty()) {
    table.row("busy time goes to", shares);
  }
}

void add_energy(Table& table, const MetricSet& metrics) {
  table.heading("Energy");
  table.row("site energy",
            fmt::format("{:.1f} kWh", *metrics.get("energy_site_j") / joules_per_kwh));
  if (const auto pue = metrics.get("pue")) {
    table.row("PUE", fmt::format("{:.3f}", *pue));
  }
  if (const auto peak = metrics.get("peak_site_power_w")) {
    table.row("site power, least to peak",
              fmt::format("{} to {}", power(*metrics.get("min_site_power_w")), power(*peak)));
  }
  if (const auto per_token = metrics.get("energy_per_output_token_j")) {
    table.row("energy per output token", fmt::format("{:.3f} J", *per_token));
  }
  table.row("carbon", fmt::format("{:.1f} kg", *metrics.get("carbon_kg")));
}

void add_cost(Table& table, const RunResult& result, const MetricSet& metrics) {
  table.heading("Cost");
  const double total = *metrics.get("cost_total_usd");
  table.row("total", money(total));
  for (const auto& [name, label] :
       {std::pair{"cost_per_mtok_usd", "per million tokens"},
        std::pair{"cost_per_mtok_input_usd", "per million input tokens"},
        std::pair{"cost_per_mtok_output_usd", "per million output tokens"},
        std::pair{"cost_per_chip_hour_usd", "per chip-hour"}, std::pair{"revenue_usd", "revenue"},
        std::pair{"margin_usd", "margin"}}) {
    if (const auto value = metrics.get(name)) {
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

void add_failed_asserts(Table& table, const std::vector<AssertionOutcome>& asserts) {
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

}  // namespace

std::string report_table(const std::string& name, const RunResult& result, const Summary& summary,
                         const std::vector<AssertionOutcome>& asserts) {
  Table table;
  table.line(name);
  add_load(table, summary.factory);
  add_latency(table, summary.factory);
  add_use(table, summary.factory);
  add_energy(table, summary.factory);
  add_cost(table, result, summary.factory);
  add_failed_asserts(table, asserts);
  return table.take();
}

}  // namespace tokenfab

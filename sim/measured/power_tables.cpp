// SPDX-License-Identifier: Apache-2.0
#include "sim/measured/power_tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>
#include <utility>

#include "sim/measured/case_scenario.hpp"
#include "sim/measured/leaderboard_models.hpp"
#include "sim/measured/published_names.hpp"
#include "sim/scenario/simulation.hpp"

namespace tokenfab {
namespace {

/// Tokens of a prompt. Estimate: an image is about 1,000 tokens in Qwen-VL's grid, a video a few
/// thousand, a question or a turn of a chat a few hundred.
double prompt_tokens(std::string_view task) {
  constexpr std::array<std::pair<std::string_view, double>, 5> assumed{{
      {"lm-arena-chat", 200},
      {"gpqa", 300},
      {"sourcegraph-fim", 2'000},
      {"image-chat", 1'000},
      {"video-chat", 4'000},
  }};
  for (const auto& [name, tokens] : assumed) {
    if (task == name) {
      return tokens;
    }
  }
  return 0;
}

struct LeaderboardRow {
  BareCluster cluster;
  std::string model_json;
  std::string profile;
  std::string formats;  // of weights and activations
  std::int64_t chips = 1;
  std::int64_t expert_ranks = 1;
  std::int64_t users = 1;
  std::int64_t max_num_seqs = 1;
  double prompt_tokens = 0;
  double answer_tokens = 0;
  double run_s = 0;
};

constexpr double most_users = 1e6;

/// How long the run lasts, in answers of the mean length at the measured speed: long against the
/// burst in which all begin.
constexpr double answers_per_user = 12;

/// Answers of a chat differ in length, so that their ends, and the prompts that follow, spread.
/// Estimate: lognormal with sigma 0.7.
std::string answers_json(double mean) {
  constexpr double sigma = 0.7;
  const double median = std::max(1.0, mean / std::exp(sigma * sigma / 2));
  return fmt::format(R"({{"model": "lognormal", "median": {:.1f}, "sigma": {}, "max": {}}})",
                     median, sigma, std::llround(8 * mean) + 8);
}

Scenario scenario_of(const LeaderboardRow& row, const Overrides& more) {
  const auto body = fmt::format(
      R"("horizon": "{:.3f} s", "models": {{"model": {}}},
         "services": {{"service": {{"model": "model", "pools": {{"pool": {{
           "cluster": "site/cluster", "replicas": 1, "engine": {{"profile": {{"use": "{}"}}, {},
             "tensor_parallel_size": {}, "expert_parallel_size": {}, "max_num_seqs": {}}}}}}}}}}},
         "workloads": {{"load": {{"model": "synthetic", "service": "service", "concurrency": {},
           "isl": {{"model": "fixed", "value": {}}}, "osl": {}}}}})",
      row.run_s, row.model_json, row.profile, row.formats, row.chips, row.expert_ranks,
      row.max_num_seqs, row.users, std::llround(row.prompt_tokens),
      answers_json(row.answer_tokens));
  return load_case(row.cluster, body, {}, more);
}

std::vector<Measurement> predict(const LeaderboardRow& row, const Overrides& more) {
  const auto scenario = scenario_of(row, more);
  const auto result = simulate(scenario, {}).result;
  const auto& pool = result.pools.front();
  const auto tokens = static_cast<double>(pool.requests.output_tokens);
  if (pool.latency.itl.count() == 0 || tokens == 0) {
    throw std::runtime_error(
        fmt::format("no answer; {} requests were too long", pool.requests.rejected_too_long));
  }
  const double chip_seconds = result.duration.seconds() * static_cast<double>(row.chips);
  return {{Observable::PowerPerChip, pool.energy_it.si() / chip_seconds},
          {Observable::EnergyPerToken, pool.energy_it.si() / tokens},
          {Observable::TimePerOutputToken, *pool.latency.itl.quantile_s(0.5)}};
}

/// Engine options for a published precision; empty: not known.
std::string formats_of(std::string_view precision) {
  if (precision == "bfloat16" || precision == "bf16") {
    return R"("quantization": "bf16")";
  }
  if (precision == "fp8") {
    return R"("quantization": "fp8")";
  }
  // Weights alone: the products calculate in bf16 (OpenAI gpt-oss model card, 2025-08).
  return precision == "mxfp4" ? R"("quantization": "bf16", "weight_dtype": "fp4")" : "";
}

/// Why the row cannot be run; empty: it can.
std::string fill(MeasurementTable& table, LeaderboardRow& row) {
  static const EmbeddedTables tables;
  const auto chip = published_chip(tables, table.text("gpu"));
  if (!chip) {
    return fmt::format("chip {} is not in the catalogue", table.text("gpu"));
  }
  row.cluster.chip = *chip;
  // The table does not tell the engine's version: the one whose points it is closest to.
  row.profile = "vllm-0.12";
  row.formats = formats_of(table.text("precision"));
  const auto whole = [&](const char* column) {
    return std::max<std::int64_t>(1, table.count(column));
  };
  row.chips = whole("n_gpus");
  row.cluster.nodes = (row.chips + 7) / 8;
  row.expert_ranks = whole("ep");
  row.users =
      std::max<std::int64_t>(1, std::llround(std::min(table.number("avg_batch_size"), most_users)));
  row.max_num_seqs = std::max(row.users, whole("max_num_seqs"));
  row.prompt_tokens = prompt_tokens(table.text("task"));
  row.answer_tokens = std::min(table.number("avg_output_len"), 1e6);
  row.run_s = answers_per_user * row.answer_tokens * table.number("median_itl_ms") / 1e3;
  if (row.formats.empty()) {
    return fmt::format("unknown precision {}", table.text("precision"));
  }
  if (row.prompt_tokens == 0) {
    return fmt::format("unknown task {}", table.text("task"));
  }
  const bool is_measured = row.run_s > 0 && table.number("avg_gpu_power_w_per_gpu") > 0 &&
                           table.number("energy_j_per_output_token") > 0;
  return is_measured ? "" : "no power, energy or lengths published";
}

MeasuredCase case_of(MeasurementTable& table) {
  LeaderboardRow row;
  MeasuredCase result;
  result.line = table.line();
  result.skipped = fill(table, row);
  const auto model = leaderboard_model(table.text("model_id"));
  if (model) {
    row.model_json = model->json;
  } else {
    result.skipped = fmt::format("unknown model {}", table.text("model_id"));
  }
  result.labels = {
      row.cluster.chip,
      model ? model->label : std::string(),
      row.profile,
      "vLLM without version",
      table.text("precision") == "bfloat16" ? "bf16" : std::string(table.text("precision")),
      "leaderboard",
      fmt::format("tp{} ep{} {}", row.chips, row.expert_ranks, table.text("task")),
      row.users,
      "2026-02-16"};
  result.measured = {{Observable::PowerPerChip, table.number("avg_gpu_power_w_per_gpu")},
                     {Observable::EnergyPerToken, table.number("energy_j_per_output_token")},
                     {Observable::TimePerOutputToken, table.number("median_itl_ms") / 1e3}};
  result.predict = [row = std::move(row)](const Overrides& more) { return predict(row, more); };
  return result;
}

}  // namespace

CaseFormat leaderboard_format() {
  return {
      "leaderboard",
      "power and gaps between tokens by batch",
      {"task", "model_id", "gpu", "n_gpus", "ep", "precision", "max_num_seqs", "avg_batch_size",
       "avg_output_len", "median_itl_ms", "avg_gpu_power_w_per_gpu", "energy_j_per_output_token"},
      [](MeasurementTable& table) {
        std::vector<MeasuredCase> cases;
        while (table.next()) {
          cases.push_back(case_of(table));
        }
        return cases;
      }};
}

}  // namespace tokenfab

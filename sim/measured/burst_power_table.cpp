// SPDX-License-Identifier: Apache-2.0
// Power over a request. The engine that was measured (2023) is slower than any profile, so the
// measured times are taken: what the kernels do not fill is time between kernels. Priced by the
// step model in closed form.
#include <fmt/format.h>

#include <utility>

#include "models/serving/transformer_step_model.hpp"
#include "sim/measured/case_scenario.hpp"
#include "sim/measured/power_tables.hpp"
#include "sim/measured/published_names.hpp"

namespace tokenfab {
namespace {

/// bigscience/bloom config.json; llama-2-70b is the catalogue's.
constexpr std::string_view bloom_json = R"({"family": "BLOOM", "num_hidden_layers": 70,
  "hidden_size": 14336, "num_attention_heads": 112, "num_key_value_heads": 112,
  "intermediate_size": 57344, "gated_mlp": false, "vocab_size": 250880,
  "max_position_embeddings": 131072, "tie_word_embeddings": true})";

struct BurstRow {
  BareCluster cluster;
  std::string model_json;
  std::int64_t chips = 1;
  std::int64_t batch = 1;
  std::int64_t prompt_tokens = 0;
  std::int64_t output_tokens = 0;
  double prompt_s = 0;
  double token_s = 0;
};

/// Energy above idle of one chip in `measured_s`, of which the kernels of `work` fill what they
/// can.
double energy_j(const StepWork& work, double measured_s, const ChipConfig& chip, double chips) {
  const double kernels_s = work.time().seconds();
  const double kernels_j = work.dynamic_energy_j / chips;
  const double gap_w = (chip.power_span() * chip.power_level.overhead).si();
  return kernels_s < measured_s ? kernels_j + gap_w * (measured_s - kernels_s)
                                : kernels_j * measured_s / kernels_s;
}

std::vector<Measurement> predict(const BurstRow& row, const Overrides& more) {
  const auto body = fmt::format(
      R"("horizon": "1 s", "models": {{"model": {}}}, "services": {{"service": {{"model": "model",
           "pools": {{"pool": {{"cluster": "site/cluster", "replicas": 1, "engine": {{
             "profile": {{"use": "vllm-0.12"}}, "max_num_seqs": {}, "max_num_batched_tokens": {},
             "tensor_parallel_size": {}}}}}}}}}}})",
      row.model_json, row.batch, row.batch * (row.prompt_tokens + 1), row.chips);
  const auto scenario =
      load_case(row.cluster, body, {{case_chip + "/memory_capacity", "\"10 TB\""}}, more);
  const auto& pool = scenario.pools.front();
  const auto& chip = pool.node->chip;
  const TransformerStepModel model(*pool.model, chip, *pool.config->engine, Watts(0));
  const auto batch = static_cast<std::uint32_t>(row.batch);
  const auto context = static_cast<std::uint64_t>(row.prompt_tokens + row.output_tokens / 2);
  const auto decode = model.cost({batch, batch * context, {}}).first;
  const std::vector<PrefillChunk> chunks(batch,
                                         {static_cast<std::uint32_t>(row.prompt_tokens), 0, true});
  StepShape prompts;
  prompts.prefills = chunks;
  const auto prefill = model.cost(prompts).first;
  const auto chips = static_cast<double>(row.chips);
  const auto later = static_cast<double>(row.output_tokens - 1);
  const double joules = energy_j(prefill, row.prompt_s, chip, chips) +
                        later * energy_j(decode, row.token_s, chip, chips);
  return {{Observable::PowerPerChip,
           chip.power_idle.si() + joules / (row.prompt_s + later * row.token_s)}};
}

/// Why the row cannot be run; empty: it can.
std::string fill(MeasurementTable& table, BurstRow& row) {
  static const EmbeddedTables tables;
  const auto model = table.text("model");
  row.model_json = model == "bloom-176b"   ? std::string(bloom_json)
                   : model == "llama2-70b" ? R"({"use": "llama-2-70b"})"
                                           : "";
  row.cluster.chip = published_chip(tables, table.text("hardware")).value_or("");
  row.chips = table.count("tp");
  row.batch = table.count("batch");
  row.prompt_tokens = table.count("prompt_tokens");
  row.output_tokens = table.count("output_tokens");
  row.prompt_s = table.number("prompt_time_ms_median") / 1e3;
  row.token_s = table.number("token_time_ms_median") / 1e3;
  const double average = table.number("average_power_over_tdp");
  if (average == 0) {
    return "no power published; times are those of an engine of 2023, which has no profile";
  }
  if (average < 0.25) {
    return "below a quarter of the rated power: a mistake of the measurement";
  }
  if (row.model_json.empty() || row.cluster.chip.empty()) {
    return fmt::format("unknown model {} or chip {}", model, table.text("hardware"));
  }
  const bool is_whole = row.chips > 0 && row.chips <= 8 && row.batch > 0 && row.batch <= 1024 &&
                        row.prompt_tokens > 0 && row.output_tokens > 1 && row.prompt_s > 0 &&
                        row.token_s > 0;
  return is_whole ? "" : "sizes are missing";
}

/// Rated power that the shares are of (data sheets: A100 SXM 400 W, H100 SXM 700 W).
double rated_w(std::string_view chip) { return chip.starts_with("a100") ? 400 : 700; }

MeasuredCase case_of(MeasurementTable& table) {
  BurstRow row;
  MeasuredCase result;
  result.line = table.line();
  result.skipped = fill(table, row);
  result.labels.chip = row.cluster.chip;
  result.labels.model = table.text("model");
  result.labels.engine = "vllm-0.12";
  result.labels.software = "splitwise-sim 2023";
  result.labels.precision = "bf16";
  result.labels.regime = "power at measured times";
  result.labels.layout = fmt::format("tp{} prompt {}", row.chips, row.prompt_tokens);
  result.labels.concurrency = row.batch;
  result.labels.date = "2024-04";
  result.measured = {{Observable::PowerPerChip,
                      table.number("average_power_over_tdp") * rated_w(row.cluster.chip)}};
  result.predict = [row = std::move(row)](const Overrides& more) { return predict(row, more); };
  return result;
}

}  // namespace

CaseFormat burst_power_format() {
  return {"splitwise",
          "power over a request at measured times",
          {"model", "hardware", "tp", "prompt_tokens", "batch", "output_tokens",
           "prompt_time_ms_median", "token_time_ms_median", "average_power_over_tdp"},
          [](MeasurementTable& table) {
            std::vector<MeasuredCase> cases;
            while (table.next()) {
              cases.push_back(case_of(table));
            }
            return cases;
          }};
}

}  // namespace tokenfab

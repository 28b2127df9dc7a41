// SPDX-License-Identifier: Apache-2.0
// Power of A100 GPUs over a request, peak and mean, against splitwise-sim's perf_model.csv
// (Mutinifni/splitwise-sim @8f99e7dc, MIT): Llama-2-70B and BLOOM-176B, 128 tokens out, an engine
// of 2023. That engine is slower than any profile here, so the measured times are taken: what the
// kernels do not fill is time between kernels. Weights and overhead levels of the A100 were fitted
// to these rows (errors of held-out rows: docs/calibration.md). Rows below a quarter of TDP on
// average (8,192 tokens on Llama) are a mistake
// of the measurement and left out.
#include <fmt/format.h>

#include <map>

#include "models/serving/transformer_step_model.hpp"
#include "tests/catalogue_entries.hpp"
#include "tests/validation/measurements.hpp"

#undef CHECK
#include <catch2/catch.hpp>

using namespace tokenfab;
using namespace tokenfab::validation;

namespace {

/// bigscience/bloom config.json.
TransformerConfig bloom_176b() {
  TransformerConfig config;
  config.num_hidden_layers = 70;
  config.hidden_size = 14'336;
  config.num_attention_heads = 112;
  config.num_key_value_heads = 112;
  config.intermediate_size = 4 * 14'336;
  config.gated_mlp = false;
  config.vocab_size = 250'880;
  config.max_position_embeddings = 131'072;
  config.tie_word_embeddings = true;
  return config;
}

/// Energy above idle of one GPU in `measured_s`, of which the kernels of `work` fill what they can.
double energy_j(const StepWork& work, double measured_s, const ChipConfig& chip, double gpus) {
  const double kernels_s = work.time().seconds();
  const double kernels_j = work.dynamic_energy_j / gpus;
  const double gap_w = (chip.power_span() * chip.power_level.overhead).si();
  return kernels_s < measured_s ? kernels_j + gap_w * (measured_s - kernels_s)
                                : kernels_j * measured_s / kernels_s;
}

}  // namespace

TEST_CASE("A100 power over a request, against splitwise-sim's measurements") {
  RequiredTable table(measurements_path("prompt_token_time_power_a100_h100.csv"),
                      {"model", "tp", "prompt_tokens", "batch", "prompt_time_ms_median",
                       "token_time_ms_median", "peak_power_over_tdp", "average_power_over_tdp"});
  const auto chip = testing::chip("a100-80");
  const double rated = chip.rated_power().si();
  std::map<std::string, ErrorSample> groups;
  while (table.next()) {
    const double average = table.number("average_power_over_tdp");
    if (average < 0.25) {
      continue;
    }
    const std::string name(table.text("model"));
    auto engine = testing::engine_with("vllm-0.12");
    engine.max_num_seqs = 64;
    engine.max_num_batched_tokens = 16'384;
    engine.tensor_parallel_size = static_cast<std::int64_t>(table.number("tp"));
    const TransformerStepModel model(
        name == "bloom-176b" ? bloom_176b() : testing::transformer("llama-2-70b"), chip, engine,
        Watts(0));
    const auto batch = static_cast<std::uint32_t>(table.number("batch"));
    const auto prompt = static_cast<std::uint32_t>(table.number("prompt_tokens"));
    const auto gpus = static_cast<double>(engine.tensor_parallel_size);
    const auto decode = model.cost({batch, std::uint64_t{batch} * (prompt + 64), {}}).first;
    const std::vector<PrefillChunk> chunks(batch, {prompt, 0, true});
    StepShape shape;
    shape.prefills = chunks;
    const auto prefill = model.cost(shape).first;
    const double prompt_s = table.number("prompt_time_ms_median") / 1e3;
    const double token_s = table.number("token_time_ms_median") / 1e3;
    const double joules =
        energy_j(prefill, prompt_s, chip, gpus) + 127 * energy_j(decode, token_s, chip, gpus);
    const double mean = (chip.power_idle.si() + joules / (prompt_s + 127 * token_s)) / rated;
    groups["mean over the request"].add(mean, average);
    groups[fmt::format("mean, {} on {}", name, gpus)].add(mean, average);
    if (prompt * batch >= 1'024) {
      // The kernels' own mean: the highest sample lies in the products.
      const double peak = chip.power_idle.si() + chip.power_span().si() * chip.power_level.matmul;
      groups["peak, from 1,024 tokens"].add(peak / rated, table.number("peak_power_over_tdp"));
    }
  }
  fmt::print("{:<36} {}\n", "A100 power over TDP", ErrorSample::header());
  for (const auto& [name, error] : groups) {
    fmt::print("{:<36} {}\n", name, error.row());
  }
  REQUIRE(groups["mean over the request"].size() == 41);
  REQUIRE(groups["mean over the request"].median() < 4);
  REQUIRE(groups["mean over the request"].p90() < 14);
  REQUIRE(groups["peak, from 1,024 tokens"].median() < 5);
}

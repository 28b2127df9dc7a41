// SPDX-License-Identifier: Apache-2.0
// Memory of training against Korthikanti 2022, arXiv:2205.05198, figures 1 and 7.
#include "models/training/training_memory.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "tests/catalogue_entries.hpp"
#include "tests/validation/measurements.hpp"

#undef CHECK
#include <catch2/catch.hpp>

using namespace tokenfab;
using namespace tokenfab::testing;
using namespace tokenfab::validation;

namespace {

/// Table 3 there.
struct Layout {
  const char* name;
  std::int64_t layers, hidden, heads, micro_batch, chunks;
};

constexpr Layout layouts[] = {{"GPT 22B", 48, 6144, 64, 4, 1},
                              {"GPT 175B", 96, 12288, 96, 1, 3},
                              {"GPT 530B", 105, 20480, 128, 1, 3},
                              {"GPT 1T", 128, 25600, 160, 1, 1}};

TransformerConfig model_of(const Layout& layout) {
  TransformerConfig model;
  model.num_hidden_layers = layout.layers;
  model.hidden_size = layout.hidden;
  model.num_attention_heads = model.num_key_value_heads = layout.heads;
  model.intermediate_size = 4 * layout.hidden;
  model.vocab_size = 51200;
  model.tie_word_embeddings = true;
  model.gated_mlp = false;
  return model;
}

TrainingConfig config_of(const Layout& layout, MeasurementTable& table) {
  auto config = training_with("megatron-lm-2021");
  config.tensor_parallel_size = 8;
  config.pipeline_parallel_size =
      std::max<std::int64_t>(1, static_cast<std::int64_t>(table.number("pp")));
  config.micro_batch_size = layout.micro_batch;
  config.global_batch_size = 512 * layout.micro_batch;
  config.sequence_length = 2048;
  config.precision = Precision::Fp16;
  config.sharding = Sharding::None;
  if (layout.chunks > 1 && config.pipeline_parallel_size > 1) {
    config.pipeline_schedule = PipelineSchedule::Interleaved;
    config.virtual_pipeline_size = layout.chunks;
  }
  const auto policy = table.text("act_policy");
  const auto names = [&](const char* part) { return policy.find(part) != policy.npos; };
  config.sequence_parallel = names("sequence parallel");
  config.recompute = names("selective") ? Recompute::Selective
                     : names("full")    ? Recompute::Full
                                        : Recompute::None;
  return config;
}

/// Percent of the activations without sequence parallelism and recomputation.
double share_kept(const TransformerConfig& model, const TrainingConfig& config) {
  auto baseline = config;
  baseline.sequence_parallel = false;
  baseline.recompute = Recompute::None;
  return 100 * layer_activation_bytes(model, config) / layer_activation_bytes(model, baseline);
}

constexpr double gibibyte = 1024.0 * 1024.0 * 1024.0;

}  // namespace

TEST_CASE("training takes the memory published") {
  RequiredTable table(measurements_path("train_memory.csv"),
                      {"model", "pp", "act_policy", "activations_gib"});
  ErrorSample states;
  ErrorSample activations;
  ErrorSample shares;
  while (table.next()) {
    const auto found =
        std::find_if(std::begin(layouts), std::end(layouts),
                     [&](const Layout& layout) { return table.text("model") == layout.name; });
    const double gib = table.number("activations_gib");
    const double percent = table.number("activations_pct_of_baseline");
    if (found == std::end(layouts) || (gib == 0 && percent == 0)) {
      continue;
    }
    const auto model = model_of(*found);
    const auto config = config_of(*found, table);
    if (percent > 0) {
      shares.add(share_kept(model, config), percent);
      continue;
    }
    const auto memory = training_memory(model, config);
    activations.add(memory.activations.si() / gibibyte, gib);
    states.add((memory.weights + memory.gradients + memory.optimizer).si() / gibibyte,
               table.number("params_optimizer_gib"));
  }
  fmt::print("{:<40} {}\n", "memory of training", ErrorSample::header());
  fmt::print("{:<40} {}\n", "weights, gradients, optimizer", states.row());
  fmt::print("{:<40} {}\n", "activations", activations.row());
  fmt::print("{:<40} {}\n", "activations over those without recompute", shares.row());
  REQUIRE(activations.size() == 8);
  REQUIRE(activations.median() < 5);
  REQUIRE(states.median() < 5);
  REQUIRE(shares.size() == 20);
  REQUIRE(shares.median() < 5);
}

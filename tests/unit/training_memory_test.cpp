// SPDX-License-Identifier: Apache-2.0
#include "models/training/training_memory.hpp"

#include "tests/catalogue_entries.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

constexpr double gibibyte = 1024.0 * 1024.0 * 1024.0;

/// GPT 22B of Korthikanti 2022, arXiv:2205.05198, table 3.
TransformerConfig gpt_22b() {
  TransformerConfig model;
  model.num_hidden_layers = 48;
  model.hidden_size = 6144;
  model.num_attention_heads = model.num_key_value_heads = 64;
  model.intermediate_size = 4 * 6144;
  model.vocab_size = 51200;
  model.tie_word_embeddings = true;
  model.gated_mlp = false;
  return model;
}

TrainingConfig on_8_chips() {
  auto c = training_with("megatron-lm-2021");
  c.tensor_parallel_size = 8;
  c.micro_batch_size = c.global_batch_size = 4;
  c.sequence_length = 2048;
  c.precision = Precision::Fp16;
  c.sequence_parallel = false;
  return c;
}

}  // namespace

TEST_CASE("training: activations of a layer as Korthikanti counts them") {
  const auto model = gpt_22b();
  auto c = on_8_chips();
  const double sbh = 2048.0 * 4 * 6144;
  const double scores = 5.0 * 64 * 2048 / 6144;
  REQUIRE(layer_activation_bytes(model, c) == Approx(sbh * (10 + 24.0 / 8 + scores / 8)));
  REQUIRE(48 * layer_activation_bytes(model, c) / gibibyte == Approx(59.25));
  c.sequence_parallel = true;
  REQUIRE(layer_activation_bytes(model, c) == Approx(sbh / 8 * (34 + scores)));
  c.recompute = Recompute::Selective;
  REQUIRE(layer_activation_bytes(model, c) == Approx(sbh / 8 * 34));
  c.recompute = Recompute::FeedForward;  // up projection and activation: 16 of the 34
  REQUIRE(layer_activation_bytes(model, c) < sbh / 8 * (34 + scores));
  c.recompute = Recompute::Full;
  REQUIRE(layer_activation_bytes(model, c) == Approx(sbh / 8 * 2));
}

TEST_CASE("training: 18 bytes per parameter, cut over the copies where sharded") {
  const auto model = gpt_22b();
  auto c = on_8_chips();
  c.sharding = Sharding::None;
  c.data_parallel_size = 4;
  c.global_batch_size = 16;
  const double parameters = parameter_count(model).total() / 8;
  auto memory = training_memory(model, c);
  REQUIRE(memory.weights.si() == Approx(2 * parameters));
  REQUIRE(memory.gradients.si() == Approx(4 * parameters));
  REQUIRE(memory.optimizer.si() == Approx(12 * parameters));
  c.sharding = Sharding::Optimizer;
  memory = training_memory(model, c);
  REQUIRE(memory.gradients.si() == Approx(4 * parameters));
  REQUIRE(memory.optimizer.si() == Approx(3 * parameters));
  c.sharding = Sharding::Parameters;
  memory = training_memory(model, c);
  REQUIRE(memory.gradients.si() == Approx(parameters));
  REQUIRE(memory.weights.si() > parameters / 2);
  REQUIRE(memory.weights.si() < parameters);
}

TEST_CASE("training: what does not fit is said with the least change") {
  const auto a100 = chip("a100-80");
  const auto model = gpt_22b();
  auto c = on_8_chips();
  const auto obstacle = memory_obstacle(model, a100, c);
  REQUIRE(obstacle);
  REQUIRE(obstacle->find("it fits with recompute \"selective\"") != obstacle->npos);
  c.sequence_parallel = true;
  c.recompute = Recompute::Selective;
  REQUIRE_FALSE(memory_obstacle(model, a100, c));
}

TEST_CASE("training: far too large a model asks for more chips per copy") {
  const auto h100 = chip("h100-sxm");
  auto c = training_with();
  c.global_batch_size = 1;
  const auto obstacle = memory_obstacle(transformer("llama-3.1-405b"), h100, c);
  REQUIRE(obstacle);
  REQUIRE(obstacle->find("take more chips per copy") != obstacle->npos);
}

TEST_CASE("training: adapters need neither gradients nor states of the weights") {
  const auto model = transformer("llama-3.1-8b");
  auto c = training_with();
  c.sharding = Sharding::None;
  c.global_batch_size = 1;
  c.adapters = AdapterConfig{};
  const auto memory = training_memory(model, c);
  REQUIRE(memory.weights.si() == Approx(2 * parameter_count(model).total()));
  REQUIRE(memory.optimizer.si() < 0.05 * memory.weights.si());
}

TEST_CASE("training: DeepSeek-V3 fits 2,048 H800 as it was trained") {
  // arXiv:2412.19437, section 3.2.3: norms and the up projections of latent attention made again.
  const auto h800 = chip("h800");
  const auto model = transformer("deepseek-v3");
  auto c = training_with("deepseek-2024");
  c.pipeline_parallel_size = 16;
  c.data_parallel_size = 128;
  c.expert_parallel_size = 64;
  c.global_batch_size = 15360;
  c.pipeline_schedule = PipelineSchedule::DualPipe;
  c.precision = Precision::Fp8;
  c.optimizer_bytes = 8;
  const auto obstacle = memory_obstacle(model, h800, c);
  REQUIRE(obstacle);
  REQUIRE(obstacle->find("it fits with recompute \"mla_up_proj\"") != obstacle->npos);
  // Of a token and layer: q and k of 128 heads x 192, v of 128 x 128, 16 bits; the latents 1536 +
  // 512 + 64 in their place; norms' outputs and those of activations (9 x 2048, 3 x 18432 dense) in
  // 8 bits.
  const double activated = (58 * 9 * 2048.0 + 3 * 18432.0) / 61;
  const double saved = 2 * 128 * (192 + 192 + 128.0) - 2 * 2112 + 2 * 7168 + activated;
  const double plain = layer_activation_bytes(model, c);
  c.recompute = Recompute::MlaUpProjections;
  REQUIRE(layer_activation_bytes(model, c) == Approx(plain - 4096 * saved));
  REQUIRE_FALSE(memory_obstacle(model, h800, c));
  REQUIRE(contradictions(c, transformer("llama-3.1-8b")).size() > contradictions(c, model).size());
}

// SPDX-License-Identifier: Apache-2.0
// Speculative decoding: expected tokens, rows, contexts that grow by fractions, drafters.
#include "models/serving/speculation.hpp"

#include "models/serving/placement.hpp"
#include "models/serving/transformer_step_model.hpp"
#include "tests/catalogue_entries.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

SpeculativeConfig speculation(SpeculationMethod method, std::int64_t tokens,
                              std::map<std::string, double> acceptance) {
  SpeculativeConfig config;
  config.method = method;
  config.num_speculative_tokens = tokens;
  config.acceptance = std::move(acceptance);
  return config;
}

EngineConfig engine_of(std::optional<SpeculativeConfig> speculative) {
  auto engine = engine_with();
  engine.tensor_parallel_size = 8;
  engine.max_num_seqs = 64;
  engine.max_num_batched_tokens = 512;
  engine.quantization = Precision::Fp8;
  engine.speculative = std::move(speculative);
  return engine;
}

TransformerStepModel steps_of(const std::string& model, const EngineConfig& engine) {
  return {transformer(model), chip("h200"), engine, Watts(0)};
}

double step_s(const TransformerStepModel& model, const StepShape& shape) {
  return model.cost(shape).first.time().seconds();
}

}  // namespace

TEST_CASE("speculation: tokens gained per step") {
  // 1 + 0.8 + 0.8 x 0.5 + 0.8 x 0.5 x 0.25.
  const auto falling =
      speculation(SpeculationMethod::Mtp, 3, {{"1", 0.8}, {"2", 0.5}, {"3", 0.25}});
  REQUIRE(expected_tokens(falling) == Approx(2.3));
  // One ratio for all: (1 - a^(k + 1)) / (1 - a), Leviathan et al. 2023, equation 1.
  const auto even = speculation(SpeculationMethod::Ngram, 4, {{"1", 0.7}});
  REQUIRE(expected_tokens(even) == Approx((1 - std::pow(0.7, 5)) / 0.3));
  REQUIRE(decode_rate_of(falling).rows_per_sequence == 4);
  REQUIRE(decode_rate_of(falling).tokens_per_step == 2355);  // 2.3 x 1024 = 2355.2
  REQUIRE(decode_rate_of(std::nullopt).is_plain());
}

TEST_CASE("speculation: what cannot be") {
  auto config = speculation(SpeculationMethod::DraftModel, 2, {{"2", 0.5}, {"3", 0.5}});
  REQUIRE(contradictions(config) ==
          std::vector<std::string>{"acceptance \"3\" is no position from 1 to 2",
                                   "acceptance needs the ratio of position \"1\"",
                                   "method draft_model needs a draft_model"});
  const auto mtp = speculation(SpeculationMethod::Mtp, 1, {{"1", 0.85}});
  REQUIRE(place(transformer("llama-3.1-8b"), chip("h200"), engine_of(mtp)).obstacle ==
          "speculative method mtp needs a model with mtp_layers");
  config = speculation(SpeculationMethod::DraftModel, 2, {{"1", 0.5}});
  config.draft_model = transformer("llama-3.1-8b");
  config.draft_model->num_attention_heads = 12;
  config.draft_model->num_key_value_heads = 4;
  config.draft_model->head_dim = 128;
  REQUIRE(place(transformer("llama-3.1-70b"), chip("h200"), engine_of(config)).obstacle ==
          "draft_model: 12 attention heads do not divide by tensor_parallel_size 8");
  auto engine = engine_of(speculation(SpeculationMethod::Ngram, 9, {{"1", 0.5}}));
  const auto placement = place(transformer("llama-3.1-70b"), chip("h200"), engine);
  REQUIRE(placement.obstacle ==
          "max_num_seqs 64 exceeds max_num_batched_tokens 512: every running sequence takes 10 "
          "tokens of each step");
  REQUIRE(placement.fix == "set max_num_batched_tokens to 640");
}

TEST_CASE("speculation: a sequence has 1 + k rows and reads its cache once") {
  const auto plain = steps_of("llama-3.1-70b", engine_of({}));
  const auto ngram =
      steps_of("llama-3.1-70b", engine_of(speculation(SpeculationMethod::Ngram, 3, {{"1", 1.0}})));
  constexpr auto kv = static_cast<std::size_t>(TimePart::KvCache);
  constexpr auto weights = static_cast<std::size_t>(TimePart::Weights);
  const auto four = plain.cost({32, 64'000, {}}).first;
  const auto verified = ngram.cost({8, 64'000, {}}).first;
  // The products of 8 sequences with 4 rows are those of 32 rows.
  REQUIRE(verified.time_by_part[weights] == four.time_by_part[weights]);
  // Grouped-query attention of few rows stays memory-bound.
  const auto alone = plain.cost({8, 64'000, {}}).first;
  REQUIRE(verified.time_by_part[kv].seconds() ==
          Approx(alone.time_by_part[kv].seconds()).epsilon(1e-4));
  // All drafts accepted: the work of 4 tokens each.
  REQUIRE(verified.flop == Approx(4 * alone.flop));
  REQUIRE(ngram.cost({8, 64'000, {}}).growth.memory_bytes ==
          4 * plain.cost({8, 64'000, {}}).growth.memory_bytes);
}

TEST_CASE("speculation: latent attention of more rows becomes compute-bound") {
  const auto plain = steps_of("deepseek-v3", engine_of({}));
  const auto two =
      steps_of("deepseek-v3", engine_of(speculation(SpeculationMethod::Ngram, 1, {{"1", 0.5}})));
  const auto eight =
      steps_of("deepseek-v3", engine_of(speculation(SpeculationMethod::Ngram, 7, {{"1", 0.5}})));
  const auto growth = [](const TransformerStepModel& model) {
    return (step_s(model, {8, 72'000, {}}) - step_s(model, {8, 8'000, {}})) / 64'000;
  };
  // 16 heads x (576 + 512) x 2 FLOP on each of 8 chips.
  const auto h200 = chip("h200");
  const double compute =
      2.0 * 16 * (576 + 512) /
      (h200.peak_bf16.si() * h200.attention.at("bf16").prefill_compute_efficiency);
  const double memory =
      576 * 2 / (h200.memory_bandwidth.si() * h200.attention.at("bf16").decode_memory_efficiency);
  const double layers = 61 * engine_of({}).profile.decode_attention_factor;
  REQUIRE(2 * compute < memory);
  REQUIRE(growth(plain) == Approx(layers * memory).epsilon(1e-4));
  REQUIRE(growth(two) == Approx(layers * memory).epsilon(1e-4));
  REQUIRE(8 * compute > memory);
  REQUIRE(growth(eight) == Approx(layers * 8 * compute).epsilon(1e-4));
}

TEST_CASE("speculation: a run of steps is each step priced anew, to the tick") {
  const auto model = steps_of(
      "deepseek-v3", engine_of(speculation(SpeculationMethod::Mtp, 2, {{"1", 0.83}, {"2", 0.61}})));
  const auto rate = model.decode_rate();
  StepShape shape{13, 40'000, {}};
  shape.decode_phase = 311;
  const auto run = model.cost(shape);
  for (const std::int64_t i : {1, 2, 17, 400}) {
    auto later = shape;
    const auto phase = 311 + i * rate.tokens_per_step;
    later.decode_context_tokens += 13 * static_cast<std::uint64_t>(phase / DecodeRate::unit);
    later.decode_phase = static_cast<std::uint32_t>(phase % DecodeRate::unit);
    const auto anew = model.cost(later).first;
    REQUIRE(anew.time() == run.first.time() + run.growth.time() * i);
    const double energy =
        run.first.dynamic_energy_j + run.growth.dynamic_energy_j * static_cast<double>(i);
    REQUIRE(anew.dynamic_energy_j == Approx(energy).epsilon(1e-12));
  }
}

TEST_CASE("speculation: a drafter takes time and memory of its own") {
  const auto mtp = speculation(SpeculationMethod::Mtp, 1, {{"1", 0.85}});
  auto ngram = mtp;
  ngram.method = SpeculationMethod::Ngram;
  const auto model = transformer("deepseek-v3");
  const auto with = place(model, chip("h200"), engine_of(mtp));
  const auto without = place(model, chip("h200"), engine_of(ngram));
  // The layer's norms are copied, the rest is cut in 8; its cache is one more layer of 61.
  const auto layer = parameter_count(mtp_layer(model));
  const double weights = mtp_layer_parameters(model) - layer.norms;
  REQUIRE(with.weights_per_chip.si() - without.weights_per_chip.si() ==
          Approx(weights / 8 + layer.norms * 2));
  REQUIRE(with.kv_bytes_per_token_per_chip.si() == 62 * 576 * 2);
  const auto step = [&](const SpeculativeConfig& config) {
    return step_s(steps_of("deepseek-v3", engine_of(config)), {16, 16'000, {}});
  };
  // One layer of 61 and the output head again: a few percent.
  REQUIRE(step(mtp) > 1.005 * step(ngram));
  REQUIRE(step(mtp) < 1.1 * step(ngram));
  auto twice = mtp;
  twice.num_speculative_tokens = 2;
  auto ngram_twice = twice;
  ngram_twice.method = SpeculationMethod::Ngram;
  const double one = step(mtp) - step(ngram);
  REQUIRE(step(twice) - step(ngram_twice) > 1.8 * one);
  auto draft = speculation(SpeculationMethod::DraftModel, 1, {{"1", 0.6}});
  draft.draft_model = transformer("llama-3.1-8b");
  const auto target = transformer("llama-3.1-70b");
  const auto both = place(target, chip("h200"), engine_of(draft));
  REQUIRE(both.obstacle.empty());
  REQUIRE(both.kv_bytes_per_token_per_chip.si() == (327'680.0 + 131'072.0) / 8);
  const auto small = place(*draft.draft_model, chip("h200"), engine_of({}));
  auto host_only = draft;
  host_only.method = SpeculationMethod::Ngram;
  host_only.draft_model.reset();
  const auto large = place(target, chip("h200"), engine_of(host_only));
  REQUIRE(both.weights_per_chip.si() ==
          Approx(large.weights_per_chip.si() + small.weights_per_chip.si()));
}

TEST_CASE("speculation: a full batch beside a full prefill budget has a price") {
  const auto model =
      steps_of("llama-3.1-70b", engine_of(speculation(SpeculationMethod::Ngram, 7, {{"1", 0.5}})));
  const std::vector<PrefillChunk> prompt{{512, 0, true}};
  REQUIRE(step_s(model, {63, 63'000, prompt}) > step_s(model, {63, 63'000, {}}));
}

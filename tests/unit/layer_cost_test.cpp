// SPDX-License-Identifier: Apache-2.0
// What experts, parallelism and the kinds of attention cost, against hand-derived numbers.
#include "models/serving/layer_cost.hpp"

#include "models/serving/placement.hpp"
#include "models/serving/transformer_step_model.hpp"
#include "tests/catalogue_entries.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

constexpr auto communication = static_cast<std::size_t>(TimePart::Communication);

/// Experts are spread when there is more than one data-parallel rank, or if asked for.
EngineConfig engine_of(std::int64_t tensor, std::int64_t data = 1, bool spread = false) {
  auto engine = engine_with();
  engine.tensor_parallel_size = tensor;
  engine.data_parallel_size = data;
  engine.expert_parallel_size = spread || data > 1 ? tensor * data : 1;
  engine.max_num_batched_tokens = 1024;
  engine.max_num_seqs = 1024;
  return engine;
}

TransformerStepModel steps_of(const TransformerConfig& model, const EngineConfig& engine,
                              const std::string& on = "h200") {
  return {model, chip(on), engine, Watts(0)};
}

double step_s(const TransformerStepModel& model, const StepShape& shape) {
  return model.cost(shape).first.time().seconds();
}

double flop_of(const TransformerStepModel& model, const StepShape& shape) {
  return model.cost(shape).first.flop;
}

double total(const PartsS& parts) {
  double sum = 0;
  for (const auto part : parts) {
    sum += part;
  }
  return sum;
}

/// One decode that attends to `context` tokens, in some layers to `cap` at most.
StepShape lone_decode(std::uint64_t context, std::uint64_t cap) {
  return {1, context, {}, std::min(context, cap), context < cap ? 1U : 0U, 1};
}

}  // namespace

TEST_CASE("layer cost: experts that M tokens touch") {
  const auto model = transformer("mixtral-8x7b-v0.1");
  const auto h200 = chip("h200");
  // 3 matrices of 4,096 x 14,336 in bf16, 32 layers.
  const double expert = 3.0 * 4096 * 14336 * 2 * 32;
  const LayerCosts layers(model, h200, engine_of(2));
  const double dense = layers.weight_bytes(0);
  // 8 experts, 2 per token: 8 (1 - (3/4)^M).
  REQUIRE(layers.weight_bytes(1) - dense == Approx(2 * expert));
  REQUIRE(layers.weight_bytes(2) - dense == Approx(3.5 * expert));
  REQUIRE(layers.weight_bytes(3) - dense == Approx(4.625 * expert));
  REQUIRE(layers.weight_bytes(1000) - dense == Approx(8 * expert));
  // Two ranks meet at one copy of the experts; each reads the other weights.
  const LayerCosts spread(model, h200, engine_of(2, 2));
  REQUIRE(spread.weight_bytes(0) == Approx(2 * dense));
  REQUIRE(spread.weight_bytes(1) - 2 * dense == Approx(3.5 * expert));
}

TEST_CASE("layer cost: a step of experts never gets shorter with more tokens") {
  for (const auto* id : {"mixtral-8x7b-v0.1", "gpt-oss-20b", "deepseek-v2-lite", "qwen3-30b-a3b"}) {
    for (const auto& engine : {engine_of(4), engine_of(2, 2), engine_of(4, 1, true)}) {
      INFO(id << " on " << engine.data_parallel_size << " ranks");
      const auto model = steps_of(transformer(id), engine);
      for (std::uint32_t n = 1; n < 512; ++n) {
        REQUIRE(step_s(model, {n, 100'000, {}, 10'000, n, 1}) <=
                step_s(model, {n + 1, 100'000, {}, 10'000, n, 1}));
      }
      for (std::uint32_t tokens = 1; tokens < 512; tokens += 7) {
        const std::vector<PrefillChunk> less{{tokens, 64, true}};
        const std::vector<PrefillChunk> more{{tokens + 7, 64, true}};
        REQUIRE(step_s(model, {0, 0, less}) <= step_s(model, {0, 0, more}));
      }
    }
  }
}

TEST_CASE("layer cost: spread experts take less memory per chip") {
  const auto model = transformer("mixtral-8x7b-v0.1");
  const auto h200 = chip("h200");
  const auto weights = [&](std::int64_t ranks) {
    return place(model, h200, engine_of(2, ranks)).weights_per_chip.si();
  };
  const double experts = parameter_count(model).experts * 2;  // bytes
  REQUIRE(weights(1) - weights(2) == Approx(experts / 2 - experts / 4));
  REQUIRE(weights(2) - weights(4) == Approx(experts / 4 - experts / 8));
  // Each rank has a cache of its own, and a sequence lives on one of them.
  const auto two = place(model, h200, engine_of(2, 2));
  REQUIRE(two.obstacle.empty());
  REQUIRE(two.kv_blocks % 2 == 0);
  REQUIRE(two.context_tokens <= static_cast<std::int64_t>(two.kv_tokens / 2));
}

TEST_CASE("layer cost: a busier chip is never faster") {
  const auto model = transformer("qwen3-30b-a3b");
  const auto h200 = chip("h200");
  for (const std::int64_t rows : {1, 16, 256, 1024}) {
    double last = 0;
    for (const double imbalance : {1.0, 1.1, 1.5, 3.0}) {
      auto engine = engine_of(2, 4);
      engine.expert_imbalance = imbalance;
      const double time = total(LayerCosts(model, h200, engine).rows(rows));
      REQUIRE(time > last);
      last = time;
    }
    // Without spread experts no chip is busier than another.
    auto together = engine_of(4);
    const double even = total(LayerCosts(model, h200, together).rows(rows));
    together.expert_imbalance = 3;
    REQUIRE(total(LayerCosts(model, h200, together).rows(rows)) == even);
  }
}

TEST_CASE("layer cost: rows are exchanged with all chips that hold experts") {
  const auto model = transformer("mixtral-8x7b-v0.1");
  auto h200 = chip("h200");
  REQUIRE(LayerCosts(model, h200, engine_of(1)).rows(100)[communication] == 0);
  // One tensor rank has no all-reduce: 2 exchanges in 32 layers, each of 100 rows of 4,096 elements
  // in bf16 to 2 experts, 7/8 of them on other chips; 35 us, and 0.8 of 450 GB/s.
  const double sent = 100 * 4096 * 2 * 2;
  REQUIRE(LayerCosts(model, h200, engine_of(1, 8)).rows(100)[communication] ==
          Approx(64 * (35e-6 + 7.0 / 8 * sent / (0.8 * 450e9))));
  // Half of the chips lie beyond a domain of 4: 0.92 of 50 GB/s, the slower of both ways.
  h200.scale_up_domain = 4;
  REQUIRE(LayerCosts(model, h200, engine_of(1, 8)).rows(100)[communication] ==
          Approx(64 * (35e-6 + 4.0 / 8 * sent / (0.92 * 50e9))));
}

TEST_CASE("layer cost: a pipeline hands rows over and holds fewer weights per chip") {
  const auto h200 = chip("h200");
  const auto dense = transformer("llama-3.1-8b");
  auto engine = engine_of(1);
  engine.pipeline_parallel_size = 4;
  // 3 hops of 50 rows of 4,096 elements in bf16.
  const double latency = h200.all_reduce.latency.begin()->second.one_shot.si();
  const double rate =
      h200.scale_up_bandwidth.si() * std::min(1.0, h200.all_reduce.two_shot_efficiency);
  REQUIRE(LayerCosts(dense, h200, engine).rows(50)[communication] ==
          Approx(3 * (latency + 50 * 4096 * 2 / rate)));
  for (const auto* id : {"llama-3.1-8b", "mixtral-8x7b-v0.1", "qwen3.5-27b", "gemma-4-26b-a4b"}) {
    const auto model = transformer(id);
    auto staged = engine_of(2);
    auto last = place(model, h200, staged);
    for (const std::int64_t stages : {2, 4, 8}) {
      staged.pipeline_parallel_size = stages;
      const auto placement = place(model, h200, staged);
      REQUIRE(placement.weights_per_chip < last.weights_per_chip);
      REQUIRE(placement.kv_bytes_per_token_per_chip.si() * 2 ==
              Approx(last.kv_bytes_per_token_per_chip.si()));
      last = placement;
    }
  }
}

TEST_CASE("layer cost: a latent cache is one vector per layer on every chip") {
  const auto model = transformer("deepseek-v3");
  REQUIRE(cache_elements_per_token(model) == 61 * 576);
  for (const std::int64_t tensor : {1, 8}) {
    const auto placement = place(model, chip("h200"), engine_of(tensor));
    REQUIRE(placement.kv_bytes_per_token_per_chip.si() == 61 * 576 * 2);
  }
}

TEST_CASE("layer cost: a window bounds what a sequence keeps and reads") {
  const auto windowed = transformer("gpt-oss-20b");
  auto full = windowed;
  full.window_attention.reset();
  full.full_attention_layers.reset();
  // 12 of 24 layers, 2 x 8 heads x 64 in bf16; the windows of 128 tokens take 8 blocks of 16.
  const auto placement = place(windowed, chip("h200"), engine_of(1));
  const auto whole = place(full, chip("h200"), engine_of(1));
  REQUIRE(placement.kv_bytes_per_token_per_chip.si() == 12 * 2 * 8 * 64 * 2);
  REQUIRE(whole.kv_bytes_per_token_per_chip.si() == 24 * 2 * 8 * 64 * 2);
  REQUIRE(placement.sequence_blocks == 8);
  REQUIRE(whole.sequence_blocks == 0);
  const auto steps = steps_of(windowed, engine_of(1));
  const auto all = steps_of(full, engine_of(1));
  REQUIRE(steps.context_cap() == 128U);
  REQUIRE_FALSE(all.context_cap().has_value());
  REQUIRE(step_s(steps, lone_decode(100, 128)) == Approx(step_s(all, {1, 100, {}})));
  REQUIRE(step_s(steps, lone_decode(5000, 128)) < step_s(all, {1, 5000, {}}));
  // Two sequences, one of whose windows is full: linear to the tick while growth is even.
  const auto run = steps.cost({2, 600, {}, 228, 1, 29});
  REQUIRE(run.steps_valid == 29);
  for (const std::int64_t i : {1, 13, 28}) {
    const auto more = static_cast<std::uint64_t>(i);
    const auto step = steps.cost({2, 600 + 2 * more, {}, 228 + more, 1, 29 - i});
    REQUIRE(step.first.time() == run.first.time() + run.growth.time() * i);
  }
}

TEST_CASE("layer cost: sparse attention works on top_k tokens, its indexer on all") {
  const auto model = transformer("deepseek-v3.2");
  auto engine = engine_of(8);
  engine.max_num_batched_tokens = 4096;
  engine.quantization = Precision::Fp8;
  const auto steps = steps_of(model, engine);
  REQUIRE(steps.context_cap() == 2048U);
  // 64 index heads of 128 and their weights: 2 FLOP per element and layer.
  const double index = 61 * 2 * 64 * 129;
  const auto decode = [&](std::uint64_t context) {
    return flop_of(steps, lone_decode(context, 2048));
  };
  REQUIRE(decode(102'048) - decode(2048) == Approx(100'000 * index).epsilon(1e-9));
  // Below it also 128 heads of 576 scores and 512 values.
  REQUIRE(decode(2048) - decode(1048) ==
          Approx(1000 * (index + 61 * 2.0 * 128 * (576 + 512))).epsilon(1e-9));
  const auto prefill = [&](std::uint32_t tokens, std::uint32_t before, bool is_last) {
    const std::vector<PrefillChunk> chunk{{tokens, before, is_last}};
    return flop_of(steps, {0, 0, chunk});
  };
  REQUIRE(prefill(1000, 50'000, true) - prefill(1000, 10'000, true) ==
          Approx(1000 * 40'000 * index).epsilon(1e-9));
  REQUIRE(prefill(1300, 0, false) + prefill(1300, 1300, false) + prefill(1000, 2600, true) ==
          Approx(prefill(3600, 0, true)).epsilon(1e-12));
}

TEST_CASE("layer cost: recurrent layers do not see the context") {
  auto model = transformer("qwen3.5-27b");
  const auto mixed = steps_of(model, engine_of(1));
  REQUIRE(place(model, chip("h200"), engine_of(1)).sequence_blocks > 0);
  // What grows are its 16 full layers: 2 x 4 heads x 256 in bf16 each.
  REQUIRE(mixed.cost({3, 3000, {}}).growth.memory_bytes == 3.0 * 16 * 2 * 4 * 256 * 2);
  model.full_attention_layers = 0;
  model.linear_attention->layers = 64;
  REQUIRE(contradictions(model).empty());
  const auto recurrent = steps_of(model, engine_of(1));
  REQUIRE(recurrent.cost({3, 3000, {}}).growth.time() == Duration());
  REQUIRE(step_s(recurrent, {3, 300, {}}) == step_s(recurrent, {3, 3'000'000, {}}));
  REQUIRE(flop_of(recurrent, {3, 300, {}}) == flop_of(recurrent, {3, 3'000'000, {}}));
}

TEST_CASE("layer cost: arithmetic counts the weights a token uses") {
  for (const auto* id : {"mixtral-8x7b-v0.1", "qwen3-30b-a3b", "deepseek-v3"}) {
    const auto model = transformer(id);
    const auto count = parameter_count(model);
    const auto& mixture = *model.mixture;
    const double used = count.experts * static_cast<double>(mixture.num_experts_per_tok) /
                        static_cast<double>(mixture.num_experts);
    double pair = 0;
    for (const auto& kind : attention_layers(model)) {
      pair += static_cast<double>(kind.layers) * kind.prefill_flop_per_pair();
    }
    const double weights =
        count.attention + count.dense_ffn + count.shared_ffn + count.other + used + count.head;
    const std::array engines{engine_of(8), engine_of(2, 4)};
    for (const auto& engine : engines) {
      REQUIRE(flop_of(steps_of(model, engine), {64, 64'000, {}}) ==
              Approx(64 * 2 * weights + 64'000 * pair));
    }
    REQUIRE(count.active() < 0.4 * count.total());
  }
}

TEST_CASE("layer cost: divisions that cannot be") {
  const auto obstacle = [](const TransformerConfig& model, const EngineConfig& engine) {
    return place(model, chip("h200"), engine).obstacle;
  };
  const auto dense = transformer("llama-3.1-8b");
  const auto experts = transformer("mixtral-8x7b-v0.1");
  REQUIRE(obstacle(dense, engine_of(2, 1, true)) ==
          "expert_parallel_size needs a model with experts");
  auto engine = engine_of(2, 2);
  REQUIRE(obstacle(experts, engine).empty());
  engine.expert_parallel_size = 3;
  REQUIRE(obstacle(experts, engine) ==
          "expert_parallel_size 3 must be 1 or tensor x data parallel, 4");
  engine.expert_parallel_size = 1;
  REQUIRE(obstacle(experts, engine) ==
          "data-parallel ranks share their experts: set expert_parallel_size to 4");
  REQUIRE(obstacle(dense, engine) ==
          "data_parallel_size of a dense model is the same as more replicas");
  REQUIRE(obstacle(experts, engine_of(8, 2)) ==
          "8 experts and 0 redundant ones leave chips of expert_parallel_size 16 empty");
  engine = engine_of(2);
  engine.pipeline_parallel_size = 33;
  REQUIRE(obstacle(dense, engine) == "pipeline_parallel_size 33 exceeds the model's 32 layers");
  auto both = transformer("gpt-oss-20b");
  both.sparse_attention = SparseAttentionConfig{4, 64, 512, {}, {}};
  REQUIRE(obstacle(both, engine_of(1)) ==
          "layers that attend to at most 512 and to at most 128 tokens at once are not modelled");
}

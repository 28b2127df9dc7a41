// SPDX-License-Identifier: Apache-2.0
#include "models/serving/placement.hpp"

#include "tests/catalogue_entries.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

constexpr double gib = 1024.0 * 1024 * 1024;

EngineConfig engine_of(std::int64_t chips) {
  auto engine = engine_with();
  engine.tensor_parallel_size = chips;
  return engine;
}

bool tells(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("placement: the KV cache gets what is left") {
  // Llama-3.1-8B on one H100: 80 GiB x 0.9 = 77.309 GB. Weights 8,030,261,248 x 2 B = 16.0605 GB.
  // Activations 8192 tokens x 2 B x (4 x 4096 + 3 x 14336) + 4 B x 1024 x 128,256 logits =
  // 973,078,528 + 525,336,576 B. Reserved 4 GB. 131,072 B per token, 16 tokens per block.
  const auto placement = place(transformer("llama-3.1-8b"), chip("h100-sxm"), engine_of(1));
  REQUIRE(placement.obstacle.empty());
  REQUIRE(placement.weights_per_chip.si() == Approx(16'060'522'496.0).epsilon(1e-12));
  REQUIRE(placement.activations_per_chip.si() == Approx(1'498'415'104.0).epsilon(1e-12));
  const double left = 80 * gib * 0.9 - 16'060'522'496.0 - 1'498'415'104.0 - 4e9;
  REQUIRE(placement.kv_cache_per_chip.si() == Approx(left));
  REQUIRE(placement.kv_bytes_per_token_per_chip.si() == 131'072);
  REQUIRE(placement.kv_blocks == static_cast<std::uint64_t>(left / (131'072.0 * 16)));
  REQUIRE(placement.kv_tokens == placement.kv_blocks * 16);
  REQUIRE(placement.context_tokens == 131'072);
}

TEST_CASE("placement: tensor parallelism cuts weights and KV cache, down to one head") {
  const auto model = transformer("llama-3.1-70b");
  const auto four = place(model, chip("h100-sxm"), engine_of(4));
  const auto eight = place(model, chip("h100-sxm"), engine_of(8));
  REQUIRE(four.kv_bytes_per_token_per_chip.si() == 327'680 / 4);
  REQUIRE(eight.kv_bytes_per_token_per_chip.si() == 327'680 / 8);
  // Norms are copied, everything else is cut: 8 chips hold half as much each, norms aside.
  const double norms = parameter_count(model).norms * 2;
  REQUIRE(four.weights_per_chip.si() - norms ==
          Approx(2 * (eight.weights_per_chip.si() - norms)).epsilon(1e-12));
  auto wide = chip("h100-sxm");
  wide.scale_up_domain = 64;
  // 8 KV heads on 16 chips: every chip holds one, so the cache per chip stays.
  REQUIRE(place(model, wide, engine_of(16)).kv_bytes_per_token_per_chip.si() == 327'680 / 8);
}

TEST_CASE("placement: number formats") {
  const auto model = transformer("llama-3.1-70b");
  auto engine = engine_of(8);
  engine.quantization = Precision::Fp4;
  engine.kv_cache_dtype = Precision::Fp8;
  const auto placement = place(model, chip("b200"), engine);
  const auto parameters = parameter_count(model);
  // 4 bits and an 8-bit scale per 16 elements; embedding and head stay bf16.
  REQUIRE(placement.weights_per_chip.si() ==
          Approx((parameters.attention + parameters.dense_ffn) * 0.5625 / 8 +
                 (parameters.embedding + parameters.head) / 4 + parameters.norms * 2));
  REQUIRE(placement.kv_bytes_per_token_per_chip.si() == 327'680.0 / 16);
}

TEST_CASE("placement: max_model_len cuts the context, but never extends it") {
  auto engine = engine_of(8);
  engine.max_model_len = 5000;
  REQUIRE(place(transformer("llama-3.1-70b"), chip("h100-sxm"), engine).context_tokens == 5000);
  engine.max_model_len = 500'000;
  REQUIRE(place(transformer("llama-3.1-70b"), chip("h100-sxm"), engine).context_tokens == 131'072);
}

TEST_CASE("placement: weights that do not fit name the smallest fix") {
  const auto two = place(transformer("llama-3.1-70b"), chip("h100-sxm"), engine_of(1));
  REQUIRE(tells(two.obstacle, "weights 141.1 GB"));
  REQUIRE(tells(two.obstacle, "no room for a KV cache"));
  REQUIRE(two.kv_blocks == 0);
  // 2 chips: 70.6 + 1.6 + 4 GB of 77.3 leave room.
  REQUIRE(two.fix == "smallest fix: tensor_parallel_size 2");
  REQUIRE(place(transformer("llama-3.1-70b"), chip("h100-sxm"), engine_of(2)).obstacle.empty());
  // 405 B: 811.7 GB on 8 chips are 101 GB each; fp8 halves the layers.
  const auto large = place(transformer("llama-3.1-405b"), chip("h100-sxm"), engine_of(8));
  REQUIRE(large.fix == "smallest fix: quantization fp8");
  // An A100 has no fp8.
  const auto old = place(transformer("llama-3.1-405b"), chip("a100-80"), engine_of(8));
  REQUIRE(old.fix == "smallest fix: a chip with more memory");
}

TEST_CASE("placement: heads that do not divide") {
  const auto three = place(transformer("llama-3.1-70b"), chip("h100-sxm"), engine_of(3));
  REQUIRE(three.obstacle == "64 attention heads do not divide by tensor_parallel_size 3");
  auto model = transformer("llama-3.1-70b");
  model.num_attention_heads = 48;
  model.num_key_value_heads = 4;
  model.head_dim = 128;
  auto engine = engine_of(6);
  REQUIRE(tells(place(model, chip("h100-sxm"), engine).obstacle,
                "4 key-value heads neither divide by tensor_parallel_size 6"));
}

TEST_CASE("placement: groups beyond the scale-up domain") {
  const auto sixteen = place(transformer("llama-3.1-70b"), chip("h100-sxm"), engine_of(16));
  REQUIRE(tells(sixteen.obstacle, "tensor_parallel_size 16 exceeds the 8 chips"));
}

TEST_CASE("placement: formats the chip was not calibrated for") {
  auto engine = engine_of(8);
  engine.quantization = Precision::Fp8;
  REQUIRE(tells(place(transformer("llama-3.1-70b"), chip("a100-80"), engine).obstacle,
                "no calibrated fp8 matrix products"));
  engine.quantization = Precision::Bf16;
  engine.kv_cache_dtype = Precision::Fp4;
  REQUIRE(tells(place(transformer("llama-3.1-70b"), chip("h100-sxm"), engine).obstacle,
                "no calibrated attention with a fp4 KV cache"));
}

TEST_CASE("placement: without chunked prefill the budget must hold the longest request") {
  auto engine = engine_of(8);
  engine.enable_chunked_prefill = false;
  const auto placement = place(transformer("llama-3.1-70b"), chip("h100-sxm"), engine);
  REQUIRE(tells(placement.obstacle, "max_num_batched_tokens 8192"));
  REQUIRE(placement.fix == "set max_num_batched_tokens to 131072");
  engine.max_model_len = 8192;
  REQUIRE(place(transformer("llama-3.1-70b"), chip("h100-sxm"), engine).obstacle.empty());
}

TEST_CASE("placement: more sequences than tokens in a step") {
  auto engine = engine_of(8);
  engine.max_num_batched_tokens = 512;
  const auto placement = place(transformer("llama-3.1-70b"), chip("h100-sxm"), engine);
  REQUIRE(tells(placement.obstacle, "max_num_seqs 1024 exceeds max_num_batched_tokens 512"));
  REQUIRE(placement.fix == "set max_num_batched_tokens to 1024");
}

// SPDX-License-Identifier: Apache-2.0
// Weights, activations and KV cache in formats of their own.
#include "models/chip/kernel_time.hpp"
#include "models/serving/placement.hpp"
#include "models/serving/transformer_step_model.hpp"
#include "tests/catalogue_entries.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

EngineConfig engine_of(FormatOverride weights, FormatOverride activations,
                       Precision both = Precision::Bf16) {
  auto engine = engine_with();
  engine.tensor_parallel_size = 4;
  engine.max_num_seqs = 64;
  engine.max_num_batched_tokens = 1024;
  engine.quantization = both;
  engine.weight_dtype = weights;
  engine.activation_dtype = activations;
  return engine;
}

double decode_s(const EngineConfig& engine, std::uint32_t sequences) {
  const TransformerStepModel model(transformer("llama-3.1-70b"), chip("h100-sxm"), engine,
                                   Watts(0));
  return model.cost({sequences, sequences * std::uint64_t{100}, {}}).first.time().seconds();
}

}  // namespace

TEST_CASE("number formats: weight-only quantization moves fewer bytes at the same rate") {
  const auto h100 = chip("h100-sxm");
  // One row: 8,192 x 8,192 weights of 0.5625 bytes, input and output in bf16.
  const auto narrow =
      matmul_time(h100, {Precision::Fp4, Precision::Bf16}, 1, 8192, 8192).memory.si();
  const double bytes = 8192.0 * 8192 * 0.5625 + 2 * 8192 * 2;
  REQUIRE(narrow == Approx(bytes / (3.35e12 * 0.9121)).epsilon(0.02));
  // Many rows: the arithmetic of bf16.
  const auto wide = matmul_time(h100, Precision::Bf16, 8192, 8192, 8192).total().si();
  const auto mixed =
      matmul_time(h100, {Precision::Fp4, Precision::Bf16}, 8192, 8192, 8192).total().si();
  REQUIRE(mixed == Approx(wide).epsilon(0.01));
  // An H100 has no fp4 units, but may hold its weights in fp4.
  const auto engine = engine_of(FormatOverride::Fp4, FormatOverride::Auto);
  const auto placement = place(transformer("llama-3.1-70b"), h100, engine);
  REQUIRE(placement.obstacle.empty());
  REQUIRE(placement.weights_per_chip <
          0.4 * place(transformer("llama-3.1-70b"), h100,
                      engine_of(FormatOverride::Auto, FormatOverride::Auto))
                    .weights_per_chip);
  REQUIRE(decode_s(engine, 1) <
          0.6 * decode_s(engine_of(FormatOverride::Auto, FormatOverride::Auto), 1));
}

TEST_CASE("number formats: overrides of both sides are the quantization itself") {
  const auto fp8 = engine_of(FormatOverride::Auto, FormatOverride::Auto, Precision::Fp8);
  const auto overridden = engine_of(FormatOverride::Fp8, FormatOverride::Fp8);
  REQUIRE(decode_s(fp8, 17) == decode_s(overridden, 17));
}

TEST_CASE("number formats: fp16 costs what bf16 does") {
  auto half = engine_of(FormatOverride::Auto, FormatOverride::Auto, Precision::Fp16);
  half.kv_cache_dtype = Precision::Fp16;
  REQUIRE(place(transformer("llama-3.1-70b"), chip("h100-sxm"), half).obstacle.empty());
  REQUIRE(decode_s(half, 17) ==
          decode_s(engine_of(FormatOverride::Auto, FormatOverride::Auto), 17));
}

TEST_CASE("number formats: what cannot be multiplied, or not on this chip") {
  const auto complaints = [](FormatOverride weights, FormatOverride activations) {
    return contradictions(engine_of(weights, activations));
  };
  REQUIRE(complaints(FormatOverride::Fp4, FormatOverride::Fp8).empty());
  REQUIRE(complaints(FormatOverride::Fp16, FormatOverride::Bf16).empty());
  REQUIRE(complaints(FormatOverride::Bf16, FormatOverride::Fp8) ==
          std::vector<std::string>{"bf16 weights cannot be multiplied with fp8 activations"});
  REQUIRE(complaints(FormatOverride::Fp8, FormatOverride::Int8) ==
          std::vector<std::string>{"fp8 weights cannot be multiplied with int8 activations"});
  REQUIRE(place(transformer("llama-3.1-70b"), chip("a100-80"),
                engine_of(FormatOverride::Fp4, FormatOverride::Fp8))
              .obstacle.find("no calibrated fp8 matrix products") != std::string::npos);
}

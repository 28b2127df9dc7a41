// SPDX-License-Identifier: Apache-2.0
// Routed experts with a calibration of their own, and prefill attention that does not fill a chip.
#include <cmath>

#include "models/chip/clock.hpp"
#include "models/chip/kernel_time.hpp"
#include "models/serving/layer_cost.hpp"
#include "models/serving/transformer_step_model.hpp"
#include "tests/catalogue_entries.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

/// 1 PFLOPS, 1 TB/s: 1 us is 1 GFLOP or 1 MB.
ChipConfig round_chip() {
  auto chip = testing::chip("h100-sxm");
  chip.peak_bf16 = FlopPerSecond(1e15);
  chip.peak_fp8 = FlopPerSecond(1e15);
  chip.memory_bandwidth = BytesPerSecond(1e12);
  chip.moe.clear();
  chip.moe["bf16"] = {Seconds(20e-6), 0.5, 32, 0.8, 4};
  return chip;
}

double routed_s(const ChipConfig& chip, ProductFormat format, const RoutedRows& routed) {
  return routed_product_time(chip, format, routed, 2048, 4096).total().si();
}

}  // namespace

TEST_CASE("routed experts: a product takes its share of routing and the roofline of its tiles") {
  // 256 rows over 8 experts, products of 2,048 x 4,096. Compute 2 x 2048 x 4096 x (256 + 8 x 32) /
  // (1e15 x 0.5) = 17.180 us; memory (8 x 2048 x 4096 + 256 x 4096 + 256 x 2048) x 2 bytes =
  // 137.363 MB / (1e12 x 0.8) = 171.704 us; permuting 256 x 4096 x 4 bytes = 4.194 us.
  const auto time = routed_product_time(round_chip(), Precision::Bf16, {256, 8, 4096}, 2048, 4096);
  const double both = std::cbrt(std::pow(17.180e-6, 3) + std::pow(171.704e-6, 3));
  CHECK((time.compute + time.memory).si() == Approx(both).epsilon(1e-4));
  CHECK(time.fixed.si() == Approx((20e-6 + 4.194e-6) / 2).epsilon(1e-4));
}

TEST_CASE("routed experts: formats find their own calibration, then that of their activations") {
  auto chip = round_chip();
  chip.moe["fp4_bf16"] = {Seconds(60e-6), 0.5, 32, 0.8, 4};
  const RoutedRows one{1, 1, 4096};
  const ProductFormat narrow(Precision::Fp4, Precision::Bf16);
  const double own = routed_product_time(chip, narrow, one, 2048, 4096).fixed.si();
  chip.moe.erase("fp4_bf16");
  const double shared = routed_product_time(chip, narrow, one, 2048, 4096).fixed.si();
  CHECK(own - shared == Approx(20e-6));
  CHECK(moe_key(narrow) == "fp4_bf16");
  CHECK(moe_key({Precision::Fp16, Precision::Bf16}) == "bf16");
  // Without one they cost what a product of their rows does.
  CHECK(routed_s(chip, Precision::Fp8, one) ==
        Approx(grouped_matmul_time(chip, Precision::Fp8, 1, 1, 2048, 4096).total().si()));
}

TEST_CASE("routed experts: never faster with more rows, more experts or a slower clock") {
  const auto chip = round_chip();
  const auto slower = at_clock(chip, 0.6);
  double before = 0;
  for (const double rows : {1.0, 8.0, 64.0, 512.0, 4096.0, 1e6}) {
    const RoutedRows few{rows, 1, 4096};
    const RoutedRows many{rows, 64, 4096};
    CHECK(routed_s(chip, Precision::Bf16, few) > before);
    CHECK(routed_s(chip, Precision::Bf16, many) > routed_s(chip, Precision::Bf16, few));
    CHECK(routed_s(slower, Precision::Bf16, many) > routed_s(chip, Precision::Bf16, many));
    before = routed_s(chip, Precision::Bf16, few);
  }
}

TEST_CASE("routed experts: a model's small kernels no longer count what its experts move") {
  auto with = round_chip();
  auto without = with;
  without.moe.clear();
  with.moe["bf16"] = {Seconds(0), 1, 0, 1, 0};
  auto ideal = without;
  ideal.matmul["bf16"] = {Seconds(0), 1, 0, 1, Seconds(0), Seconds(0), Seconds(0)};
  with.matmul = ideal.matmul;
  const auto model = transformer("mixtral-8x7b-v0.1");
  auto engine = engine_with();
  engine.max_num_batched_tokens = 256;
  const auto total = [&](const ChipConfig& chip) {
    double sum = 0;
    for (const double part : LayerCosts(model, chip, engine).rows(256)) {
      sum += part;
    }
    return sum;
  };
  // Products alike; per layer and token 3 x 2 x 14,336 + 2 x 3 x 4,096 elements of 2 bytes less.
  const double moved = 32.0 * 256 * 2 * (3 * 2 * 14336 + 2 * 3 * 4096);
  const double rate = 1e12 * with.serving.small_kernel_efficiency;
  CHECK(total(ideal) - total(with) == Approx(moved / rate).epsilon(1e-6));
}

TEST_CASE("prefill attention: only the longest sequence of a step fills the chip") {
  auto chip = round_chip();
  auto& fit = chip.attention["bf16"];
  fit.prefill_compute_efficiency = 0.5;
  fit.prefill_fill_rows = 1000;
  const AttentionShape shape{8, 2, 128, 128, 0};
  // 2 x 256 x 1,000 FLOP per token read, at half of 1 PFLOPS.
  CHECK(prefill_attention_time(chip, Precision::Bf16, shape).per_longest_token.si() ==
        Approx(1.024e-9));
  auto engine = engine_with();
  engine.max_num_batched_tokens = 8192;
  const auto model = transformer("llama-3.1-8b");
  const auto step_s = [&](const std::vector<PrefillChunk>& chunks) {
    const TransformerStepModel filled(model, chip, engine, Watts(0));
    auto bare = chip;
    bare.attention["bf16"].prefill_fill_rows = 0;
    const TransformerStepModel unfilled(model, bare, engine, Watts(0));
    return filled.cost({0, 0, chunks}).first.time().seconds() -
           unfilled.cost({0, 0, chunks}).first.time().seconds();
  };
  const double factor = engine.profile.prefill_attention_factor * 32;
  CHECK(step_s({{2048, 0, true}}) == Approx(factor * 2048 * 1.024e-9).epsilon(1e-3));
  CHECK(step_s({{2048, 0, true}, {1024, 512, true}}) ==
        Approx(factor * 2048 * 1.024e-9).epsilon(1e-3));
}

TEST_CASE("prefill attention: the softmax of a pair does not shrink with the heads") {
  auto chip = round_chip();
  chip.attention["bf16"].prefill_softmax_dims = 0;
  const auto per_pair = [&](std::int64_t dim) {
    return prefill_attention_time(chip, Precision::Bf16, {8, 2, dim, dim, 0}).per_pair.si();
  };
  CHECK(per_pair(64) == Approx(per_pair(128) / 2));
  const double at_128 = per_pair(128);
  chip.attention["bf16"].prefill_softmax_dims = 128;
  CHECK(per_pair(128) == Approx(at_128));
  CHECK(per_pair(64) == Approx(at_128 * 256 / 384));
}

// SPDX-License-Identifier: Apache-2.0
// Cost of making images and videos, by hand on a chip with round numbers, and its laws.
#include "models/diffusion/render_cost.hpp"

#include "tests/catalogue_entries.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

constexpr GenerationShape image{64, 64, 1, 10, 1};

/// 1 TFLOP/s, memory that never waits, everything at its peak, no launches; links of 1 GB/s without
/// latency.
ChipConfig round_chip() {
  ChipConfig chip;
  chip.name = "round";
  chip.peak_bf16 = FlopPerSecond(1e12);
  chip.memory_capacity = Bytes(1e12);
  chip.memory_bandwidth = BytesPerSecond(1e18);
  chip.scale_up_bandwidth = BytesPerSecond(1e9);
  chip.scale_up_domain = 8;
  chip.power_limit = Watts(300);
  chip.power_idle = Watts(100);
  MatmulCalibration matmul;
  matmul.compute_efficiency = matmul.memory_efficiency = 1;
  chip.matmul["bf16"] = matmul;
  AttentionCalibration attention;
  attention.prefill_compute_efficiency = attention.prefill_io_efficiency = 1;
  chip.attention["bf16"] = attention;
  chip.all_reduce.one_shot_efficiency = chip.all_reduce.two_shot_efficiency = 1;
  chip.all_reduce.latency["2"] = {};
  chip.serving.small_kernel_efficiency = 1;
  chip.power_level.matmul = chip.power_level.attention = chip.power_level.communication = 1;
  return chip;
}

/// One cross block 64 wide over (64 / 16)^2 = 16 tokens, 4 of text.
DiffusionModelConfig small_model() {
  DiffusionModelConfig model;
  model.parameters = 1e6;
  model.hidden_size = 64;
  model.ffn_dim = 256;
  model.num_attention_heads = 8;
  model.cross_blocks = 1;
  model.patch_size = 2;
  model.latent_channels = 4;
  model.text_tokens = 4;
  model.text_encoder_parameters = 4096;
  model.steps = 10;
  return model;
}

double seconds(const RenderWork& work, RenderPart part) { return work.of(part).seconds(); }

}  // namespace

TEST_CASE("render cost: products and attention by hand") {
  const RenderCost render(small_model(), round_chip(), {}, Watts(0));
  const auto work = render.cost(image, 1);
  // Image rows: 4 x 64^2 + 2 x 64^2 (cross) + 2 x 64 x 256 weights; text: 2 x 64^2; 10 steps.
  const double products = 2 * (16 * (6 * 4096 + 32768) + 4 * 2 * 4096);
  REQUIRE(seconds(work, RenderPart::Matmul) == Approx(10 * products / 1e12));
  const double attention = 4 * 64 * (16 * 16 + 16 * 4);
  REQUIRE(seconds(work, RenderPart::Attention) == Approx(10 * attention / 1e12));
  REQUIRE(seconds(work, RenderPart::Communication) == 0);
  REQUIRE(seconds(work, RenderPart::HostWait) == 0);
  // The text encoder: 4 tokens through 4096 weights.
  REQUIRE(work.flop == Approx(10 * (products + attention) + 2 * 4 * 4096));
  // All parts at the limit: 200 W above idle.
  REQUIRE(work.dynamic_energy_j == Approx(200 * work.time().seconds()).epsilon(1e-3));
}

TEST_CASE("render cost: small kernels, host and decoder by hand") {
  auto chip = round_chip();
  auto model = small_model();
  model.query_key_norm = true;
  model.vae_flop_per_pixel = 1000;
  DiffusionEngineConfig engine;
  engine.profile.sublayer_passes = 10;
  engine.profile.query_key_passes = 20;
  engine.profile.vae_efficiency = 0.5;
  chip.memory_bandwidth = BytesPerSecond(1e12);
  const auto work = RenderCost(model, chip, engine, Watts(0)).cost(image, 1);
  // Per row: 3 sublayers x 10 x 64 + 20 x 64 + 3 x 256 accesses of two bytes.
  const double accesses = 16 * (64 * (30 + 20) + 768);
  REQUIRE(seconds(work, RenderPart::Elementwise) == Approx(10 * 2 * accesses / 1e12));
  REQUIRE(seconds(work, RenderPart::VaeDecode) == Approx(64 * 64 * 1000 / 0.5e12));
  engine.profile.host_sublayer_time = Seconds(1e-3);
  const auto slow = RenderCost(model, chip, engine, Watts(0)).cost(image, 1);
  // 3 sublayers of 1 ms in each of 10 passes, whatever the chip does meanwhile.
  const double device = seconds(slow, RenderPart::Matmul) + seconds(slow, RenderPart::Attention) +
                        seconds(slow, RenderPart::Elementwise);
  REQUIRE(device + seconds(slow, RenderPart::HostWait) == Approx(30e-3));
}

TEST_CASE("render cost: sequence parallel exchanges by hand") {
  DiffusionEngineConfig engine;
  engine.ulysses_degree = 2;
  const auto ulysses = RenderCost(small_model(), round_chip(), engine, Watts(0)).cost(image, 1);
  // Four buffers of 8 x 64 x 2 bytes, half of each to the other chip.
  REQUIRE(seconds(ulysses, RenderPart::Communication) == Approx(10 * 4 * 512 / 1e9));
  engine.ulysses_degree = 1;
  engine.ring_degree = 2;
  const auto ring = RenderCost(small_model(), round_chip(), engine, Watts(0)).cost(image, 1);
  // Keys and values of 8 tokens, passed on once.
  REQUIRE(seconds(ring, RenderPart::Communication) == Approx(10 * 2 * 1024 / 1e9));
  for (const auto& work : {ulysses, ring}) {
    const double attention = 4 * 64 * (16 * 16 + 16 * 4) / 2.0;
    REQUIRE(seconds(work, RenderPart::Attention) == Approx(10 * attention / 1e12));
  }
}

TEST_CASE("render cost: guidance") {
  auto model = small_model();
  model.guidance_passes = 2;
  const auto one_after_another = RenderCost(model, round_chip(), {}, Watts(0)).cost(image, 1);
  model.guidance_batched = true;
  const auto together = RenderCost(model, round_chip(), {}, Watts(0)).cost(image, 1);
  REQUIRE(together.flop == Approx(one_after_another.flop));
  REQUIRE(together.time().seconds() == Approx(one_after_another.time().seconds()).epsilon(1e-3));
  DiffusionEngineConfig engine;
  engine.cfg_parallel_size = 2;
  const auto split = RenderCost(model, round_chip(), engine, Watts(0)).cost(image, 1);
  // Predictions of 16 tokens x 2 x 2 x 4 channels go to the other group once a step.
  REQUIRE(seconds(split, RenderPart::Communication) == Approx(10 * 16 * 16 * 2 / 1e9));
  REQUIRE(seconds(split, RenderPart::Attention) ==
          Approx(seconds(together, RenderPart::Attention) / 2));
  REQUIRE(split.flop == Approx(together.flop));
}

TEST_CASE("render cost: a long prompt list is made batch after batch") {
  DiffusionEngineConfig engine;
  engine.max_batch_size = 4;
  const RenderCost render(small_model(), round_chip(), engine, Watts(0));
  auto four = image;
  four.images = 4;
  auto ten = image;
  ten.images = 10;
  auto two = image;
  two.images = 2;
  const auto parts = [&](RenderPart part) {
    return 2 * seconds(render.cost(four, 1), part) + seconds(render.cost(two, 1), part);
  };
  const auto work = render.cost(ten, 1);
  REQUIRE(seconds(work, RenderPart::Matmul) == Approx(parts(RenderPart::Matmul)));
  REQUIRE(seconds(work, RenderPart::VaeDecode) == Approx(parts(RenderPart::VaeDecode)));
  // The prompt is encoded once.
  REQUIRE(seconds(work, RenderPart::TextEncoder) ==
          Approx(seconds(render.cost(two, 1), RenderPart::TextEncoder)));
}

TEST_CASE("render cost: published figures") {
  // ML.ENERGY leaderboard v3 (2026-02-16), one H100, batch 1; two of each kind.
  struct Figure {
    const char* id;
    double latency_s;
    double energy_j;
  };
  const Figure figures[] = {{"flux.1-dev", 11.64, 7949},
                            {"sd3.5-large", 6.56, 4420},
                            {"wan2.1-t2v-14b", 466.8, 289254},
                            {"hunyuanvideo", 1689.4, 1164112}};
  const auto h100 = chip("h100-sxm");
  for (const auto& figure : figures) {
    INFO(figure.id);
    auto model = diffusion_model(figure.id);
    const GenerationShape shape{832, 480, 81, 0, 1};
    const GenerationShape usual{static_cast<std::uint16_t>(model.width),
                                static_cast<std::uint16_t>(model.height),
                                static_cast<std::uint16_t>(model.frames), 0, 1};
    const bool is_wan = model.family == "Wan 2.1";
    const auto work =
        RenderCost(model, h100, diffusion_engine(), Watts(0)).cost(is_wan ? shape : usual, 1);
    const double latency = work.time().seconds();
    const double energy = work.dynamic_energy_j + h100.power_idle.si() * latency;
    REQUIRE(latency == Approx(figure.latency_s).epsilon(0.15));
    REQUIRE(energy == Approx(figure.energy_j).epsilon(0.2));
  }
}

TEST_CASE("render cost: laws") {
  const auto h100 = chip("h100-sxm");
  for (const auto* id : {"flux.1-dev", "sd3.5-medium", "wan2.1-t2v-1.3b", "sdxl"}) {
    INFO(id);
    const auto model = diffusion_model(id);
    const auto engine = diffusion_engine();
    const RenderCost render(model, h100, engine, Watts(50));
    const std::uint16_t frames = model.is_video() ? 81 : 1;
    const GenerationShape base{512, 512, frames, 20, 1};
    auto more_steps = base;
    more_steps.steps = 40;
    auto larger = base;
    larger.width = 1024;
    const auto work = render.cost(base, 1);
    REQUIRE(render.cost(more_steps, 1).time() > work.time());
    REQUIRE(render.cost(larger, 1).time() > work.time());
    REQUIRE(render.cost(larger, 1).dynamic_energy_j > work.dynamic_energy_j);
    auto batched = engine;
    batched.max_batch_size = 8;
    const auto eight = RenderCost(model, h100, batched, Watts(50)).cost(base, 8);
    REQUIRE(eight.flop == Approx(8 * work.flop));
    REQUIRE(eight.time() < 8 * work.time() + Duration::from_seconds(1e-6));
    if (!model.unet) {
      auto wide = engine;
      wide.ulysses_degree = 4;
      const auto cut = RenderCost(model, h100, wide, Watts(50)).cost(base, 1);
      REQUIRE(cut.flop == Approx(work.flop));
      REQUIRE(cut.of(RenderPart::Matmul) < work.of(RenderPart::Matmul));
      auto tensor = engine;
      tensor.tensor_parallel_size = 2;
      const auto halves = RenderCost(model, h100, tensor, Watts(50)).cost(base, 1);
      REQUIRE(halves.of(RenderPart::Attention).seconds() ==
              Approx(work.of(RenderPart::Attention).seconds() / 2));
    }
  }
}

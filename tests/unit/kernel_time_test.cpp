// SPDX-License-Identifier: Apache-2.0
// Golden points of the reference fit from which the catalogue's constants come. The constants are
// rounded to four digits there, hence the tolerance of 0.2 %.
#include "models/chip/kernel_time.hpp"

#include <cmath>

#include "models/serving/transformer_step_model.hpp"
#include "tests/catalogue_entries.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

constexpr double rounding = 2e-3;

double matmul_s(const ChipConfig& on, Precision precision, std::int64_t m, std::int64_t n,
                std::int64_t k) {
  return matmul_time(on, precision, m, n, k).total().si();
}

double decode_s(const ChipConfig& on, Precision kv, double sequences, double context,
                std::int64_t heads, std::int64_t head_dim) {
  const auto dims = static_cast<double>(2 * heads * head_dim);
  const AttentionShape shape{8 * heads, heads, head_dim, head_dim, dims * bytes_per_element(kv)};
  const auto time = decode_attention_time(on, kv, shape);
  return time.fixed.si() + sequences * time.per_sequence.si() +
         context * time.per_context_token.si();
}

double prefill_s(const ChipConfig& on, double tokens, double before) {
  const auto time = prefill_attention_time(on, Precision::Bf16, {16, 2, 128, 128, 0});
  return time.launch.si() + tokens * time.per_new_token.si() +
         (tokens + before) * time.per_read_token.si() +
         (tokens * before + tokens * tokens / 2) * time.per_pair.si() +
         (tokens + before) * time.per_longest_token.si();
}

double step_s(const TransformerStepModel& model, const StepShape& shape) {
  return model.cost(shape).first.time().seconds();
}

EngineConfig fp8_engine(std::int64_t chips) {
  auto engine = engine_with();
  engine.quantization = Precision::Fp8;
  engine.tensor_parallel_size = chips;
  return engine;
}

}  // namespace

TEST_CASE("kernel time: matrix products") {
  REQUIRE(matmul_s(chip("h100-sxm"), Precision::Bf16, 64, 8192, 8192) ==
          Approx(4.963342691e-05).epsilon(rounding));
  REQUIRE(matmul_s(chip("b200"), Precision::Fp4, 1024, 8192, 8192) ==
          Approx(4.710179626e-05).epsilon(rounding));
  // By hand: compute 2 x 8192 x (64 x 8192 + 4551) / (989e12 x 0.7986) = 10.970 us, memory
  // 2 (8192^2 + 2 x 64 x 8192) / (3.35e12 x 0.9121) = 44.613 us, their 3-norm 44.834 us, launch
  // 3.301 + 8192 x 0.1831 ns = 4.801 us.
  const auto time = matmul_time(chip("h100-sxm"), Precision::Bf16, 64, 8192, 8192);
  REQUIRE((time.compute + time.memory).si() ==
          Approx(std::cbrt(std::pow(10.970e-6, 3) + std::pow(44.613e-6, 3))).epsilon(1e-3));
  REQUIRE(time.fixed.si() == Approx(4.801e-6).epsilon(1e-3));
  REQUIRE(time.memory > time.compute);
}

TEST_CASE("kernel time: attention") {
  const auto h100 = chip("h100-sxm");
  // By hand: launch 12.37 us, 64 x 2 x 13.94 ns = 1.784 us, 131,072 x 1,024 bytes / (3.35e12 x
  // 0.9123) = 43.917 us. Prefill: 13.39 us; 2,048 x 16 x 256 and 6,144 x 2 x 256 elements of 2
  // bytes / (3.35e12 x 0.3908) = 17.621 us; 2 x 16 x 256 FLOP for 10,485,760 pairs / (989e12 x
  // 0.7208) = 120.498 us; and 2 x 256 x 4,405 FLOP for each of 6,144 tokens read: 19.438 us.
  REQUIRE(decode_s(h100, Precision::Bf16, 64, 131'072, 2, 128) == Approx(58.071e-6).epsilon(1e-4));
  REQUIRE(prefill_s(h100, 2048, 4096) == Approx(170.947e-6).epsilon(1e-4));
}

TEST_CASE("kernel time: all-reduce") {
  const AllReduceTime eight(chip("h100-sxm"), 8);
  REQUIRE(eight(Bytes(131'072)).si() == Approx(8.292995262e-06).epsilon(rounding));
  REQUIRE(eight(Bytes(64.0 * 1024 * 1024)).si() == Approx(3.357056444e-04).epsilon(rounding));
  REQUIRE(AllReduceTime(chip("h100-sxm"), 1)(Bytes(1e9)) == Seconds(0));
  // A group of 16 goes on where 4 and 8 lead: 4.744 + (4.744 - 4.566) us, latency only.
  REQUIRE(AllReduceTime(chip("h100-sxm"), 16)(Bytes(0)).si() == Approx(4.922e-6).epsilon(1e-6));
}

TEST_CASE("kernel time: a whole decode step") {
  auto engine = fp8_engine(4);
  engine.max_num_batched_tokens = 64;
  engine.max_num_seqs = 64;
  const TransformerStepModel model(transformer("llama-3.1-70b"), chip("h100-sxm"), engine,
                                   Watts(0));
  // The reference's 14.5854 ms with other constants of attention since: per layer 0.33 us less
  // launch, 32 x 2 x 2.36 ns more, 65,536 x 1,024 bytes at 0.9123 instead of 0.9009 of 3.35 TB/s.
  REQUIRE(step_s(model, {32, 65'536, {}}) == Approx(14.5489e-3).epsilon(1e-4));
}

TEST_CASE("kernel time: whole steps with prefills") {
  // Goldens of the same reference: 15 decodes beside a prompt of 4,096 tokens; 63 beside two
  // prompts, where the host's 918.5 us per layer outlast the device.
  auto h200_engine = fp8_engine(2);
  h200_engine.kv_cache_dtype = Precision::Fp8;
  const auto model = transformer("llama-3.1-70b");
  const TransformerStepModel h200(model, chip("h200"), h200_engine, Watts(0));
  const std::vector<PrefillChunk> prompt{{4096, 0, true}};
  REQUIRE(step_s(h200, {15, 120'000, prompt}) == Approx(0.3465386344).epsilon(rounding));
  auto b200_engine = fp8_engine(8);
  b200_engine.kv_cache_dtype = Precision::Fp8;
  const TransformerStepModel b200(model, chip("b200"), b200_engine, Watts(0));
  const std::vector<PrefillChunk> prompts{{900, 0, true}, {1000, 0, true}};
  REQUIRE(step_s(b200, {63, 100'000, prompts}) == Approx(0.07456662).epsilon(rounding));
}

TEST_CASE("kernel time: a run of decode steps is linear to the tick") {
  const TransformerStepModel model(transformer("llama-3.1-70b"), chip("h100-sxm"), fp8_engine(8),
                                   Watts(25));
  const auto run = model.cost({37, 50'000, {}});
  for (const std::int64_t i : {1, 2, 99, 10'000}) {
    const auto step = model.cost({37, 50'000 + 37 * static_cast<std::uint64_t>(i), {}});
    REQUIRE(step.first.time() == run.first.time() + run.growth.time() * i);
    const auto times = static_cast<double>(i);
    REQUIRE(step.first.flop == Approx(run.first.flop + run.growth.flop * times).epsilon(1e-12));
    REQUIRE(
        step.first.dynamic_energy_j ==
        Approx(run.first.dynamic_energy_j + run.growth.dynamic_energy_j * times).epsilon(1e-12));
  }
}

TEST_CASE("kernel time: more bandwidth or peak is never slower") {
  for (const auto* id : {"h100-sxm", "h200", "a100-80", "b200"}) {
    const auto base = chip(id);
    auto wide = base;
    wide.memory_bandwidth = base.memory_bandwidth * 1.3;
    auto strong = base;
    strong.peak_bf16 = base.peak_bf16 * 1.3;
    auto linked = base;
    linked.scale_up_bandwidth = base.scale_up_bandwidth * 1.3;
    for (const std::int64_t m : {1, 17, 256, 5000}) {
      const double time = matmul_s(base, Precision::Bf16, m, 7168, 8192);
      REQUIRE(matmul_s(wide, Precision::Bf16, m, 7168, 8192) < time);
      REQUIRE(matmul_s(strong, Precision::Bf16, m, 7168, 8192) < time);
      REQUIRE(decode_s(wide, Precision::Bf16, 32, 1000.0 * static_cast<double>(m), 2, 128) <
              decode_s(base, Precision::Bf16, 32, 1000.0 * static_cast<double>(m), 2, 128));
      const auto tokens = static_cast<double>(m);
      REQUIRE(prefill_s(wide, tokens, 512) < prefill_s(base, tokens, 512));
      REQUIRE(prefill_s(strong, tokens, 512) < prefill_s(base, tokens, 512));
      for (const std::int64_t group : {2, 4, 8}) {
        const Bytes size(16'384.0 * tokens);
        REQUIRE(AllReduceTime(linked, group)(size) < AllReduceTime(base, group)(size));
      }
    }
  }
}

TEST_CASE("kernel time: a step never gets shorter with more to do") {
  for (const auto* id : {"h100-sxm", "h200", "a100-80", "b200"}) {
    auto engine = engine_with();
    engine.tensor_parallel_size = 4;
    engine.max_num_batched_tokens = 2048;
    const TransformerStepModel model(transformer("llama-3.1-70b"), chip(id), engine, Watts(0));
    for (std::uint32_t n = 1; n < 512; ++n) {
      REQUIRE(step_s(model, {n, 100'000, {}}) <= step_s(model, {n + 1, 100'000, {}}));
    }
    for (std::uint64_t context = 64; context < 200'000; context += 1'999) {
      REQUIRE(step_s(model, {64, context, {}}) < step_s(model, {64, context + 1, {}}));
    }
    for (std::uint32_t tokens = 1; tokens < 1900; ++tokens) {
      const std::vector<PrefillChunk> less{{tokens, 300, true}};
      const std::vector<PrefillChunk> more{{tokens + 1, 300, true}};
      REQUIRE(step_s(model, {64, 9000, less}) <= step_s(model, {64, 9000, more}));
    }
  }
}

TEST_CASE("kernel time: energy of a step lies between idle and the power limit") {
  const auto h100 = chip("h100-sxm");
  const TransformerStepModel model(transformer("llama-3.1-70b"), h100, fp8_engine(8), Watts(0));
  const double limit = 8 * (h100.power_limit - h100.power_idle).si();
  const std::vector<PrefillChunk> prompt{{4000, 0, true}};
  for (const StepShape& shape :
       {StepShape{1, 100, {}}, StepShape{256, 500'000, {}}, StepShape{64, 9000, prompt}}) {
    const auto work = model.cost(shape).first;
    REQUIRE(work.dynamic_energy_j > 0);
    REQUIRE(work.dynamic_energy_j <= limit * work.time().seconds());
  }
}

// SPDX-License-Identifier: Apache-2.0
// Training steps of two known runs. The published tables of frameworks are in
// measured_cases_test.cpp, memory in training_memory_test.cpp.
#include <fmt/format.h>

#include "models/interconnect/network_collectives.hpp"
#include "models/training/training_step.hpp"
#include "tests/catalogue_entries.hpp"

#undef CHECK
#include <catch2/catch.hpp>

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

/// A scale-up domain and a fat tree without oversubscription, latencies as the catalogue's networks
/// have them.
NetworkCollectives collectives_of(const ChipConfig& chip) {
  const NetworkLevel inside{"scale-up", chip.scale_up_domain, chip.scale_up_bandwidth,
                            Seconds(3.33e-6), chip.collectives.in_network_efficiency > 0};
  const NetworkLevel outside{"spine", 1 << 20, chip.scale_out_bandwidth, Seconds(4.6e-6)};
  return {{inside, outside}, chip.collectives};
}

}  // namespace

TEST_CASE("training: Llama 3.1 405B comes out as published") {
  // arXiv:2407.21783, table 4: tp 8, pp 16, 16 M tokens per step; section 3.3.2: one layer to a
  // chunk, the embedding and the head chunks of their own.
  struct Point {
    std::int64_t copies, context, sequences, length;
    double tflops;
  };
  const auto h100 = chip("h100-sxm");
  const auto model = transformer("llama-3.1-405b");
  const auto times = collectives_of(h100);
  for (const auto& point :
       {Point{64, 1, 2048, 8192, 430}, {128, 1, 2048, 8192, 400}, {8, 16, 128, 131072, 380}}) {
    auto config = training_with("llama3-2024");
    config.tensor_parallel_size = 8;
    config.pipeline_parallel_size = 16;
    config.context_parallel_size = point.context;
    config.data_parallel_size = point.copies;
    config.global_batch_size = point.sequences;
    config.sequence_length = point.length;
    config.pipeline_schedule = PipelineSchedule::Interleaved;
    config.virtual_pipeline_size = 8;
    config.gradient_reduce_bytes = 4;
    const auto step = TrainingStepModel(model, h100, config, times).step();
    const auto chips = static_cast<double>(config.chips());
    const double tflops = step.model_flop.si() / step.total.si() / chips / 1e12;
    fmt::print("Llama 3.1 405B, {:>6} H100, {:>6} tokens: {:.0f} TFLOP/s per chip, published {}\n",
               config.chips(), point.length, tflops, point.tflops);
    REQUIRE(tflops == Approx(point.tflops).epsilon(point.context > 1 ? 0.15 : 0.1));
  }
}

TEST_CASE("training: DeepSeek-V3 comes out as published") {
  // arXiv:2412.19437, sections 3 and 4.2: 2,048 H800, pp 16, ep 64, ZeRO 1, DualPipe, FP8, batch of
  // 15,360 sequences of 4,096; table 1: 2.664 M GPU hours for 14.8 T tokens.
  auto config = training_with("deepseek-2024");
  config.pipeline_parallel_size = 16;
  config.data_parallel_size = 128;
  config.expert_parallel_size = 64;
  config.global_batch_size = 15360;
  config.sequence_length = 4096;
  config.pipeline_schedule = PipelineSchedule::DualPipe;
  config.precision = config.dispatch_precision = Precision::Fp8;
  config.expert_nodes_max = 4;
  config.overlap_expert = true;
  const auto h800 = chip("h800");
  const auto model = transformer("deepseek-v3");
  const auto times = collectives_of(h800);
  const auto step = TrainingStepModel(model, h800, config, times).step();
  const double hours = step.total.si() * 2048 / 3600 * 14.8e12 / step.tokens;
  fmt::print("DeepSeek-V3 on 2,048 H800: {:.3f} M GPU hours, published 2.664\n", hours / 1e6);
  REQUIRE(hours == Approx(2.664e6).epsilon(0.1));
}

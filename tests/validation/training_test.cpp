// SPDX-License-Identifier: Apache-2.0
// Training steps against published tables: throughput of frameworks, memory, two known runs.
#include <fmt/format.h>

#include <functional>
#include <map>
#include <memory>
#include <set>

#include "models/training/training_memory.hpp"
#include "models/training/training_step.hpp"
#include "tests/catalogue_entries.hpp"
#include "tests/plain_collectives.hpp"
#include "tests/validation/measurements.hpp"
#include "tests/validation/training_rows.hpp"

#undef CHECK
#include <catch2/catch.hpp>

using namespace tokenfab;
using namespace tokenfab::testing;
using namespace tokenfab::validation;

namespace {

using KeyOf = std::function<std::string(const TrainingRow&)>;
using Samples = std::map<std::string, ErrorSample>;

TrainingStep predict(const TrainingRow& row) {
  auto config = row.config;
  config.engine = entry<TrainingEngineConfig>("training_engines", row.engine_id);
  const PlainCollectives times(row.chip);
  return TrainingStepModel(row.model, row.chip, config, times).step();
}

void print(const char* title, const Samples& samples) {
  fmt::print("{:<58} {}\n", title, ErrorSample::header());
  for (const auto& [key, sample] : samples) {
    fmt::print("{:<58} {}\n", key, sample.row());
  }
}

}  // namespace

TEST_CASE("training steps take as long as published") {
  const auto published = training_rows();
  const std::vector<std::pair<const char*, KeyOf>> groupings{
      {"table",
       [](const TrainingRow& r) {
         return fmt::format("{}{}", r.source, r.is_assumed ? ", layout assumed" : "");
       }},
      {"framework, chip, precision",
       [](const TrainingRow& r) {
         return fmt::format("{} {} {}", r.engine_id, r.chip_id, name_of(r.config.precision));
       }},
      {"model", [](const TrainingRow& r) { return r.source + " " + r.name; }}};
  std::vector<Samples> samples(groupings.size());
  ErrorSample all;
  std::map<std::string, std::pair<double, int>> layouts;  // every layout once, whatever its copies
  for (const auto& row : published.rows) {
    const auto step = predict(row);
    const double simulated = step.tokens / step.total.si();
    all.add(simulated, row.tokens_per_s);
    auto& [sum, count] = layouts[row.layout()];
    sum += simulated / row.tokens_per_s;
    ++count;
    for (std::size_t i = 0; i < groupings.size(); ++i) {
      samples[i][groupings[i].second(row)].add(simulated, row.tokens_per_s);
    }
  }
  for (std::size_t i = 0; i < groupings.size(); ++i) {
    print(groupings[i].first, samples[i]);
  }
  ErrorSample by_layout;
  for (const auto& [layout, sum] : layouts) {
    by_layout.add(sum.first / sum.second, 1);
  }
  fmt::print("{:<58} {}\n", "all rows, tokens per second", all.row());
  fmt::print("{:<58} {}\n", "all layouts, each once", by_layout.row());
  for (const auto& [reason, count] : published.left_out) {
    fmt::print("left out: {:>4} {}\n", count, reason);
  }
  REQUIRE(all.size() > 400);
  REQUIRE(all.median() < 5);
  REQUIRE(by_layout.median() < 6);
  for (const auto& [source, sample] : samples[0]) {
    INFO(source);
    REQUIRE(sample.median() < 10);
  }
}

TEST_CASE("training: Llama 3.1 405B and DeepSeek-V3 come out as published") {
  // arXiv:2407.21783, table 4: 16,384 H100, tp 8, pp 16, dp 128, 16 M tokens, 400 TFLOP/s each.
  auto llama = training_with();
  llama.tensor_parallel_size = 8;
  llama.pipeline_parallel_size = 16;
  llama.data_parallel_size = 128;
  llama.global_batch_size = 2048;
  llama.sequence_length = 8192;
  llama.pipeline_schedule = PipelineSchedule::Interleaved;
  llama.virtual_pipeline_size = 7;
  const auto h100 = chip("h100-sxm");
  const PlainCollectives h100_times(h100);
  const auto model = transformer("llama-3.1-405b");
  const auto step = TrainingStepModel(model, h100, llama, h100_times).step();
  const double tflops = step.model_flop.si() / step.total.si() / 16384 / 1e12;
  fmt::print(
      "Llama 3.1 405B on 16,384 H100: {:.0f} TFLOP/s per chip, published 400; MFU {:.1f} %\n",
      tflops, 100 * step.mfu);
  REQUIRE(tflops == Approx(400).epsilon(0.1));

  // arXiv:2412.19437, sections 3 and 4.2: 2,048 H800, pp 16, ep 64, ZeRO 1, DualPipe, FP8, batch of
  // 15,360 sequences of 4,096; 180 K GPU hours per trillion tokens.
  auto deepseek = training_with();
  deepseek.pipeline_parallel_size = 16;
  deepseek.data_parallel_size = 128;
  deepseek.expert_parallel_size = 64;
  deepseek.global_batch_size = 15360;
  deepseek.sequence_length = 4096;
  deepseek.pipeline_schedule = PipelineSchedule::DualPipe;
  deepseek.precision = Precision::Fp8;
  deepseek.dispatch_precision = Precision::Fp8;
  deepseek.expert_nodes_max = 4;
  deepseek.overlap_expert = true;
  const auto h800 = chip("h800");
  const PlainCollectives h800_times(h800);
  const auto v3 = transformer("deepseek-v3");
  const auto v3_step = TrainingStepModel(v3, h800, deepseek, h800_times).step();
  const double hours = v3_step.total.si() * 2048 / 3600 * 14.8e12 / v3_step.tokens;
  fmt::print("DeepSeek-V3 on 2,048 H800: {:.3f} M GPU hours, published 2.664\n", hours / 1e6);
  REQUIRE(hours == Approx(2.664e6).epsilon(0.1));
}

// SPDX-License-Identifier: Apache-2.0
#include "models/training/training_config.hpp"

#include "models/training/pipeline_schedule.hpp"
#include "tests/catalogue_entries.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;
using Layers = std::vector<std::int64_t>;

namespace {

/// Llama 3.1 405B on 16,384 H100 as arXiv:2407.21783, table 4, gives it.
TrainingConfig llama_405b() {
  auto c = training_with();
  c.tensor_parallel_size = 8;
  c.pipeline_parallel_size = 16;
  c.data_parallel_size = 128;
  c.global_batch_size = 2048;
  c.sequence_length = 8192;
  return c;
}

bool says(const std::vector<std::string>& problems, const std::string& part) {
  for (const auto& problem : problems) {
    if (problem.find(part) != problem.npos) {
      return true;
    }
  }
  return false;
}

}  // namespace

TEST_CASE("training: parallel sizes give chips, groups and micro-batches") {
  auto c = llama_405b();
  c.context_parallel_size = 2;
  c.data_parallel_size = 64;
  REQUIRE(c.chips() == 16384);
  REQUIRE(c.micro_batches() == 32);
  REQUIRE(c.rows() == 4096);
  REQUIRE(c.tensor_group() == ChipGroup{8, 1});
  REQUIRE(c.context_group() == ChipGroup{2, 8});
  REQUIRE(c.data_group() == ChipGroup{128, 8});
  REQUIRE(c.pipeline_group() == ChipGroup{16, 1024});
  REQUIRE(contradictions(c, transformer("llama-3.1-405b")).empty());
}

TEST_CASE("training: experts take the ranks of a stage anew") {
  auto c = training_with();
  c.tensor_parallel_size = 4;
  c.context_parallel_size = 2;
  c.data_parallel_size = 8;
  c.expert_parallel_size = 8;
  c.global_batch_size = 8;
  REQUIRE(c.expert_group() == ChipGroup{8, 4});
  REQUIRE(c.expert_data_group() == ChipGroup{2, 32});
  REQUIRE(contradictions(c, transformer("grok-1")).empty());
  c.expert_tensor_parallel_size = 1;
  REQUIRE(c.expert_group() == ChipGroup{8, 1});
  REQUIRE(c.expert_data_group() == ChipGroup{8, 8});
}

TEST_CASE("training: contradictions are all told, with the nearest fix") {
  auto c = llama_405b();
  c.global_batch_size = 2050;
  c.tensor_parallel_size = 5;
  c.virtual_pipeline_size = 2;
  c.expert_parallel_size = 4;
  c.sharding = Sharding::Parameters;
  const auto problems = contradictions(c, transformer("llama-3.1-405b"));
  REQUIRE(says(problems, "nearest: 2048"));
  REQUIRE(says(problems, "128 attention heads do not divide"));
  REQUIRE(says(problems, "needs pipeline_schedule \"interleaved\""));
  REQUIRE(says(problems, "the model has no experts"));
  REQUIRE(says(problems, "zero3"));
  REQUIRE(says(problems, "sequence_length 8192 does not divide into 5 parts"));
}

TEST_CASE("training: the nearest sizes that divide") {
  auto c = llama_405b();
  c.tensor_parallel_size = 6;
  REQUIRE(
      says(contradictions(c, transformer("llama-3.1-405b")), "tensor_parallel_size 6; nearest: 4"));
  const auto mixture = transformer("deepseek-v3");  // 256 experts, 128 heads
  c.tensor_parallel_size = 2;
  c.expert_tensor_parallel_size = 1;
  c.expert_parallel_size = 48;
  REQUIRE(says(contradictions(c, mixture), "expert_parallel_size 48; nearest: 32"));
  const auto stage = c.chips() / c.pipeline_parallel_size;
  c.expert_parallel_size = 2 * stage;
  REQUIRE(
      says(contradictions(c, mixture), "chips of a pipeline stage; nearest: expert_parallel_size"));
  c.expert_tensor_parallel_size = 3;
  REQUIRE(says(contradictions(c, mixture), "nearest: expert_tensor_parallel_size 2"));
  c.pipeline_schedule = PipelineSchedule::DualPipe;
  c.pipeline_parallel_size = 5;
  REQUIRE(says(contradictions(c, mixture), "not 5; nearest: 6"));
}

TEST_CASE("training: more chunks than layers, dualpipe with too few micro-batches") {
  auto c = llama_405b();
  c.pipeline_schedule = PipelineSchedule::Interleaved;
  c.virtual_pipeline_size = 10;
  REQUIRE(says(contradictions(c, transformer("llama-3.1-405b")), "at most 12 stages"));
  c.pipeline_schedule = PipelineSchedule::DualPipe;
  c.virtual_pipeline_size = 1;
  REQUIRE(says(contradictions(c, transformer("llama-3.1-405b")), "at least 2 x"));
}

TEST_CASE("training: uneven stages are allowed and said") {
  const auto model = transformer("llama-3.1-405b");
  auto c = llama_405b();
  REQUIRE(contradictions(c, model).empty());
  const auto texts = warnings(c, model);
  REQUIRE(says(texts, "126 layers over 16 stages of 1 chunks are uneven: 8 layers"));
  c.pipeline_parallel_size = 9;
  REQUIRE(warnings(c, model).empty());
}

TEST_CASE("training: what is left over goes to the stages in the middle") {
  TrainingConfig c;
  c.pipeline_parallel_size = 4;
  REQUIRE(stage_layers(c, 8) == Layers{2, 2, 2, 2});
  REQUIRE(stage_layers(c, 10) == Layers{2, 3, 3, 2});
  REQUIRE(stage_layers(c, 11) == Layers{3, 3, 3, 2});
  c.pipeline_schedule = PipelineSchedule::Interleaved;
  c.virtual_pipeline_size = 2;
  // Chunks 1, 2, 2, 2, 2, 2, 2, 1.
  REQUIRE(stage_layers(c, 14) == Layers{3, 4, 4, 3});
  // Embedding and head are chunks of their own.
  REQUIRE(stage_layers(c, 6) == Layers{1, 2, 2, 1});
}

TEST_CASE("training: bubbles of the schedules") {
  TrainingConfig c;
  c.pipeline_parallel_size = 4;
  const StageTime stage{1, 2, 1};
  const std::vector<StageTime> even(4, stage);
  REQUIRE(bubble_s(c, even) == Approx(9));  // (p - 1) (F + B)
  c.pipeline_schedule = PipelineSchedule::Interleaved;
  c.virtual_pipeline_size = 3;
  REQUIRE(bubble_s(c, even) == Approx(3));
  c.pipeline_schedule = PipelineSchedule::ZeroBubble;
  REQUIRE(bubble_s(c, even) == Approx(3));  // (p - 1) (F + B - 2 W)
  c.pipeline_schedule = PipelineSchedule::DualPipe;
  REQUIRE(bubble_s(c, even) == Approx(2));  // (p / 2 - 1) (F + B + B - 3 W)
  c.pipeline_schedule = PipelineSchedule::OneForwardOneBackward;
  // The stages wait for the slowest one: 3 x 3 + (slower 6 not among them).
  REQUIRE(bubble_s(c, {stage, stage, {2, 4, 2}, stage}) == Approx(9));
}

TEST_CASE("training: micro-batches kept for the backward pass") {
  TrainingConfig c;
  c.pipeline_parallel_size = 8;
  c.global_batch_size = 64;
  REQUIRE(micro_batches_kept(c) == Approx(8));
  c.pipeline_schedule = PipelineSchedule::Interleaved;
  c.virtual_pipeline_size = 3;
  REQUIRE(micro_batches_kept(c) == Approx(8 * (1 + 7.0 / 24)));
  c.global_batch_size = 4;
  REQUIRE(micro_batches_kept(c) == Approx(4));
}

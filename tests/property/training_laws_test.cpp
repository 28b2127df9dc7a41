// SPDX-License-Identifier: Apache-2.0
// Laws of training steps over random layouts: what must not happen whatever the numbers are.
#include <cmath>
#include <vector>

#include "models/training/training_memory.hpp"
#include "models/training/training_step.hpp"
#include "sim/core/random.hpp"
#include "tests/catalogue_entries.hpp"
#include "tests/plain_collectives.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

struct Case {
  TransformerConfig model;
  TrainingConfig config;
};

std::int64_t power_of_two(RandomStream& random, int most) {
  return std::int64_t{1} << static_cast<int>(random.uniform() * (most + 1));
}

/// Layouts that contradict nothing.
std::vector<Case> random_cases(int count) {
  const std::vector<TransformerConfig> models{
      transformer("llama-3.1-70b"), transformer("mixtral-8x7b-v0.1"), transformer("deepseek-v3"),
      transformer("nemotron-h-56b"), transformer("gpt-oss-120b")};
  RandomStream random(7, 0, "layouts", "training");
  std::vector<Case> cases;
  while (static_cast<int>(cases.size()) < count) {
    Case one{models[static_cast<std::size_t>(random.uniform() * 5)], training_with()};
    auto& c = one.config;
    c.tensor_parallel_size = power_of_two(random, 3);
    c.pipeline_parallel_size = power_of_two(random, 4);
    c.context_parallel_size = power_of_two(random, 2);
    c.data_parallel_size = power_of_two(random, 6);
    c.expert_parallel_size = one.model.mixture ? power_of_two(random, 3) : 1;
    c.micro_batch_size = power_of_two(random, 1);
    c.global_batch_size = c.micro_batch_size * c.data_parallel_size * 2 * c.pipeline_parallel_size;
    c.pipeline_schedule = static_cast<PipelineSchedule>(random.uniform() * 4);
    c.sharding = static_cast<Sharding>(random.uniform() * 4);
    c.recompute = static_cast<Recompute>(random.uniform() * 4);
    c.precision = random.uniform() < 0.5 ? Precision::Bf16 : Precision::Fp8;
    if (contradictions(c, one.model).empty()) {
      cases.push_back(one);
    }
  }
  return cases;
}

TrainingStep step_of(const Case& one, const ChipConfig& on) {
  const PlainCollectives times(on);
  return TrainingStepModel(one.model, on, one.config, times).step();
}

}  // namespace

TEST_CASE("training steps obey the laws of training") {
  const auto h100 = chip("h100-sxm");
  auto slow_links = h100;
  slow_links.scale_up_bandwidth = h100.scale_up_bandwidth * 0.5;
  slow_links.scale_out_bandwidth = h100.scale_out_bandwidth * 0.5;
  for (const auto& one : random_cases(200)) {
    const auto step = step_of(one, h100);
    INFO(one.model.family << " tp " << one.config.tensor_parallel_size << " pp "
                          << one.config.pipeline_parallel_size << " schedule "
                          << static_cast<int>(one.config.pipeline_schedule));
    REQUIRE(std::isfinite(step.total.si()));
    REQUIRE(step.total.si() == Approx(step.breakdown.total()));
    REQUIRE(step.mfu > 0);
    REQUIRE(step.mfu < 0.9);
    REQUIRE(step.hardware_flop >= step.model_flop);
    REQUIRE(step.phases.compute + step.phases.communication <= 1 + 1e-12);
    REQUIRE(step_of(one, slow_links).total >= step.total);

    auto longer = one;
    longer.config.global_batch_size *= 2;  // more micro-batches: bubbles and overheads count less
    const auto two = step_of(longer, h100);
    REQUIRE(two.total > step.total);
    REQUIRE(two.tokens / two.total.si() >= step.tokens / step.total.si() * (1 - 1e-9));

    auto again = one;
    again.config.recompute = Recompute::Full;
    REQUIRE(step_of(again, h100).total >= step.total * (1 - 1e-12));
  }
}

TEST_CASE("training memory falls with what is sharded and recomputed") {
  for (const auto& one : random_cases(200)) {
    const auto memory = [&](Sharding sharding, Recompute recompute) {
      auto config = one.config;
      config.sharding = sharding;
      config.recompute = recompute;
      return training_memory(one.model, config);
    };
    const auto none = memory(Sharding::None, Recompute::None);
    REQUIRE(memory(Sharding::Optimizer, Recompute::None).total() <= none.total());
    REQUIRE(memory(Sharding::Gradients, Recompute::None).total() <=
            memory(Sharding::Optimizer, Recompute::None).total());
    REQUIRE(memory(Sharding::None, Recompute::FeedForward).activations <= none.activations);
    REQUIRE(memory(Sharding::None, Recompute::Full).activations <=
            memory(Sharding::None, Recompute::FeedForward).activations);
  }
}

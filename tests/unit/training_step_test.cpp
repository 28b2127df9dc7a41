// SPDX-License-Identifier: Apache-2.0
#include "models/training/training_step.hpp"

#include <stdexcept>

#include "models/chip/clock.hpp"
#include "models/training/training_communication.hpp"
#include "models/training/training_flop.hpp"
#include "models/training/training_kernels.hpp"
#include "tests/catalogue_entries.hpp"
#include "tests/plain_collectives.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

TrainingConfig llama_8b(std::int64_t copies) {
  auto c = training_with();
  c.data_parallel_size = copies;
  c.global_batch_size = 16 * copies;
  c.sequence_length = 8192;
  return c;
}

TrainingStep step_of(const TransformerConfig& model, const ChipConfig& on,
                     const TrainingConfig& config) {
  const PlainCollectives times(on);
  return TrainingStepModel(model, on, config, times).step();
}

/// Every collective takes as many seconds as it has bytes.
class BytesAsSeconds : public CollectiveTimes {
 public:
  Seconds time(CollectiveKind, const ChipGroup& group, Bytes size) const override {
    return Seconds(group.ranks > 1 ? size.si() : 0);
  }
};

}  // namespace

TEST_CASE("training: FLOP are 6 per weight and token and causal attention") {
  const auto model = transformer("llama-3.1-8b");
  const auto config = llama_8b(1);
  const auto flop = training_flop(model, config);
  // Weights in products: 32 layers of 218,103,808 and the head of 128,256 x 4096.
  const double weights = 32 * 218103808.0 + 128256.0 * 4096;
  const double attention = 32 * 2.0 * 32 * 256 * 8192 / 2;
  const double tokens = 16 * 8192;
  REQUIRE(flop.model == Approx(tokens * (6 * weights + 3 * attention)));
  REQUIRE(flop.hardware == Approx(flop.model));
  auto again = config;
  again.recompute = Recompute::Full;
  REQUIRE(training_flop(model, again).hardware - flop.model ==
          Approx(tokens * (2 * 32 * 218103808.0 + attention)));
  auto adapted = config;
  adapted.adapters = AdapterConfig{};
  REQUIRE(training_flop(model, adapted).model == Approx(tokens * (4 * weights + 3 * attention)));
}

TEST_CASE("training: a step's parts sum to it, tokens and MFU follow") {
  const auto model = transformer("llama-3.1-8b");
  const auto h100 = chip("h100-sxm");
  const auto step = step_of(model, h100, llama_8b(8));
  REQUIRE(step.total.si() == Approx(step.breakdown.total()));
  REQUIRE(step.tokens == Approx(16 * 8 * 8192));
  REQUIRE(step.mfu == Approx(step.model_flop.si() / (step.total.si() * 8 * h100.peak_bf16.si())));
  const auto& phases = step.phases;
  REQUIRE(phases.compute + phases.communication + phases.memory == Approx(1));
  REQUIRE(step.mfu > 0.4);
  REQUIRE(step.mfu < 0.7);
}

TEST_CASE("training: tensor parallelism sends what sequence parallelism is known to send") {
  const auto model = transformer("llama-3.1-8b");
  auto config = llama_8b(1);
  config.tensor_parallel_size = 4;
  const BytesAsSeconds times;
  const TrainingCommunication traffic(model, config, times);
  const double message = 2.0 * 8192 * 4096;
  REQUIRE(traffic.tensor().forward_s == Approx(64 * 2 * message));
  REQUIRE(traffic.tensor().backward_s == Approx(64 * 3 * message));
  REQUIRE(traffic.tensor().bytes == Approx(64 * 5 * message * 3 / 4));
  config.sequence_parallel = false;
  REQUIRE(traffic.tensor().total_s() == Approx(64 * 2 * message));
  REQUIRE(traffic.experts().total_s() == 0);
  REQUIRE(traffic.context().total_s() == 0);
}

TEST_CASE("training: copies reduce gradients and gather parameters") {
  const auto model = transformer("llama-3.1-8b");
  auto config = llama_8b(4);
  const BytesAsSeconds times;
  const TrainingCommunication traffic(model, config, times);
  const ChipParameters all{1e9, 0};
  REQUIRE(traffic.data(all, all).forward_s == Approx(2e9));
  REQUIRE(traffic.data(all, all).backward_s == Approx(2e9));
  config.gradient_reduce_bytes = 1;
  REQUIRE(traffic.data(all, all).backward_s == Approx(1e9));
  config.sharding = Sharding::Parameters;  // gathered once more
  REQUIRE(traffic.data(all, all).backward_s == Approx(3e9));
  config.sharding = Sharding::None;
  REQUIRE(traffic.data(all, all).forward_s == 0);
}

TEST_CASE("training: experts exchange the rows of the chip once per expert chosen") {
  const auto model = transformer("mixtral-8x7b-v0.1");
  auto config = llama_8b(8);
  config.expert_parallel_size = 8;
  const BytesAsSeconds times;
  const TrainingCommunication traffic(model, config, times);
  const double rows = 8192 * 2;  // two experts each
  REQUIRE(traffic.experts().forward_s == Approx(32 * 2 * rows * 4096 * 2));
  config.dispatch_precision = Precision::Fp8;
  REQUIRE(traffic.experts().forward_s == Approx(32 * rows * 4096 * 3));
}

TEST_CASE("training: what is computed twice takes longer, and adapters less") {
  const auto model = transformer("llama-3.1-8b");
  const auto h100 = chip("h100-sxm");
  auto config = llama_8b(8);
  const auto plain = step_of(model, h100, config).total;
  config.recompute = Recompute::FeedForward;
  const auto inner = step_of(model, h100, config).total;
  config.recompute = Recompute::Full;
  const auto full = step_of(model, h100, config).total;
  REQUIRE(plain < inner);
  REQUIRE(inner < full);
  REQUIRE(full / plain < 1.34);
  config.recompute = Recompute::None;
  config.adapters = AdapterConfig{};
  REQUIRE(step_of(model, h100, config).total / plain < 0.8);
}

TEST_CASE("training: making latent attention's queries, keys and values again costs little") {
  const auto model = transformer("deepseek-v3");
  const auto h800 = chip("h800");
  auto config = training_with("deepseek-2024");
  config.pipeline_parallel_size = 16;
  config.data_parallel_size = config.expert_parallel_size = 64;
  config.global_batch_size = 2048;
  const auto plain = step_of(model, h800, config).total;
  const double flop = training_flop(model, config).hardware;
  config.recompute = Recompute::MlaUpProjections;
  const auto again = step_of(model, h800, config).total;
  const auto up = 2.0 * (1536 * 128 * 192 + 512 * 128 * 256) * 62;  // 61 layers and the MTP layer
  REQUIRE(training_flop(model, config).hardware - flop == Approx(config.tokens_per_step() * up));
  config.recompute = Recompute::Full;
  REQUIRE(plain < again);
  REQUIRE(again < step_of(model, h800, config).total);
}

TEST_CASE("training: more copies with their own sequences keep the step about as long") {
  const auto model = transformer("llama-3.1-8b");
  const auto h100 = chip("h100-sxm");
  const auto few = step_of(model, h100, llama_8b(8)).total;
  const auto many = step_of(model, h100, llama_8b(1024)).total;
  REQUIRE(many / few > 0.95);  // the optimizer's states are cut more finely
  REQUIRE(many / few < 1.05);
}

TEST_CASE("training: a switched off overlap shows the collectives") {
  const auto model = transformer("llama-3.1-70b");
  const auto h100 = chip("h100-sxm");
  auto config = llama_8b(4);
  config.tensor_parallel_size = 4;
  config.pipeline_parallel_size = 4;
  config.pipeline_schedule = PipelineSchedule::Interleaved;
  config.virtual_pipeline_size = 5;
  const auto hidden = step_of(model, h100, config).breakdown;
  config.overlap_tensor = config.overlap_data = config.overlap_pipeline = false;
  const auto shown = step_of(model, h100, config).breakdown;
  REQUIRE(shown.tensor > hidden.tensor);
  REQUIRE(shown.data > hidden.data);
  REQUIRE(shown.pipeline > hidden.pipeline);
  REQUIRE(shown.matmul == Approx(hidden.matmul));
}

TEST_CASE("training: a chip without the precision is refused with all other problems") {
  const auto model = transformer("llama-3.1-8b");
  const auto a100 = chip("a100-80");
  auto config = llama_8b(8);
  config.precision = Precision::Fp8;
  config.global_batch_size = 127;
  const PlainCollectives times(a100);
  try {
    TrainingStepModel(model, a100, config, times);
    FAIL("not refused");
  } catch (const std::invalid_argument& error) {
    const std::string text = error.what();
    REQUIRE(text.find("use bf16") != text.npos);
    REQUIRE(text.find("nearest: 128") != text.npos);
  }
}

TEST_CASE("training: a slower clock makes the step longer") {
  const auto model = transformer("llama-3.1-8b");
  const auto h100 = chip("h100-sxm");
  const auto full = step_of(model, h100, llama_8b(8)).total;
  const auto slow = step_of(model, at_clock(h100, 0.7), llama_8b(8)).total;
  REQUIRE(slow > full * 1.2);
  REQUIRE(slow < full / 0.7);
}

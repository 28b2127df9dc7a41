// SPDX-License-Identifier: Apache-2.0
// Two-batch overlap: bounds, and runs of steps while the exchange shows.
#include "models/serving/layer_cost.hpp"
#include "models/serving/transformer_step_model.hpp"
#include "tests/catalogue_entries.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

constexpr auto communication = static_cast<std::size_t>(TimePart::Communication);

EngineConfig engine_of(std::int64_t chips, bool overlaps) {
  auto engine = engine_with();
  engine.data_parallel_size = engine.expert_parallel_size = chips;
  engine.quantization = Precision::Fp8;
  engine.max_num_seqs = 256;
  engine.max_num_batched_tokens = 1024;
  engine.enable_two_batch_overlap = overlaps;
  return engine;
}

TransformerStepModel steps_of(const EngineConfig& engine) {
  return {transformer("deepseek-v3"), chip("h800"), engine, Watts(0)};
}

}  // namespace

TEST_CASE("two-batch overlap: never shorter than all compute or all exchange") {
  const auto model = transformer("deepseek-v3");
  const LayerCosts layers(model, chip("h800"), engine_of(64, false));
  const auto overlapped = steps_of(engine_of(64, true));
  const auto plain = steps_of(engine_of(64, false));
  for (const std::uint32_t rows : {2, 16, 64, 256}) {
    const StepShape shape{64 * rows, std::uint64_t{64} * rows * 2000, {}};
    const auto both = overlapped.cost(shape).first;
    const auto whole = plain.cost(shape).first;
    const double exchange = layers.exchange_s(rows);
    const double compute = whole.time().seconds() - whole.time_by_part[communication].seconds();
    INFO(rows << " rows");
    REQUIRE(both.time().seconds() > exchange);
    REQUIRE(both.time().seconds() > compute);
    // At least the first half's first exchange shows.
    REQUIRE(both.time_by_part[communication].seconds() >= exchange / (2 * 58) * 0.999);
  }
  const StepShape full{64 * 256, 64 * 256 * 2000, {}};
  REQUIRE(overlapped.cost(full).first.time() < plain.cost(full).first.time());
}

TEST_CASE("two-batch overlap: one row per rank is not divided") {
  const StepShape shape{64, 64'000, {}};
  REQUIRE(steps_of(engine_of(64, true)).cost(shape).first.time() ==
          steps_of(engine_of(64, false)).cost(shape).first.time());
}

TEST_CASE("two-batch overlap: attention that grows hides more of the exchange") {
  const auto model = steps_of(engine_of(144, true));
  constexpr std::uint32_t sequences = 144 * 192;
  const auto shape_at = [](std::uint64_t context) {
    return StepShape{sequences, std::uint64_t{sequences} * context, {}};
  };
  const auto run = model.cost(shape_at(100));
  REQUIRE(run.steps_valid > 10);
  REQUIRE(run.steps_valid < 10'000);
  REQUIRE(run.growth.time() >= Duration());
  for (const std::int64_t i : {std::int64_t{1}, run.steps_valid / 2, run.steps_valid - 1}) {
    const auto anew = model.cost(shape_at(100 + static_cast<std::uint64_t>(i))).first;
    REQUIRE(anew.time() == run.first.time() + run.growth.time() * i);
    REQUIRE(anew.time_by_part[communication] > Duration());
  }
  // Once all is hidden the context costs its full time.
  const auto hidden = model.cost(shape_at(100 + static_cast<std::uint64_t>(run.steps_valid)));
  REQUIRE(hidden.growth.time() > 2 * run.growth.time());
  REQUIRE(hidden.steps_valid == StepCost::unlimited);
}

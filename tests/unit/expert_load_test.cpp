// SPDX-License-Identifier: Apache-2.0
// The busiest chip of expert parallelism, by direct sums.
#include "models/serving/expert_load.hpp"

#include <cmath>

#include "models/serving/placement.hpp"
#include "tests/catalogue_entries.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

ExpertLoadConfig zipf(double exponent) {
  ExpertLoadConfig load;
  load.model = ExpertLoadModel::Zipf;
  load.exponent = exponent;
  return load;
}

ExpertLoadConfig measured(std::map<std::string, double> shares) {
  ExpertLoadConfig load;
  load.model = ExpertLoadModel::Measured;
  load.shares = std::move(shares);
  return load;
}

}  // namespace

TEST_CASE("expert load: balanced experts load chips evenly, as far as they divide") {
  REQUIRE(busiest_chip({}, 256, 0, 32) == 1);
  REQUIRE(busiest_chip({}, 256, 32, 144) == 1);
  // 3, 3 and 2 experts on three chips.
  REQUIRE(busiest_chip({}, 8, 0, 3) == Approx(3.0 / 8 * 3));
  REQUIRE(experts_per_chip(8, 0, 3) == 3);
  REQUIRE(experts_per_chip(256, 32, 32) == 9);
}

TEST_CASE("expert load: Zipf shares by direct sum") {
  double all = 0;
  double first_eight = 0;
  for (int i = 1; i <= 64; ++i) {
    all += std::pow(i, -0.7);
    first_eight += i <= 8 ? std::pow(i, -0.7) : 0;
  }
  REQUIRE(busiest_chip(zipf(0.7), 64, 0, 8) == Approx(8 * first_eight / all));
  REQUIRE(busiest_chip(zipf(0), 64, 0, 8) == Approx(1));
}

TEST_CASE("expert load: measured shares in the order of the experts") {
  const auto load = measured({{"0", 1}, {"1", 2}, {"2", 3}, {"3", 10}});
  REQUIRE(busiest_chip(load, 4, 0, 2) == Approx(2 * 13.0 / 16));
  REQUIRE(busiest_chip(load, 4, 0, 4) == Approx(4 * 10.0 / 16));
  // Six slots on two chips: expert 3 gets two copies more, 10/3 each. From the heaviest on: chip 0
  // gets 10/3, 10/3 and 1, chip 1 gets 10/3, 3 and 2.
  REQUIRE(busiest_chip(load, 4, 2, 2) == Approx(2 * (25.0 / 3) / 16));
  REQUIRE(contradictions(measured({{"x", 1}, {"01", 1}})).size() == 2);
  REQUIRE(contradictions(measured({})).size() == 1);
}

TEST_CASE("expert load: copies of hot experts relieve the busiest chip") {
  for (const double exponent : {0.3, 0.8, 1.5}) {
    double last = busiest_chip(zipf(exponent), 128, 0, 16);
    for (const std::int64_t copies : {16, 32, 64, 128}) {
      const double now = busiest_chip(zipf(exponent), 128, copies, 16);
      REQUIRE(now >= 1 - 1e-12);
      REQUIRE(now <= 1.01 * last);  // the packing is greedy
      last = now;
    }
  }
}

TEST_CASE("expert load: the engine's own figure goes before the law") {
  auto engine = engine_with();
  const auto model = transformer("deepseek-v3");
  engine.expert_load = zipf(1);
  REQUIRE(engine.busiest_expert_chip(model) == 1);  // not spread
  engine.data_parallel_size = engine.expert_parallel_size = 32;
  REQUIRE(engine.busiest_expert_chip(model) == busiest_chip(zipf(1), 256, 0, 32));
  engine.redundant_experts = 32;
  REQUIRE(engine.busiest_expert_chip(model) == busiest_chip(zipf(1), 256, 32, 32));
  engine.expert_imbalance = 1.2;
  REQUIRE(engine.busiest_expert_chip(model) == 1.2);
}

TEST_CASE("expert load: experts that do not divide, and copies, take room on the fullest chip") {
  const auto model = transformer("deepseek-v3");
  const auto parameters = parameter_count(model);
  auto engine = engine_with();
  engine.quantization = Precision::Fp8;
  engine.max_num_seqs = 128;
  const auto weights = [&](std::int64_t chips, std::int64_t copies) {
    engine.data_parallel_size = engine.expert_parallel_size = chips;
    engine.redundant_experts = copies;
    const auto placement = place(model, chip("h200"), engine);
    REQUIRE(placement.obstacle.empty());
    return placement.weights_per_chip.si();
  };
  // DeepSeek's decode unit: 144 chips, 256 experts and 32 copies are 2 per chip, as 128 chips hold.
  REQUIRE(weights(144, 32) == weights(128, 0));
  REQUIRE(weights(144, 0) == weights(144, 32));
  // Its prefill unit: 9 instead of 8 on each of 32 chips.
  REQUIRE(weights(32, 32) - weights(32, 0) == Approx(parameters.experts / 256));
  engine.expert_load = measured({{"256", 1}});
  REQUIRE(place(model, chip("h200"), engine).obstacle ==
          "expert_load has a share of expert 256, which the model does not have");
}

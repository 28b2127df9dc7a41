// SPDX-License-Identifier: Apache-2.0
#include "models/chip/clock.hpp"

#include <cmath>

#include "models/chip/training_power.hpp"
#include "models/diffusion/render_cost.hpp"
#include "models/serving/transformer_step_model.hpp"
#include "tests/catalogue_entries.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

EngineConfig engine_of(std::int64_t chips) {
  auto engine = engine_with();
  engine.tensor_parallel_size = chips;
  engine.max_num_batched_tokens = 4096;
  engine.max_num_seqs = 256;
  return engine;
}

struct Measured {
  double seconds = 0;
  double watts = 0;  // one chip
  double joules() const { return seconds * watts; }
};

Measured step(const ChipConfig& chip, const StepShape& shape) {
  const TransformerStepModel model(transformer("llama-3.1-70b"), chip, engine_of(8), Watts(0));
  const auto work = model.cost(shape).first;
  const double seconds = work.time().seconds();
  return {seconds, chip.power_idle.si() + work.dynamic_energy_j / seconds / 8};
}

Measured decode(const ChipConfig& chip) { return step(chip, {64, 64 * 4000, {}}); }

Measured prefill(const ChipConfig& chip) {
  const std::vector<PrefillChunk> prompt{{4000, 0, true}};
  StepShape shape;
  shape.prefills = prompt;
  return step(chip, shape);
}

ChipConfig capped(const std::string& id, double watts) {
  auto config = chip(id);
  config.power_limit = Watts(watts);
  return config;
}

}  // namespace

TEST_CASE("clock: power of one kind of work by hand") {
  auto config = chip("h100-sxm");
  config.dvfs = DvfsConfig();
  // At f = 0.8: v = 1 - 0.73 x 0.2 = 0.854; core 0.85 x 0.8 x 0.854^2 + 0.15 x 0.854 = 0.62403.
  // Products: traffic 0.8 of full, so 1 x (0.1 x 0.8 + 0.9 x 0.62403) = 0.64163.
  REQUIRE(level_at(config, {1, 0.1, RateLimit::Core}, 0.8) == Approx(0.64163).epsilon(1e-4));
  // Reading: traffic as before, 0.5 (0.28 + 0.72 x 0.62403) = 0.36465.
  REQUIRE(level_at(config, {0.5, 0.28, RateLimit::Memory}, 0.8) == Approx(0.36465).epsilon(1e-4));
  // Below the knee of the voltage 0.7956 is the floor; below that of the bandwidth traffic falls.
  const double floor = 1 - 0.73 * 0.28;
  const double core = 0.85 * 0.4 * floor * floor + 0.15 * floor;
  REQUIRE(level_at(config, {1, 0.28, RateLimit::Memory}, 0.4) ==
          Approx(0.28 * 0.8 + 0.72 * core).epsilon(1e-9));
  REQUIRE(slowdown(config, RateLimit::Core, 0.8) == Approx(1.25));
  REQUIRE(slowdown(config, RateLimit::Memory, 0.8) == 1);
  REQUIRE(slowdown(config, RateLimit::Memory, 0.4) == Approx(1.25));
  REQUIRE(slowdown(config, RateLimit::Latency, 0.5) == Approx(1.3));
}

TEST_CASE("clock: full clock without a lower limit changes no bit") {
  for (const auto* id : {"a100-80", "h100-sxm", "b200", "gb200", "ascend-910c", "mi250x"}) {
    const auto full = chip(id);
    const auto same = at_clock(full, 1);
    REQUIRE(same.clock == 1);
    REQUIRE(same.peak_bf16 == full.peak_bf16);
    REQUIRE(same.memory_bandwidth == full.memory_bandwidth);
    REQUIRE(by_part(same.power_level) == by_part(full.power_level));
    REQUIRE(same.serving.layer_gap == full.serving.layer_gap);
  }
}

TEST_CASE("clock: slower clocks draw less, take longer, and decode hardly notices") {
  for (const auto* id : {"a100-80", "h100-sxm", "b200"}) {
    const auto full = chip(id);
    const auto fast_decode = decode(full);
    const auto fast_prefill = prefill(full);
    auto last_decode = fast_decode;
    auto last_prefill = fast_prefill;
    for (double clock = 0.95; clock > full.dvfs.clock_min; clock -= 0.05) {
      INFO(id << " at " << clock);
      const auto slow = at_clock(full, clock);
      const auto reads = decode(slow);
      const auto computes = prefill(slow);
      REQUIRE(reads.watts < last_decode.watts);
      REQUIRE(computes.watts < last_prefill.watts);
      REQUIRE(reads.seconds >= last_decode.seconds);
      REQUIRE(computes.seconds > last_prefill.seconds);
      last_decode = reads;
      last_prefill = computes;
    }
    const auto slow = at_clock(full, 0.7);
    REQUIRE(decode(slow).seconds < 1.13 * fast_decode.seconds);
    REQUIRE(prefill(slow).seconds > 1.2 * fast_prefill.seconds);
  }
}

TEST_CASE("clock: energy per token is least below full clock and rises again far below") {
  for (const auto* id : {"a100-80", "h100-sxm", "b200"}) {
    INFO(id);
    const auto full = chip(id);
    const double middle = prefill(at_clock(full, 0.7)).joules();
    REQUIRE(middle < 0.9 * prefill(full).joules());
    REQUIRE(middle < prefill(at_clock(full, 0.25)).joules());
    // Decode: up to 32 % less on H200 (arXiv:2605.11999), flat where the voltage no longer falls.
    const double saved = 1 - decode(at_clock(full, 0.6)).joules() / decode(full).joules();
    REQUIRE(saved > 0.15);
    REQUIRE(saved < 0.4);
  }
}

TEST_CASE("clock: a power limit slows only what would exceed it") {
  const auto full = chip("h100-sxm");
  const auto limited = at_clock(capped("h100-sxm", 600), 1);
  const auto levels = by_part(limited.power_level);
  for (std::size_t i = 0; i < time_part_count; ++i) {
    REQUIRE(70 + levels[i] * 630 <= 600 + 1e-6);
    if (70 + by_part(full.power_level)[i] * 630 <= 600) {
      REQUIRE(levels[i] == by_part(full.power_level)[i]);
    }
  }
  // Products run at the limit, reading of weights is untouched.
  REQUIRE(70 + limited.power_level.matmul * 630 == Approx(600));
  REQUIRE(limited.memory_bandwidth == full.memory_bandwidth);
  REQUIRE(limited.peak_bf16 < full.peak_bf16);
  const auto less = at_clock(capped("h100-sxm", 400), 1);
  REQUIRE(less.peak_bf16 < limited.peak_bf16);
  // Applied once or twice: the same.
  const auto again = at_clock(limited, 1);
  REQUIRE(again.peak_bf16 == limited.peak_bf16);
  REQUIRE(by_part(again.power_level) == levels);
  // The step model does so by itself.
  REQUIRE(prefill(capped("h100-sxm", 600)).seconds == prefill(limited).seconds);
  REQUIRE(prefill(capped("h100-sxm", 600)).watts <= 600);
}

TEST_CASE("clock: performance rises with the power limit, steeply where it is tight") {
  double last = 1e9;
  double gain = 1e9;
  for (double watts = 300; watts <= 700; watts += 50) {
    const double seconds = prefill(capped("h100-sxm", watts)).seconds;
    REQUIRE(seconds <= last * (1 + 1e-12));
    if (last < 1e9 && watts >= 400) {  // where the voltage moves a watt buys less and less
      REQUIRE(1 / seconds - 1 / last <= gain * (1 + 1e-9));
      gain = 1 / seconds - 1 / last;
    }
    last = seconds;
  }
  REQUIRE(prefill(capped("h100-sxm", 700)).seconds == prefill(chip("h100-sxm")).seconds);
}

TEST_CASE("clock: contradictory limits are refused with the nearest fix") {
  auto high = capped("h100-sxm", 750);
  REQUIRE_THROWS_WITH(at_clock(high, 1), Catch::Contains("power_limit 750 W is above power_rated "
                                                         "700 W; at most 700 W"));
  REQUIRE(power_problems(capped("h100-sxm", 100)).front().find("at least") != std::string::npos);
  auto idle = chip("h100-sxm");
  idle.power_idle = Watts(800);
  REQUIRE_FALSE(power_problems(idle).empty());
  for (const auto* id :
       {"a100-80", "h100-sxm", "h800", "h20", "h200", "b200", "gb200", "ascend-910b2",
        "ascend-910c", "mi250x", "tpu-v4", "tpu-v5p", "trn2", "ascend-950dt", "thead-m890"}) {
    REQUIRE(power_problems(chip(id)).empty());
  }
  // Without a data sheet's figure the limit is one.
  auto bare = capped("h100-sxm", 500);
  bare.power_rated.reset();
  REQUIRE(at_clock(bare, 1).peak_bf16 == bare.peak_bf16);
}

TEST_CASE("clock: levels ascend to full clock, in power too") {
  for (const auto* id : {"a100-80", "h100-sxm", "b200", "gb200"}) {
    const auto levels = clock_levels(chip(id));
    REQUIRE(levels.size() == 17);  // 0.2, 0.25 ... 1
    REQUIRE(levels.front().clock == Approx(0.2));
    REQUIRE(levels.back().clock == 1);
    REQUIRE(levels.back().dynamic_power == 1);
    for (std::size_t i = 1; i < levels.size(); ++i) {
      REQUIRE(levels[i - 1].clock < levels[i].clock);
      REQUIRE(levels[i - 1].dynamic_power < levels[i].dynamic_power);
    }
  }
  auto fixed = chip("h100-sxm");
  fixed.dvfs.clock_min = 1;
  REQUIRE(clock_levels(fixed).size() == 1);
}

TEST_CASE("clock: images and video slow down and save the same way") {
  auto engine = diffusion_engine();
  const auto model = diffusion_model("flux.1-dev");
  const GenerationShape shape{1024, 1024, 1, 0, 1};
  const auto full = chip("h100-sxm");
  const RenderCost at_full(model, full, engine, Watts(0));
  const RenderCost at_limit(model, capped("h100-sxm", 500), engine, Watts(0));
  const RenderCost at_low(model, at_clock(full, 0.7), engine, Watts(0));
  const auto base = at_full.cost(shape, 1);
  const double seconds = base.time().seconds();
  for (const auto* slower : {&at_limit, &at_low}) {
    const auto work = slower->cost(shape, 1);
    REQUIRE(work.time().seconds() > 1.05 * seconds);
    REQUIRE(work.time().seconds() < 1.5 * seconds);
    REQUIRE(work.dynamic_energy_j < base.dynamic_energy_j);
  }
  const auto limited = at_limit.cost(shape, 1);
  REQUIRE(limited.dynamic_energy_j / limited.time().seconds() <= 430 * (1 + 1e-9));
}

TEST_CASE("training power: phases by hand") {
  const auto h100 = chip("h100-sxm");
  // An MFU of 0.4 at 0.7986 of the peak: 0.501 of the time in products.
  const auto phases = training_phases(h100, Precision::Bf16, 0.4, 0.1);
  REQUIRE(phases.compute == Approx(0.4 / 0.7986));
  REQUIRE(phases.compute + phases.communication + phases.memory == Approx(1));
  const auto& level = h100.power_level;
  REQUIRE(training_power(h100, phases).si() ==
          Approx(70 + 630 * (phases.compute * level.matmul + 0.1 * level.communication +
                             phases.memory * level.weights)));
  REQUIRE(training_power(at_clock(h100, 0.8), phases) < training_power(h100, phases));
  REQUIRE_THROWS_WITH(training_phases(h100, Precision::Bf16, 0.75, 0.1),
                      Catch::Contains("together at most 1"));
  REQUIRE_THROWS_WITH(training_phases(chip("a100-80"), Precision::Fp8, 0.3, 0),
                      Catch::Contains("no fp8 products"));
}

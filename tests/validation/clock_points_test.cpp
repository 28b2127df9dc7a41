// SPDX-License-Identifier: Apache-2.0
// Clocks and power limits against published points. Only the voltage slope was taken from one of
// them (GA100); nothing else of DvfsConfig is fitted.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "models/chip/clock.hpp"
#include "models/serving/transformer_step_model.hpp"
#include "tests/catalogue_entries.hpp"

#undef CHECK
#include <catch2/catch.hpp>

using namespace tokenfab;

namespace {

struct Step {
  double seconds = 0;
  double watts = 0;
};

/// Llama-3.1-70B on eight chips.
Step step(const ChipConfig& chip, const StepShape& shape) {
  auto engine = testing::engine_with();
  engine.tensor_parallel_size = 8;
  engine.max_num_batched_tokens = 4'096;
  const TransformerStepModel model(testing::transformer("llama-3.1-70b"), chip, engine, Watts(0));
  const auto work = model.cost(shape).first;
  const double seconds = work.time().seconds();
  return {seconds, chip.power_idle.si() + work.dynamic_energy_j / seconds / 8};
}

Step decode(const ChipConfig& chip) { return step(chip, {16, 16 * 1'000, {}}); }

Step prefill(const ChipConfig& chip) {
  const std::array<PrefillChunk, 1> prompt{{{2'048, 0, true}}};
  StepShape shape;
  shape.prefills = prompt;
  return step(chip, shape);
}

void print(const char* what, const char* published, const std::string& simulated) {
  fmt::print("{:<54} {:<28} {}\n", what, published, simulated);
}

/// Clock of least energy of a step among the levels.
template <class Run>
double best_clock(const ChipConfig& chip, const Run& run) {
  double best = 1;
  double least = 1e300;
  for (const auto& level : clock_levels(chip)) {
    const auto at = run(at_clock(chip, level.clock));
    if (at.seconds * at.watts < least) {
      least = at.seconds * at.watts;
      best = level.clock;
    }
  }
  return best;
}

}  // namespace

TEST_CASE("Clocks and power limits against published points") {
  const auto a100 = testing::chip("a100-80");
  const auto h200 = testing::chip("h200");
  fmt::print("{:<54} {:<28} simulated\n", "what", "published");

  const auto h200_full = decode(h200);
  double saved = 0;
  for (const auto& level : clock_levels(h200)) {
    const auto slow = decode(at_clock(h200, level.clock));
    if (slow.seconds < 1.1 * h200_full.seconds) {
      saved =
          std::max(saved, 1 - slow.seconds * slow.watts / (h200_full.seconds * h200_full.watts));
    }
  }
  print("H200 decode energy saved at < 10 % slower", "up to 32 % (2605.11999)",
        fmt::format("{:.0f} %", 100 * saved));
  REQUIRE(saved > 0.15);
  REQUIRE(saved < 0.35);

  const double least = best_clock(a100, prefill);
  print("A100 clock of least energy, of full clock", "about 0.71 (Voltana)",
        fmt::format("{:.2f} (prefill)", least));
  REQUIRE(std::abs(least - 0.71) < 0.1);

  // 250 to 175 W on LLaMA-65B: 23 % less energy, 6.7 % more time (Samsi et al.,
  // arXiv:2310.03003), on an A100 of 250 W: here 70 % of what a mixed step draws.
  auto limited = a100;
  limited.power_limit = Watts(0.7 * a100.power_limit.si());
  const auto base_decode = decode(a100);
  const auto low_decode = decode(limited);
  const auto base_prefill = prefill(a100);
  const auto low_prefill = prefill(limited);
  const double time = (0.9 * low_decode.seconds / base_decode.seconds +
                       0.1 * low_prefill.seconds / base_prefill.seconds);
  print("A100 limited to 70 %: time, a tenth of it prefill", "1.067 (2310.03003)",
        fmt::format("{:.3f}", time));
  REQUIRE(std::abs(time - 1.067) < 0.1);

  // GA100 at 1,350 of 1,410 MHz, and with the voltage of 1,050 MHz there (cmp170hx wiki).
  const auto volts = [&](double mhz) {
    return 1 - a100.dvfs.voltage_slope * (1 - std::max(mhz / 1'410, a100.dvfs.voltage_knee));
  };
  const double ratio = volts(1'050) / volts(1'350);
  const double watts = 30 + (174.6 - 30) * ratio * ratio;
  print("GA100 with 300 MHz less voltage (fitted)", "132.0 W of 174.6",
        fmt::format("{:.1f} W", watts));
  REQUIRE(watts == Approx(132.0).epsilon(0.05));
}

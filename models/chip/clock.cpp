// SPDX-License-Identifier: Apache-2.0
#include "models/chip/clock.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "sim/core/check.hpp"

namespace tokenfab {
namespace {

constexpr std::size_t index_of(TimePart part) { return static_cast<std::size_t>(part); }

/// Clock of every part: the one asked for, or lower where that would exceed the power limit.
PartNumbers part_clocks(const ChipConfig& chip, double clock) {
  PartNumbers clocks{};
  for (std::size_t i = 0; i < time_part_count; ++i) {
    const auto work = work_power(chip, static_cast<TimePart>(i));
    clocks[i] = std::min(clock, clock_under(chip, work, chip.power_limit));
  }
  return clocks;
}

/// Rates and latencies of kernels; `of` gives the slowdown of a part.
template <class Slowdown>
void slow_kernels(ChipConfig& chip, const PartNumbers& clocks, const Slowdown& of) {
  const double core = clocks[index_of(TimePart::Matmul)];
  const double attention = clocks[index_of(TimePart::Attention)];
  const double latency = of(TimePart::Overhead, RateLimit::Latency);
  const double memory = of(TimePart::Weights, RateLimit::Memory);
  const auto scale = [](std::optional<FlopPerSecond>& peak, double factor) {
    if (peak) {
      peak = *peak * factor;
    }
  };
  chip.peak_bf16 = chip.peak_bf16 * core;
  scale(chip.peak_fp8, core);
  scale(chip.peak_int8, core);
  scale(chip.peak_fp4, core);
  chip.memory_bandwidth = chip.memory_bandwidth / memory;
  for (auto& [precision, fit] : chip.matmul) {
    fit.launch = fit.launch * latency;
    fit.per_k = fit.per_k / core;
    // Quantization kernels move bytes.
    fit.quantize_row = fit.quantize_row * memory;
    fit.quantize_element = fit.quantize_element * memory;
  }
  for (auto& [format, fit] : chip.moe) {
    fit.launch = fit.launch * latency;
  }
  for (auto& [precision, fit] : chip.attention) {
    fit.decode_launch = fit.decode_launch * latency;
    fit.prefill_launch = fit.prefill_launch * latency;
    fit.decode_per_sequence_head = fit.decode_per_sequence_head * latency;
    fit.prefill_compute_efficiency *= attention / core;
    fit.prefill_io_efficiency *= memory / of(TimePart::Attention, RateLimit::Memory);
    fit.decode_memory_efficiency *= memory / of(TimePart::KvCache, RateLimit::Memory);
  }
  const double exchange = of(TimePart::Communication, RateLimit::Latency);
  for (auto& [size, fit] : chip.all_reduce.latency) {
    fit.one_shot = fit.one_shot * exchange;
    fit.two_shot = fit.two_shot * exchange;
  }
  auto& library = chip.collectives;
  for (auto* latency_part :
       {&library.exchange_launch, &library.in_network_latency, &library.scale_up.launch,
        &library.scale_up.step, &library.scale_up.small_step}) {
    *latency_part = *latency_part * exchange;
  }
  chip.expert_exchange.latency = chip.expert_exchange.latency * exchange;
  chip.serving.layer_gap = chip.serving.layer_gap * latency;
  chip.serving.small_kernel_efficiency *= memory / of(TimePart::Overhead, RateLimit::Memory);
}

void set_levels(PowerLevels& levels, const PartNumbers& values) {
  levels = {values[0], values[1], values[2], values[3], values[4], values[5], values[6]};
}

}  // namespace

WorkPower work_power(const ChipConfig& chip, TimePart part) {
  constexpr std::array<RateLimit, time_part_count> limits{
      RateLimit::Memory,  RateLimit::Memory,  RateLimit::Core, RateLimit::Core,
      RateLimit::Latency, RateLimit::Latency, RateLimit::Other};
  const auto i = index_of(part);
  return {by_part(chip.power_level)[i], by_part(chip.dvfs.memory_share)[i], limits[i]};
}

double slowdown(const ChipConfig& chip, RateLimit limit, double clock) {
  switch (limit) {
    case RateLimit::Core:
      return 1 / clock;
    case RateLimit::Memory:
      return std::max(1.0, chip.dvfs.bandwidth_knee / clock);
    case RateLimit::Latency:
      return 1 + chip.dvfs.latency_share * (1 / clock - 1);
    case RateLimit::Other:
      return 1;
  }
  return 1;
}

double level_at(const ChipConfig& chip, const WorkPower& work, double clock) {
  const auto& dvfs = chip.dvfs;
  const double voltage = 1 - dvfs.voltage_slope * (1 - std::max(clock, dvfs.voltage_knee));
  const double core =
      (1 - dvfs.leakage_share) * clock * voltage * voltage + dvfs.leakage_share * voltage;
  const double rate = 1 / slowdown(chip, work.limit, clock);
  return work.level * (work.memory_share * rate + (1 - work.memory_share) * core);
}

double clock_under(const ChipConfig& chip, const WorkPower& work, Watts limit) {
  constexpr double rounding = 1 + 1e-12;
  const double allowed = (limit - chip.power_idle) / chip.power_span();
  if (level_at(chip, work, 1) <= allowed * rounding) {
    return 1;
  }
  // Monotone in the clock; the lower end stays on the allowed side.
  constexpr int halvings = 50;  // beyond the precision of a double
  double low = chip.dvfs.clock_min;
  double high = 1;
  for (int i = 0; i < halvings; ++i) {
    const double middle = (low + high) / 2;
    (level_at(chip, work, middle) <= allowed ? low : high) = middle;
  }
  return low;
}

ChipConfig at_clock(const ChipConfig& chip, double clock) {
  CHECK(clock > 0 && clock <= 1 && (chip.clock == 1 || clock == 1), "clock {} of a chip at {}",
        clock, chip.clock);
  if (const auto problems = power_problems(chip); !problems.empty()) {
    throw std::invalid_argument(chip.name + ": " + problems.front());
  }
  const auto clocks = part_clocks(chip, clock);
  if (std::all_of(clocks.begin(), clocks.end(), [](double part) { return part == 1; })) {
    return chip;
  }
  ChipConfig slower = chip;
  slower.clock = std::min(chip.clock, clock);
  PartNumbers levels{};
  for (std::size_t i = 0; i < time_part_count; ++i) {
    levels[i] = level_at(chip, work_power(chip, static_cast<TimePart>(i)), clocks[i]);
  }
  set_levels(slower.power_level, levels);
  slow_kernels(slower, clocks, [&](TimePart part, RateLimit limit) {
    return slowdown(chip, limit, clocks[index_of(part)]);
  });
  return slower;
}

std::vector<ClockLevel> clock_levels(const ChipConfig& chip) {
  constexpr PartNumbers mix{0.5, 0.2, 0.2, 0, 0.05, 0.05, 0};
  const auto mean_level = [&](double clock) {
    const auto clocks = part_clocks(chip, clock);
    double energy = 0;
    double time = 0;
    for (std::size_t i = 0; i < time_part_count; ++i) {
      const auto work = work_power(chip, static_cast<TimePart>(i));
      const double lasts = mix[i] * slowdown(chip, work.limit, clocks[i]);
      energy += lasts * level_at(chip, work, clocks[i]);
      time += lasts;
    }
    return energy / time;
  };
  const double full = mean_level(1);
  // A step back per level from 1, so that 1 is met exactly.
  const auto steps = std::floor((1 - chip.dvfs.clock_min) / chip.dvfs.clock_step + 1e-9);
  std::vector<ClockLevel> levels;
  for (auto i = static_cast<int>(steps); i > 0; --i) {
    const double clock = 1 - i * chip.dvfs.clock_step;
    levels.push_back({clock, full > 0 ? mean_level(clock) / full : 1});
  }
  levels.push_back({1, 1});
  return levels;
}

std::vector<std::string> power_problems(const ChipConfig& chip) {
  std::vector<std::string> problems;
  const double limit = chip.power_limit.si();
  const double rated = chip.rated_power().si();
  const double idle = chip.power_idle.si();
  if (limit > rated) {
    problems.push_back(
        fmt::format("power_limit {:.0f} W is above power_rated {:.0f} W; at most "
                    "{:.0f} W",
                    limit, rated, rated));
  }
  if (idle >= rated) {
    problems.push_back(
        fmt::format("power_idle {:.0f} W is not below power_rated {:.0f} W", idle, rated));
    return problems;
  }
  double least = idle;
  for (std::size_t i = 0; i < time_part_count; ++i) {
    const double level =
        level_at(chip, work_power(chip, static_cast<TimePart>(i)), chip.dvfs.clock_min);
    least = std::max(least, idle + level * (rated - idle));
  }
  if (limit < least) {
    problems.push_back(
        fmt::format("power_limit {:.0f} W is below the {:.0f} W that the chip draws "
                    "at its lowest clock ({} of full clock); at least {:.0f} W",
                    limit, std::ceil(least), chip.dvfs.clock_min, std::ceil(least)));
  }
  return problems;
}

}  // namespace tokenfab

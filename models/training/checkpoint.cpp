// SPDX-License-Identifier: Apache-2.0
#include "models/training/checkpoint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace tokenfab {

void RestartConfig::describe(Describe<RestartConfig>& d) {
  using C = RestartConfig;
  d.field("detection", &C::detection, "From a loss until it is known and its node found")
      .range(0, 1e6)
      .source(
          "ByteRobust (SOSP 2025): 2 to 60 s by inspection, 30 s for a NIC; collective time-outs "
          "alone take 10 to 30 min");
  d.field("scheduling", &C::scheduling, "Until the job has its new set of nodes")
      .range(0, 1e6)
      .source("Estimate: a hot spare is swapped in within a minute");
  d.field("process_start", &C::process_start, "Start of processes, communicators, data loaders")
      .range(0, 1e6)
      .source("Estimate: a few minutes at 10,000 chips");
}

void CheckpointConfig::describe(Describe<CheckpointConfig>& d) {
  using C = CheckpointConfig;
  d.choice("policy", &C::policy, {"none", "fixed", "young", "daly"},
           "How the interval is chosen: none are written, as given, or by formula");
  d.field("interval", &C::interval, "Work between two checkpoints, with policy fixed")
      .range(1e-3, 1e9);
  d.choice("mode", &C::mode, {"sync", "async", "in_memory"},
           "Whether the job waits for the write, for the copy to host memory, or copies to the "
           "memory of other nodes");
  d.field("bytes_per_parameter", &C::bytes_per_parameter,
          "Of weights and optimizer in a checkpoint")
      .range(0.1, 64)
      .source(
          "ZeRO (Rajbhandari et al. 2020, section 3.1): 2 B weight, 12 B master weight and Adam "
          "moments; gradients are not kept");
  d.field("size", &C::size, "Of a checkpoint; absent: parameters x bytes_per_parameter")
      .range(1, 1e18);
  d.field("snapshot_bandwidth", &C::snapshot_bandwidth, "From a chip to host memory")
      .range(1e6, 1e13)
      .source("Estimate: 40 % of PCIe 5.0 x16 (64 GB/s), as for pageable host memory");
  d.field("peer_bandwidth", &C::peer_bandwidth,
          "Of a chip to another node's memory, in_memory only")
      .range(1e6, 1e13)
      .source("Estimate: half of a 400 Gb/s port, beside the traffic of training");
  d.field("durable_every", &C::durable_every, "Copies in memory for one in storage, in_memory only")
      .range(1, 1e9)
      .source("Estimate: GEMINI (SOSP 2023) copies every step and writes every few hours");
  d.field("silent_error_latency", &C::silent_error_latency,
          "Until silent corruption shows: no shorter interval than this is chosen")
      .range(0, 1e9);
  d.object("restart", &C::restart, "Parts of a restart");
}

std::vector<std::string> contradictions(const CheckpointConfig& config) {
  std::vector<std::string> found;
  const bool is_fixed = config.policy == CheckpointPolicy::Fixed;
  if (is_fixed && !config.interval) {
    found.emplace_back("checkpoint: policy fixed needs an interval: give one, or use young");
  }
  if (!is_fixed && config.interval) {
    found.push_back(
        fmt::format("checkpoint.interval ({:g} s) counts with policy fixed only: set that, or "
                    "leave the interval out",
                    config.interval->si()));
  }
  if (is_fixed && config.interval && *config.interval < config.silent_error_latency) {
    found.push_back(fmt::format(
        "checkpoint.interval ({:g} s) is below silent_error_latency ({:g} s), so that the one "
        "checkpoint kept may be corrupt: raise it to {:g} s",
        config.interval->si(), config.silent_error_latency.si(), config.silent_error_latency.si()));
  }
  return found;
}

Bytes checkpoint_size(const CheckpointConfig& config, double parameters) {
  return config.size.value_or(parameters * config.bytes_per_parameter);
}

CheckpointTimes checkpoint_times(const CheckpointConfig& config, Bytes size, std::int64_t chips) {
  CheckpointTimes times;
  times.mode = config.mode;
  if (config.mode == CheckpointMode::Sync) {
    return times;
  }
  auto bandwidth = config.snapshot_bandwidth;
  if (config.mode == CheckpointMode::InMemory) {
    bandwidth = std::min(bandwidth, config.peer_bandwidth);
    times.durable_every = config.durable_every;
  }
  const Seconds copy = size / (static_cast<double>(chips) * bandwidth);
  times.snapshot = Duration::from_seconds(copy.si());
  return times;
}

Seconds restart_time(const CheckpointConfig& config, Bytes size, BytesPerSecond load_bandwidth) {
  return config.restart.before_load() + size / load_bandwidth;
}

Seconds young_interval(Seconds cost, Seconds mtbf) {
  return Seconds(std::sqrt(2 * cost.si() * mtbf.si()));
}

Seconds daly_interval(Seconds cost, Seconds mtbf) {
  const double ratio = cost / (2 * mtbf);
  if (ratio >= 1) {
    return mtbf;
  }
  return young_interval(cost, mtbf) * (1 + std::sqrt(ratio) / 3 + ratio / 9) - cost;
}

CheckpointCost checkpoint_cost(const CheckpointTimes& times, Seconds write) {
  const bool is_sync = times.mode == CheckpointMode::Sync;
  return {is_sync ? write : Seconds(times.snapshot.seconds()), write};
}

std::optional<Seconds> checkpoint_interval(const CheckpointConfig& config,
                                           const CheckpointCost& cost, double stops_per_s) {
  if (config.policy == CheckpointPolicy::None) {
    return std::nullopt;
  }
  if (config.policy == CheckpointPolicy::Fixed) {
    return config.interval;
  }
  if (stops_per_s <= 0) {
    return std::nullopt;
  }
  const Seconds mtbf(1 / stops_per_s);
  const auto best = config.policy == CheckpointPolicy::Young ? young_interval(cost.held_up, mtbf)
                                                             : daly_interval(cost.held_up, mtbf);
  Seconds least = config.silent_error_latency;
  if (config.mode == CheckpointMode::Async) {
    least = std::max(least, cost.write);
  } else if (config.mode == CheckpointMode::InMemory) {
    least = std::max(least, cost.write / static_cast<double>(config.durable_every));
  }
  return std::max(best, least);
}

std::optional<std::int64_t> checkpoint_interval_steps(const CheckpointConfig& config,
                                                      const CheckpointCost& cost,
                                                      double stops_per_s, Duration step) {
  const auto interval = checkpoint_interval(config, cost, stops_per_s);
  if (!interval) {
    return std::nullopt;
  }
  constexpr double steps_max = 1e15;  // beyond any run
  // Up, so that a write that fits the interval fits the steps too.
  const double steps = std::ceil(interval->si() / step.seconds());
  return static_cast<std::int64_t>(std::clamp(steps, 1.0, steps_max));
}

double expected_ettr(double stops_per_s, Seconds restart, Seconds interval, Seconds cost) {
  const double lost = stops_per_s * (restart.si() + interval.si() / 2);
  return std::max(0.0, 1 - lost) / (1 + cost / interval);
}

double exact_ettr(double stops_per_s, Seconds restart, Seconds interval, Seconds cost) {
  if (stops_per_s <= 0) {
    return interval / (interval + cost);
  }
  const double mtbf_s = 1 / stops_per_s;
  const double all_s =
      mtbf_s * std::exp(restart.si() / mtbf_s) * std::expm1((interval + cost).si() / mtbf_s);
  return interval.si() / all_s;
}

}  // namespace tokenfab

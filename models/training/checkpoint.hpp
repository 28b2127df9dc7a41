// SPDX-License-Identifier: Apache-2.0
// Checkpoints of a training job: how often, how, and what they and a restart cost.
// Left out: incremental and compressed checkpoints, re-sharding that computes, verification.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/api/field.hpp"
#include "sim/core/instant.hpp"

namespace tokenfab {

enum class CheckpointMode {
  Sync,     // the job stands still until the last byte is written
  Async,    // it stands still for the copy to host memory, the write goes on beside it
  InMemory  // the copy to another node's memory is what counts; storage is written now and then
};

enum class CheckpointPolicy { None, Fixed, Young, Daly };

/// How long the parts take that no flow decides.
struct CheckpointTimes {
  CheckpointMode mode = CheckpointMode::Async;
  Duration snapshot;               // standing still for the copy to host memory (async, in memory)
  std::int64_t durable_every = 1;  // in memory: every so many copies one goes to storage too
};

/// From a loss until the first step, the load of the checkpoint apart: that depends on the storage.
struct RestartConfig {
  Seconds detection{30};
  Seconds scheduling{60};
  Seconds process_start{180};
  static void describe(Describe<RestartConfig>& d);
  Seconds before_load() const { return detection + scheduling + process_start; }
};

struct CheckpointConfig {
  CheckpointPolicy policy = CheckpointPolicy::Young;
  std::optional<Seconds> interval;
  CheckpointMode mode = CheckpointMode::Async;
  Bytes bytes_per_parameter{14};
  std::optional<Bytes> size;
  BytesPerSecond snapshot_bandwidth{25e9};
  BytesPerSecond peer_bandwidth{25e9};
  std::int64_t durable_every = 10;
  Seconds silent_error_latency;
  RestartConfig restart;
  static void describe(Describe<CheckpointConfig>& d);
};

/// What contradicts itself, each with the nearest fix.
std::vector<std::string> contradictions(const CheckpointConfig& config);

/// Of all that a restart needs.
Bytes checkpoint_size(const CheckpointConfig& config, double parameters);

/// Every chip copies its share of `size` at the same time; a copy in memory streams on to the other
/// node, so the slower of the two bandwidths counts.
CheckpointTimes checkpoint_times(const CheckpointConfig& config, Bytes size, std::int64_t chips);

/// The time from a loss to the first step where `load_bandwidth` is what the job gets from storage
/// (or, for copies in memory, from the other nodes: chips x peer_bandwidth).
Seconds restart_time(const CheckpointConfig& config, Bytes size, BytesPerSecond load_bandwidth);

/// Work between checkpoints that wastes least, to first order: sqrt(2 C M), with the time C that a
/// checkpoint holds up the job and the mean time M between its interruptions. J. W. Young, "A first
/// order approximation to the optimum checkpoint interval", Comm. ACM 17 (1974) 530-531.
Seconds young_interval(Seconds cost, Seconds mtbf);

/// The same to higher order: sqrt(2 C M) (1 + sqrt(C / 2M) / 3 + C / 18M) - C, and M where C >= 2M.
/// J. T. Daly, "A higher order estimate of the optimum checkpoint interval for restart dumps",
/// Future Generation Computer Systems 22 (2006) 303-312.
Seconds daly_interval(Seconds cost, Seconds mtbf);

struct CheckpointCost {
  Seconds held_up;  // the job stands still
  Seconds write;    // to storage
};

/// Where the storage takes `write` for one.
CheckpointCost checkpoint_cost(const CheckpointTimes& times, Seconds write);

/// The interval that the policy chooses, none if no checkpoint is worth writing; `stops_per_s`:
/// interruptions to expect. By formula it is never so short that a checkpoint would wait for the
/// write before. Where silent errors show late, the one checkpoint kept has to be from before the
/// error, so the interval is their latency at least (G. Aupy et al., "On the combination of silent
/// error detection and checkpointing", PRDC 2013: k checkpoints kept have to span the latency).
std::optional<Seconds> checkpoint_interval(const CheckpointConfig& config,
                                           const CheckpointCost& cost, double stops_per_s);

/// The same in whole steps of `step`, rounded up.
std::optional<std::int64_t> checkpoint_interval_steps(const CheckpointConfig& config,
                                                      const CheckpointCost& cost,
                                                      double stops_per_s, Duration step);

/// Expected effective training time ratio, useful over all time: with `interval` D of work between
/// checkpoints that cost w, restarts u0 and r interruptions a second,
/// (1 - r (u0 + D / 2)) / (1 + w / D). A. Kokolis et al., "Revisiting reliability in large-scale
/// machine learning research clusters", HPCA 2025 (arXiv 2410.21680), section III. To first order
/// in r (u0 + D): not below 0.
double expected_ettr(double stops_per_s, Seconds restart, Seconds interval, Seconds cost);

/// The same exactly for stops that come as a Poisson process, also during checkpoints and restarts:
/// D of work and its checkpoint take M e^(u0/M) (e^((D + w)/M) - 1) on average (Daly 2006, the
/// complete cost function).
double exact_ettr(double stops_per_s, Seconds restart, Seconds interval, Seconds cost);

}  // namespace tokenfab

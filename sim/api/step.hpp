// SPDX-License-Identifier: Apache-2.0
// What one engine step of a serving replica processes and what it costs. A step cost is linear in
// the decoded context, so that k decode steps are one event (docs/architecture.md, "Time").
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>

#include "sim/core/instant.hpp"

namespace tokenfab {

/// Where the time of a step goes. Weights and KvCache are memory-bound reading, Matmul and
/// Attention are compute-bound arithmetic; Sampling grows with the sequences that get a token.
enum class TimePart : std::uint8_t {
  Weights,
  KvCache,
  Matmul,
  Attention,
  Communication,
  Overhead,
  Sampling
};
inline constexpr std::size_t time_part_count = 7;

/// Consecutive tokens of one prompt processed in a step.
struct PrefillChunk {
  std::uint32_t tokens = 0;          // of this chunk, >= 1
  std::uint32_t context_before = 0;  // tokens of the same request already in the KV cache
  bool is_last = true;               // the prompt is complete after it, so one token is sampled
};

/// The batch of one step.
struct StepShape {
  std::uint32_t decode_sequences = 0;
  std::uint64_t decode_context_tokens = 0;  // attended by all decodes together, new tokens included
  std::span<const PrefillChunk> prefills;
  // For models some of whose layers attend to at most StepModel::context_cap() tokens:
  std::uint64_t decode_capped_tokens = 0;      // attended by all decodes in those layers
  std::uint32_t decode_growing_sequences = 0;  // whose capped context grows in further steps ...
  std::int64_t even_growth_steps = 0;          // ... all of them for so many steps
  // With speculative decoding, whose steps gain a mean number of tokens that is not whole: what
  // each growing context is ahead of its whole tokens, in DecodeRate units.
  std::uint32_t decode_phase = 0;
};

/// How a decode step moves a sequence on. Speculative decoding verifies several rows per sequence
/// and gains their expected number of accepted tokens plus one.
struct DecodeRate {
  static constexpr std::uint32_t unit = 1024;  // of tokens_per_step
  std::uint32_t rows_per_sequence = 1;         // of the step's token budget
  std::uint32_t tokens_per_step = unit;        // mean gain, in 1/unit tokens; >= unit
  bool is_plain() const { return tokens_per_step == unit; }
};

/// Time by part, energy above idle of the whole replica, arithmetic and memory traffic summed over
/// its chips.
struct StepWork {
  std::array<Duration, time_part_count> time_by_part{};
  double dynamic_energy_j = 0;
  double flop = 0;
  double memory_bytes = 0;

  Duration time() const {
    Duration sum;
    for (const auto part : time_by_part) {
      sum += part;
    }
    return sum;
  }

  /// Adds `times` x `other`.
  void add(const StepWork& other, std::int64_t times) {
    for (std::size_t i = 0; i < time_part_count; ++i) {
      time_by_part[i] += other.time_by_part[i] * times;
    }
    const auto factor = static_cast<double>(times);
    dynamic_energy_j += other.dynamic_energy_j * factor;
    flop += other.flop * factor;
    memory_bytes += other.memory_bytes * factor;
  }
};

/// Step i (from 0) of a run of decode steps costs first + i x growth, for `steps_valid` steps at
/// most. A step with prefills is valid for one step.
struct StepCost {
  StepWork first;
  StepWork growth;
  std::int64_t steps_valid = 1;

  static constexpr std::int64_t unlimited = std::numeric_limits<std::int64_t>::max();
};

/// Cost function of a step on one replica: const, stateless.
/// Post: time > 0, growth >= 0, dynamic energy >= 0.
class StepModel {
 public:
  virtual ~StepModel() = default;
  virtual StepCost cost(const StepShape& shape) const = 0;
  /// The most tokens that windowed or sparse layers attend to, if there are such layers.
  virtual std::optional<std::uint32_t> context_cap() const { return std::nullopt; }
  virtual DecodeRate decode_rate() const { return {}; }
};

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// How many replicas a pool should run. A decider, asked at a fixed interval; between two calls its
// decision holds.
#pragma once

#include <cstdint>

#include "sim/core/instant.hpp"
#include "sim/core/units.hpp"

namespace tokenfab {

/// A pool as its operator's metrics show it at `now`.
struct PoolLoad {
  Instant now;
  std::uint32_t ready = 0;     // replicas that take requests
  std::uint32_t starting = 0;  // replicas that load their weights
  std::uint64_t waiting = 0;  // requests in no batch yet, those held back for want of a replica too
  std::uint64_t running = 0;
  std::uint64_t sequence_slots = 0;  // max_num_seqs of all ready replicas
  double kv_utilization = 0;         // mean over the ready replicas, 0 to 1
  std::uint64_t arrivals = 0;        // routed to the pool, or held back, since the last call
  std::uint64_t completions = 0;     // since the last call
};

/// What bounds the decision.
struct PoolBounds {
  std::uint32_t replicas_min = 0;  // 0: the pool may scale to zero
  std::uint32_t replicas_max = 1;
};

class Autoscaler {
 public:
  virtual ~Autoscaler() = default;
  /// Time between two calls; > 0.
  virtual Seconds interval() const = 0;
  /// Ready and starting replicas wanted. The caller keeps it within the bounds.
  virtual std::uint32_t desired(const PoolLoad& load, const PoolBounds& bounds) = 0;
};

}  // namespace tokenfab

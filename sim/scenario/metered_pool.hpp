// SPDX-License-Identifier: Apache-2.0
// A pool as the site's plant and the run's ledgers see it, whatever its replicas serve.
#pragma once

#include <cstdint>

#include "sim/metrics/result.hpp"
#include "sim/scenario/loader.hpp"

namespace tokenfab {

class MeteredPool {
 public:
  virtual ~MeteredPool() = default;
  virtual const PoolPlan& plan() const = 0;
  virtual std::uint32_t site() const = 0;
  /// Energy above idle since the last call, summed in replica order.
  virtual double harvest_energy_j(Instant now) = 0;
  /// Output tokens since the last call.
  virtual std::uint64_t harvest_tokens(Instant now) = 0;
  virtual std::uint64_t tokens_so_far() const = 0;
  virtual bool any_busy() const = 0;
  virtual std::uint32_t ready_replicas() const = 0;
  /// Chips x time that replicas have held them.
  virtual double active_chip_seconds(Instant now) const = 0;
  virtual std::uint64_t waiting() const = 0;
  virtual std::uint64_t running() const = 0;
  virtual void stop_at(Instant now) = 0;
  virtual PoolResult& close() = 0;
  virtual PoolResult& result() = 0;
};

/// CHECKs that the meter read what the work counted. `was_cut`: the horizon or a failure ended work
/// early, which is metered and not counted.
void check_metered_energy(const PoolResult& pool, double metered_j, bool was_cut);

}  // namespace tokenfab

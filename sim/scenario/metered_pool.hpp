// SPDX-License-Identifier: Apache-2.0
// A pool as the site's plant and the run's ledgers see it, whatever its replicas serve.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "sim/metrics/result.hpp"
#include "sim/scenario/loader.hpp"

namespace tokenfab {

/// Of language models.
struct TokenCounts {
  std::uint64_t input = 0;
  std::uint64_t output = 0;
  std::uint64_t total() const { return input + output; }
};

/// Of a part of a pool's units since the run began.
struct UnitGroup {
  std::uint32_t units = 0;
  Duration busy;  // their time with work under way, summed
  double dynamic_energy_j = 0;
  std::optional<double> kv_usage;  // now; mean of the units that are on
};

/// The first unit of a group, of so many groups as even as they can be; of the one behind the last
/// it is the number of units.
inline std::uint32_t first_unit(std::uint64_t group, std::uint64_t groups, std::uint64_t units) {
  return static_cast<std::uint32_t>(group * units / groups);
}

class MeteredPool {
 public:
  virtual ~MeteredPool() = default;
  virtual std::uint32_t site() const = 0;
  virtual const std::string& cluster() const = 0;
  /// Energy above idle since the last call, summed in replica order.
  virtual double harvest_energy_j(Instant now) = 0;
  /// Output tokens since the last call.
  virtual std::uint64_t harvest_tokens(Instant now) = 0;
  virtual TokenCounts tokens_so_far() const = 0;
  virtual bool any_busy() const = 0;
  virtual std::uint32_t ready_replicas() const = 0;
  /// Chips x time that replicas have held them.
  virtual double active_chip_seconds(Instant now) const = 0;
  virtual std::uint64_t waiting() const = 0;
  virtual std::uint64_t running() const = 0;
  /// Chips that jobs hold; nullopt: it serves requests.
  virtual std::optional<double> job_chips() const { return std::nullopt; }
  /// Its chips run at this share of their full clock from the next step on.
  virtual void set_clock(double clock, Instant now) = 0;
  /// Until when its load is constant by itself; nullopt: for good, or it is simulated.
  virtual std::optional<Instant> holds_until(Instant) const { return std::nullopt; }
  /// What fleet.csv tells of apart, in groups: replicas, nodes of jobs.
  virtual std::uint32_t units() const { return 0; }
  /// Before the run: it will be asked for so many groups.
  virtual void watch_units(std::uint32_t) {}
  virtual void read_units(Instant, std::span<UnitGroup>) const {}
  virtual void stop_at(Instant now) = 0;
  virtual PoolResult& close() = 0;
  virtual PoolResult& result() = 0;
};

/// CHECKs that the meter read what the work counted. `was_cut`: the horizon or a failure ended work
/// early, which is metered and not counted.
void check_metered_energy(const PoolResult& pool, double metered_j, bool was_cut);

}  // namespace tokenfab

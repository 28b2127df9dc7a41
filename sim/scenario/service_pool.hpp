// SPDX-License-Identifier: Apache-2.0
// A pool as its service, the routers and the faults of its cluster see it, whatever it serves.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "models/serving/request.hpp"
#include "sim/scenario/chip_borrower.hpp"
#include "sim/scenario/metered_pool.hpp"
#include "sim/scenario/node_listener.hpp"

namespace tokenfab {

class ReplicaGroup;

class ServicePool : public MeteredPool, public NodeListener {
 public:
  virtual const PoolPlan& plan() const = 0;
  /// The group that its replicas belong to, the first as number `first`.
  virtual void join(ReplicaGroup& group, std::uint32_t first) = 0;
  /// All replicas that run at date 0 are ready, or begin to load.
  virtual void start() = 0;
  virtual std::uint32_t replicas() const = 0;

  /// Whether a replica can ever hold the request.
  virtual bool can_serve(const Request& request) const = 0;
  virtual void submit(std::uint32_t replica, SlotId slot, Instant now) = 0;
  /// The router need no longer reckon with the request here.
  virtual void leave_replica(SlotId slot) = 0;

  /// What routers see.
  virtual double kv_utilization(std::uint32_t replica, Instant now) const = 0;
  virtual std::uint32_t cached_prefix(std::uint32_t replica, std::span<const PromptSpan> prompt,
                                      Instant now) = 0;
  virtual double prefill_tokens_per_s() const = 0;
  double weight() const { return plan().config->weight; }

  /// Whether its replicas compute prompts only, for others to go on with.
  virtual bool hands_over() const { return false; }

  /// Left out: replicas of slowed nodes serve at full speed.
  void node_slowed(std::uint32_t, double, Instant) override {}
  void node_full_speed(std::uint32_t, Instant) override {}

  /// New weights for all replicas, at most so many of them down for it at a time; requests go on
  /// being served. `done` is told when all have them (rolling_update.hpp).
  virtual void redeploy(Instant now, std::uint32_t max_unavailable,
                        std::function<void(Instant)> done) = 0;
  /// Before start(): who gets the chips of replicas that are turned off. Those of replicas lost
  /// with their nodes, which come back with them, are not lent.
  virtual void lend_to(ChipBorrower&) {}

  std::uint32_t cluster_index() const { return plan().cluster_index; }
  const std::string& cluster() const override { return plan().cluster; }
};

/// Told what the pool cannot decide: its service.
class PoolListener {
 public:
  virtual ~PoolListener() = default;
  virtual const std::string& name() const = 0;
  /// The prompt is computed; the decode pools go on.
  virtual void prefilled(SlotId slot, Instant now) = 0;
  /// A decode replica has room for the KV cache.
  virtual void reserved(SlotId slot, Instant now) = 0;
  virtual void expired(SlotId slot, Instant now) = 0;
  /// The replica that the request was at, or whose KV cache it still needed, is gone.
  virtual void lost(SlotId slot, Instant now, ServicePool& pool) = 0;
  /// A replica takes requests from now on.
  virtual void became_ready(ServicePool& pool, Instant now) = 0;
  /// The last token is out; the slot is free after the call.
  virtual void completed(SlotId slot, Instant now) = 0;
};

}  // namespace tokenfab

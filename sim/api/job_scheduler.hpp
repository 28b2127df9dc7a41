// SPDX-License-Identifier: Apache-2.0
// Who runs next on a cluster (JobScheduler), and on which chips (JobPlacement).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/core/instant.hpp"

namespace tokenfab {

/// Of a cluster, in order of first submission.
using JobIndex = std::uint32_t;

/// What a scheduler sees of a job: never its true run time.
struct JobDemand {
  std::int64_t chips = 1;
  double chip_share = 1;   // below 1: that part of one chip (chips is 1)
  Duration estimate;       // of the run from its start; of one that goes on: of what is left
  double priority = 0;     // greater goes first
  std::uint32_t user = 0;  // number of its account
  bool is_preemptible = false;
  double chips_needed() const { return static_cast<double>(chips) * chip_share; }
};

/// What a scheduler may do.
class JobFloor {
 public:
  virtual ~JobFloor() = default;
  /// Of nodes in service; parts of chips count as parts.
  virtual double free_chips() const = 0;
  /// Starts a queued job, if there are chips that suit it. Does not call the scheduler back.
  virtual bool start(JobIndex job) = 0;
  /// Ends a running preemptible job. It has ended and is submitted again before this returns.
  virtual void preempt(JobIndex job) = 0;
};

struct SchedulerInputs {
  std::int64_t chips = 0;          // of the cluster, all nodes in service
  std::vector<std::string> users;  // by number; more may come
};

class JobScheduler {
 public:
  virtual ~JobScheduler() = default;
  virtual void start(const SchedulerInputs& inputs) = 0;
  /// A user that start() did not name; comes before its first job.
  virtual void user_joined(std::uint32_t user, const std::string& name) {
    static_cast<void>(user);
    static_cast<void>(name);
  }
  /// Joins the queue: new, or again after a preemption or the loss of its nodes.
  virtual void submitted(JobIndex job, const JobDemand& demand, Instant now) = 0;
  /// A running job gave its chips back: done, preempted or lost.
  virtual void ended(JobIndex job, Instant now) = 0;
  /// Chips of nodes in service, after a loss, a repair, or chips lent or claimed back.
  virtual void capacity_changed(std::int64_t chips, Instant now) = 0;
  /// After everything else of a date: starts and preempts until nothing more is to be done.
  virtual void decide(Instant now, JobFloor& floor) = 0;
  /// When it would decide otherwise though nothing happened; nullopt: never.
  virtual std::optional<Instant> next_change(Instant) const { return std::nullopt; }
};

/// Chips of one node.
struct NodeChips {
  std::uint32_t node = 0;
  std::uint32_t chips = 0;
  std::uint32_t chip = 0;  // which, of a part of one
};

struct PlacementInputs {
  std::uint32_t nodes = 0;
  std::uint32_t chips_per_node = 1;
  std::uint32_t nodes_per_domain = 1;  // that share a scale-up fabric (supernode)
  std::uint32_t nodes_per_leaf = 1;    // that share a leaf of the network, or a rail group
};

/// A running job where it stands.
struct PlacedJob {
  JobIndex job = 0;
  std::span<const NodeChips> chips;
  double chip_share = 1;
  bool is_preemptible = false;
};

/// Keeps the inventory of free chips. At the scale of 10,000 nodes a call costs microseconds.
class JobPlacement {
 public:
  virtual ~JobPlacement() = default;
  /// All nodes are in service and free.
  virtual void start(const PlacementInputs& inputs) = 0;
  /// Chooses and takes chips, in node order; false: none suit. A job of a node's chips or more gets
  /// whole nodes, the last one perhaps in part.
  virtual bool place(const JobDemand& demand, std::vector<NodeChips>& chips) = 0;
  virtual void release(std::span<const NodeChips> chips, double chip_share) = 0;
  /// Takes a node out of service or back. Whatever ran on it has been released.
  virtual void set_in_service(std::uint32_t node, bool is_in_service) = 0;
  virtual double free_chips() const = 0;
  /// Share of the free chips that stand in nodes which are partly taken; 0 if none is free.
  virtual double fragmentation() const = 0;
  /// Defragmentation: preemptible jobs of `placed` (all that run here) that would find chips
  /// elsewhere and leave the whole nodes that a waiting job needs. Empty: nothing to be gained.
  virtual std::vector<JobIndex> moves_for(const JobDemand& waiting,
                                          std::span<const PlacedJob> placed) const {
    static_cast<void>(waiting);
    static_cast<void>(placed);
    return {};
  }
};

}  // namespace tokenfab

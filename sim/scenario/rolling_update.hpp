// SPDX-License-Identifier: Apache-2.0
// New weights for the replicas of a pool while it serves: one after another, or several at a time,
// a replica drains, loads the new weights and serves again. The semantics are those of a rolling
// update of Kubernetes deployments with maxUnavailable and no surge
// (https://kubernetes.io/docs/concepts/workloads/controllers/deployment/), but for replicas lost
// with their nodes: they do not count as unavailable, or a node that is repaired tomorrow would
// hold the deployment up until then.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "sim/engine/agenda.hpp"

namespace tokenfab {

enum class UpdateStage {
  Current,  // it has the new weights or none
  Stale,    // it serves with old weights
  Leaving,  // it finishes its requests with old weights and is then turned off
  Updating  // it drains or loads for the update
};

/// The replicas that are updated.
class UpdatedFleet {
 public:
  virtual ~UpdatedFleet() = default;
  virtual std::uint32_t replicas() const = 0;
  virtual UpdateStage update_stage(std::uint32_t replica) const = 0;
  /// A stale replica drains and loads the new weights.
  virtual void update(std::uint32_t replica, Instant now) = 0;
};

class RollingUpdate : public engine::EventHandler {
 public:
  RollingUpdate(engine::Agenda& agenda, UpdatedFleet& fleet)
      : agenda_(agenda), fleet_(fleet), slot_(agenda.add(engine::EventPriority::Fault, *this)) {}

  /// `done` is called, in an event of its own, when no replica has old weights and all that were
  /// taken down are back or lost. An update that is under way goes on as part of this one.
  void begin(Instant now, std::uint32_t max_unavailable, std::function<void(Instant)> done);
  /// A replica's stage has changed.
  void look_again(Instant now);
  void handle_event(Instant now) override;

 private:
  engine::Agenda& agenda_;
  UpdatedFleet& fleet_;
  engine::Agenda::Slot slot_;
  std::uint32_t max_unavailable_ = 1;
  std::vector<std::function<void(Instant)>> when_done_;  // empty: no update is under way
};

}  // namespace tokenfab

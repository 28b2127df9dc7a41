// SPDX-License-Identifier: Apache-2.0
// How a pool's replicas come and go: cold start, scaling, loss and repair of nodes.
#include <algorithm>
#include <functional>

#include "sim/core/check.hpp"
#include "sim/scenario/pool_runtime.hpp"

namespace tokenfab {

void PoolRuntime::start() {
  for (std::uint32_t i = 0; i < replicas(); ++i) {
    auto& machine = *machines_[i];
    machine.replica.hold();
    if (i >= plan_->config->replicas) {
      lend(i, Instant());
    } else if (plan_->config->cold_start) {
      begin_loading(i, Instant());
    } else {
      machine.active_since = Instant();
      machine.state = State::Loading;
      ++starting_;
      become_ready(i, Instant());
    }
  }
}

void PoolRuntime::begin_loading(std::uint32_t replica, Instant now) {
  auto& machine = *machines_[replica];
  note(EventKind::ReplicaLoading, replica, now, weights_ > 0 ? "new weights" : "");
  reclaim(replica, now);
  machine.state = State::Loading;
  machine.active_since = now;
  machine.weights = weights_;
  ++starting_;
  ++result_.cold_starts;
  const engine::HostPlace storage{site_, 0, 0, true};
  const auto weights = plan_->placement.weights_per_chip * chips_per_replica();
  loading_.emplace_back(floor_.engine.start_flow(storage, place_of(replica, 0), weights, *this),
                        replica);
}

void PoolRuntime::flow_ended(engine::FlowId flow, Instant now, bool delivered) {
  CHECK(delivered, "flow {} of weights failed", flow);
  const auto found = std::find_if(loading_.begin(), loading_.end(),
                                  [&](const auto& entry) { return entry.first == flow; });
  CHECK(found != loading_.end(), "flow {}", flow);
  add_alarm({now + startup_, alarms_set_++, no_slot, found->second});
  loading_.erase(found);
}

void PoolRuntime::become_ready(std::uint32_t replica, Instant now) {
  auto& machine = *machines_[replica];
  machine.state = State::Ready;
  machine.is_updating = false;
  --starting_;
  ++ready_;
  machine.replica.make_available(now);
  group_->set_ready(first_replica_ + replica, true);
  service_.became_ready(*this, now);
  rolling_update_.look_again(now);
}

void PoolRuntime::call_off_start(std::uint32_t replica) {
  std::erase_if(loading_, [&](const auto& entry) {
    if (entry.second == replica) {
      floor_.engine.cancel_flow(entry.first);
    }
    return entry.second == replica;
  });
  std::erase_if(pending_, [&](const Pending& entry) {
    return entry.slot == no_slot && entry.replica == replica;
  });
  std::make_heap(pending_.begin(), pending_.end(), std::greater<>());
  --starting_;
}

void PoolRuntime::release_chips(Machine& machine, Instant now) {
  machine.state = State::Off;
  machine.is_updating = false;
  result_.active_chip_seconds += (now - machine.active_since).seconds() * chips_per_replica();
}

/// An idle replica loses its caches, and waits to become available.
void PoolRuntime::empty(Machine& machine, Instant now) {
  std::vector<SlotId> none;
  machine.replica.fail(now, none);
  CHECK(none.empty(), "{} requests at a replica turned off", none.size());
}

void PoolRuntime::turn_off(std::uint32_t replica, Instant now) {
  auto& machine = *machines_[replica];
  note(EventKind::ReplicaStopped, replica, now);
  release_chips(machine, now);
  empty(machine, now);
  lend(replica, now);
  rolling_update_.look_again(now);
}

void PoolRuntime::drain(std::uint32_t replica, Instant now) {
  auto& machine = *machines_[replica];
  note(EventKind::ReplicaDraining, replica, now);
  machine.state = State::Draining;
  --ready_;
  group_->set_ready(first_replica_ + replica, false);
  rest_if_drained(machine, now);
}

void PoolRuntime::rest_if_drained(Machine& machine, Instant now) {
  if (machine.state != State::Draining || !machine.replica.is_empty()) {
    return;
  }
  const auto number = static_cast<std::uint32_t>(
      std::find_if(machines_.begin(), machines_.end(),
                   [&](const auto& other) { return other.get() == &machine; }) -
      machines_.begin());
  const bool is_fetching = std::any_of(pending_.begin(), pending_.end(), [&](const Pending& entry) {
    return entry.slot != no_slot && entry.replica == number;
  });
  if (!is_fetching && machine.is_updating) {
    load_update(number, now);
  } else if (!is_fetching) {
    turn_off(number, now);
  }
}

void PoolRuntime::scale_to(std::uint32_t wanted, Instant now) {
  // More: what still drains comes back first, then replicas that are off, in order.
  for (const auto from : {State::Draining, State::Off}) {
    for (std::uint32_t i = 0; i < replicas() && ready_ + starting_ < wanted; ++i) {
      auto& machine = *machines_[i];
      const bool has_old_weights = from == State::Draining && machine.weights != weights_;
      if (machine.state != from || machine.nodes_down > 0 || has_old_weights) {
        continue;
      }
      if (from == State::Draining) {
        note(EventKind::ReplicaReady, i, now);
        machine.state = State::Ready;
        ++ready_;
        group_->set_ready(first_replica_ + i, true);
        service_.became_ready(*this, now);
      } else {
        begin_loading(i, now);
      }
    }
  }
  // Fewer: those that have not started first, from the end.
  for (const bool is_ready : {false, true}) {
    for (auto i = replicas(); i > 0 && ready_ + starting_ > wanted; --i) {
      const auto& machine = *machines_[i - 1];
      if (is_ready ? machine.state == State::Ready : is_starting(machine)) {
        shrink_by(i - 1, now);
      }
    }
  }
}

void PoolRuntime::shrink_by(std::uint32_t replica, Instant now) {
  auto& machine = *machines_[replica];
  if (machine.state == State::Ready) {
    drain(replica, now);
  } else if (machine.state == State::Loading) {
    call_off_start(replica);
    turn_off(replica, now);
  } else {  // it drains for new weights that it need not load now
    machine.is_updating = false;
    --starting_;
    rolling_update_.look_again(now);
  }
}

void PoolRuntime::node_fails(std::uint32_t node) {
  for (std::uint32_t i = 0; i < replicas(); ++i) {
    if (plan_->uses_node(i, node)) {
      group_->set_ready(first_replica_ + i, false);
    }
  }
}

void PoolRuntime::node_failed(std::uint32_t node, Instant now) {
  for (std::uint32_t i = 0; i < replicas(); ++i) {
    if (plan_->uses_node(i, node) && machines_[i]->nodes_down++ == 0) {
      lose(i, now);
    }
  }
}

void PoolRuntime::node_repaired(std::uint32_t node, Instant now) {
  for (std::uint32_t i = 0; i < replicas(); ++i) {
    auto& machine = *machines_[i];
    if (!plan_->uses_node(i, node) || --machine.nodes_down > 0) {
      continue;
    }
    if (machine.comes_back) {
      machine.comes_back = false;
      begin_loading(i, now);
    } else {
      lend(i, now);
    }
  }
}

/// Everything in the replica is gone; its service decides about the requests.
void PoolRuntime::lose(std::uint32_t replica, Instant now) {
  auto& machine = *machines_[replica];
  if (machine.state == State::Off) {
    return;
  }
  note(EventKind::ReplicaLost, replica, now);
  ++result_.failures;
  machine.comes_back = machine.state != State::Draining || machine.is_updating;
  if (machine.state == State::Loading) {
    call_off_start(replica);
  } else if (machine.state == State::Ready) {
    --ready_;
  } else if (machine.is_updating) {
    --starting_;
  }
  release_chips(machine, now);
  rolling_update_.look_again(now);
  std::vector<SlotId> lost;
  steps_began_ = machine.steps_began;
  const auto cut = machine.replica.fail(now, lost);
  result_.work.busy += cut;
  was_cut_ = was_cut_ || cut > Duration();
  floor_.engine.agenda().cancel(machine.slot);
  machine.reschedule(now);
  for (const auto& entry : pending_) {
    if (entry.slot != no_slot && entry.replica == replica) {
      lost.push_back({entry.slot});
    }
  }
  std::erase_if(pending_, [&](const Pending& entry) { return entry.replica == replica; });
  std::make_heap(pending_.begin(), pending_.end(), std::greater<>());
  for (const auto slot : lost) {
    settle_tokens(slot, floor_.requests[slot].emitted_tokens);
    service_.lost(slot, now, *this);
  }
}

}  // namespace tokenfab

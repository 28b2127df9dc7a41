// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/data_work.hpp"

#include <algorithm>

#include "sim/core/check.hpp"

namespace tokenfab {
namespace {

// The storage is read over so many nodes' ports: enough that it is what the job waits for, few
// enough for the engine.
constexpr std::size_t streams_max = 16;

}  // namespace

void DataWork::start(Instant now, std::span<const NodeChips> chips) {
  if (has_started_) {
    times_.waiting += now - at_;
  }
  has_started_ = true;
  at_ = now;
  nodes_.clear();
  for (const auto& part : chips) {
    nodes_.push_back(part.node);
  }
  phase_ = Phase::Working;
  work_.restart(setup_.work);
  work_.begin(now);
  begin_flows(setup_.volume, true);
}

void DataWork::begin_flows(Bytes size, bool is_read) {
  // A flow has one byte at least.
  const auto streams = std::min({streams_max, nodes_.size(), static_cast<std::size_t>(size.si())});
  for (std::size_t i = 0; i < streams; ++i) {
    const engine::HostPlace node{setup_.site, setup_.cluster, nodes_[i * nodes_.size() / streams],
                                 false};
    const engine::HostPlace storage{setup_.site, 0, 0, true};
    const auto part = size / static_cast<double>(streams);
    flows_.push_back(is_read ? setup_.engine->start_flow(storage, node, part, *this)
                             : setup_.engine->start_flow(node, storage, part, *this));
  }
}

void DataWork::call_off_flows() {
  for (const auto flow : flows_) {
    setup_.engine->cancel_flow(flow);
  }
  flows_.clear();
}

void DataWork::stop(Instant now, bool) {
  advance_to(now);
  call_off_flows();
  work_.halt(now);
  phase_ = Phase::Waiting;
  times_.lost += times_.useful;
  times_.useful = Duration();
}

void DataWork::set_speed(Instant now, double, double slowdown) {
  advance_to(now);
  work_.set_speed(now, 1 / slowdown);
}

std::optional<Instant> DataWork::next_event() const {
  if (phase_ == Phase::Done) {
    return at_;
  }
  if (phase_ != Phase::Working || at_ >= work_.end()) {
    return std::nullopt;  // a flow is what it waits for
  }
  return work_.end();
}

void DataWork::advance_to(Instant now) {
  if (!holds_chips() || now <= at_) {
    return;
  }
  times_.useful += now - at_;
  at_ = now;
  end_phase(now);
}

void DataWork::end_phase(Instant now) {
  if (!holds_chips() || !flows_.empty() || (phase_ == Phase::Working && now < work_.end())) {
    return;
  }
  if (phase_ == Phase::Working && setup_.kept >= Bytes(1)) {
    phase_ = Phase::Writing;
    begin_flows(setup_.kept, false);
  } else {
    phase_ = Phase::Done;
  }
}

Int128 DataWork::profile_energy(Instant now) {
  const auto held = times_.useful + times_.lost + (holds_chips() ? now - at_ : Duration());
  return held.ticks() * setup_.power_uw;
}

void DataWork::flow_ended(engine::FlowId flow, Instant now, bool delivered) {
  CHECK(delivered, "flow {} of a data job failed", flow);
  advance_to(now);
  std::erase(flows_, flow);
  end_phase(now);
  tell_(now);
}

}  // namespace tokenfab

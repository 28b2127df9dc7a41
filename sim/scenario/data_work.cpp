// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/data_work.hpp"

#include <algorithm>
#include <cmath>

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
  work_left_ = setup_.work;
  begin_flows(setup_.volume, true);
}

void DataWork::begin_flows(Bytes size, bool is_read) {
  const auto streams = std::min(streams_max, nodes_.size());
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
  phase_ = Phase::Waiting;
  times_.lost += times_.useful;
  times_.useful = Duration();
}

void DataWork::set_speed(Instant now, double clock, double slowdown) {
  advance_to(now);
  speed_ = clock / slowdown;
}

std::optional<Instant> DataWork::next_event() const {
  if (phase_ != Phase::Working || work_left_ <= Duration()) {
    return std::nullopt;  // a flow is what it waits for
  }
  return at_ + Duration::from_ticks(static_cast<Int128>(
                   std::ceil(static_cast<double>(work_left_.ticks()) / speed_)));
}

void DataWork::advance_to(Instant now) {
  if (phase_ == Phase::Waiting || phase_ == Phase::Done || now <= at_) {
    return;
  }
  const auto span = now - at_;
  at_ = now;
  times_.useful += span;
  if (phase_ == Phase::Working) {
    work_left_ -=
        Duration::from_ticks(static_cast<Int128>(static_cast<double>(span.ticks()) * speed_ + 0.5));
  }
  end_phase(now);
}

void DataWork::end_phase(Instant) {
  if (!flows_.empty() || (phase_ == Phase::Working && work_left_ > Duration())) {
    return;
  }
  if (phase_ == Phase::Working && setup_.kept >= Bytes(1)) {
    phase_ = Phase::Writing;
    begin_flows(setup_.kept, false);
  } else {
    phase_ = Phase::Done;
  }
}

void DataWork::flow_ended(engine::FlowId flow, Instant now, bool delivered) {
  CHECK(delivered, "flow {} of a data job failed", flow);
  advance_to(now);
  std::erase(flows_, flow);
  end_phase(now);
  tell_(now);
}

}  // namespace tokenfab

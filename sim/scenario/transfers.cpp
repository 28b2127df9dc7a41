// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/transfers.hpp"

#include <algorithm>
#include <cmath>

#include "sim/core/check.hpp"

namespace tokenfab {
namespace {

// A transfer's id is its number, then its place in memory, so that ids sort by start.
constexpr int slot_bits = 24;
constexpr std::uint64_t slot_mask = (std::uint64_t{1} << slot_bits) - 1;

}  // namespace

Transfers::Transfers(engine::Engine& engine)
    : agenda_(engine.agenda()),
      engine_(&engine),
      slot_(agenda_.add(engine::EventPriority::Arrival, *this)) {}

Transfers::Transfers(engine::Agenda& agenda, const std::vector<engine::SitePlatform>& sites)
    : agenda_(agenda),
      schedule_(sites),
      slot_(agenda_.add(engine::EventPriority::Arrival, *this)) {}

TransferId Transfers::start(Instant now, const TransferRequest& request, TransferHandler& handler) {
  const auto& movement = request.movement;
  CHECK(now >= agenda_.now(), "start at {} s, now {} s", now.seconds(), agenda_.now().seconds());
  CHECK(movement.size.si() >= 0 && request.latency >= Duration(), "{} bytes after {} s",
        movement.size.si(), request.latency.seconds());
  CHECK(!movement.from.is_storage || movement.from != movement.to, "site {}: within its storage",
        movement.from.site);
  CHECK(!movement.bound || movement.bound->si() > 0, "at most {} B/s", movement.bound->si());
  if (free_slots_.empty()) {
    CHECK(slots_.size() <= slot_mask, "{} transfers at once", slots_.size());
    free_slots_.push_back(static_cast<std::uint32_t>(slots_.size()));
    slots_.emplace_back();
  }
  auto& live = slots_[free_slots_.back()];
  live.id = next_number_++ << slot_bits | free_slots_.back();
  free_slots_.pop_back();
  live.stage = Stage::Latency;
  live.movement = movement;
  live.movement.size = Bytes(std::floor(movement.size.si() + 0.5));
  live.handler = &handler;
  live.started = now;
  ++counts_.started;
  ++live_;
  const auto id = live.id;
  ready_.push({now + request.latency, id});
  move_ready(now);
  reschedule();
  return id;
}

void Transfers::cancel(Instant now, TransferId transfer) {
  auto* live = find(transfer);
  if (live == nullptr) {
    return;
  }
  if (live->stage == Stage::Moving) {
    if (schedule_) {
      schedule_->release(now, live->movement, live->booking);
    } else {
      transfer_of_flow_.erase(live->flow);
      engine_->cancel_flow(live->flow);
    }
  }
  ++counts_.cancelled;
  forget(*live);
  reschedule();
}

void Transfers::stop(Instant now) {
  std::vector<TransferId> alive;
  for (const auto& live : slots_) {
    if (live.id != 0) {
      alive.push_back(live.id);
    }
  }
  std::sort(alive.begin(), alive.end());
  for (const auto id : alive) {
    cancel(now, id);
  }
}

void Transfers::handle_event(Instant now) {
  scheduled_.reset();
  is_handing_out_ = true;
  move_ready(now);
  while (!ends_.empty() && ends_.top().date <= now) {
    const auto id = ends_.top().id;
    ends_.pop();
    auto* live = find(id);
    if (live == nullptr) {
      continue;  // cancelled
    }
    const bool delivered = live->delivered;
    auto* handler = live->handler;
    if (delivered) {
      ++counts_.delivered;
      counts_.bytes += live->movement.size;
      counts_.time += now - live->started;
    } else {
      ++counts_.failed;
    }
    forget(*live);
    handler->transfer_ended(id, now, delivered);
  }
  is_handing_out_ = false;
  reschedule();
}

void Transfers::flow_ended(engine::FlowId flow, Instant now, bool delivered) {
  const auto found = transfer_of_flow_.find(flow);
  CHECK(found != transfer_of_flow_.end(), "flow {}", flow);
  auto& live = *find(found->second);
  transfer_of_flow_.erase(found);
  live.delivered = delivered;
  end_at(now, live);
  reschedule();
}

Transfers::Live* Transfers::find(TransferId transfer) {
  const auto slot = transfer & slot_mask;
  return slot < slots_.size() && slots_[slot].id == transfer ? &slots_[slot] : nullptr;
}

void Transfers::move_ready(Instant now) {
  while (!ready_.empty() && ready_.top().date <= now) {
    auto* live = find(ready_.top().id);
    ready_.pop();
    if (live != nullptr) {
      move_bytes(now, *live);
    }
  }
}

void Transfers::move_bytes(Instant now, Live& live) {
  const auto& movement = live.movement;
  live.delivered = true;
  if (movement.size.si() < 1) {
    end_at(now, live);
  } else if (schedule_) {
    live.booking = schedule_->book(now, movement);
    end_at(live.booking.end, live);
    live.stage = Stage::Moving;
  } else {
    live.flow =
        engine_->start_flow(movement.from, movement.to, movement.size, *this, movement.bound);
    transfer_of_flow_.emplace(live.flow, live.id);
    live.stage = Stage::Moving;
  }
}

void Transfers::end_at(Instant date, Live& live) {
  live.stage = Stage::Ended;
  ends_.push({date, live.id});
}

void Transfers::forget(Live& live) {
  free_slots_.push_back(static_cast<std::uint32_t>(live.id & slot_mask));
  live.id = 0;
  --live_;
}

void Transfers::reschedule() {
  if (is_handing_out_) {
    return;  // once, when it is done
  }
  std::optional<Instant> next;
  for (auto* queue : {&ready_, &ends_}) {
    while (!queue->empty() && find(queue->top().id) == nullptr) {
      queue->pop();  // a cancelled transfer must not keep the clock going
    }
    if (!queue->empty()) {
      next = next ? std::min(*next, queue->top().date) : queue->top().date;
    }
  }
  if (next == scheduled_) {
    return;
  }
  scheduled_ = next;
  if (next) {
    agenda_.schedule(slot_, *next);
  } else {
    agenda_.cancel(slot_);
  }
}

}  // namespace tokenfab

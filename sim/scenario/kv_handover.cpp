// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/kv_handover.hpp"

#include <algorithm>

#include "sim/core/check.hpp"
#include "sim/scenario/layer_wise.hpp"

namespace tokenfab {
namespace {

/// Both groups are of a service of a language model: all its pools are such.
PoolRuntime& pool_of(const ReplicaRef& replica) { return static_cast<PoolRuntime&>(*replica.pool); }

}  // namespace

KvHandover::KvHandover(const KvTransferConfig& config, Floor& floor, Transfers& transfers,
                       ReplicaGroup& prefill, ReplicaGroup& decode)
    : config_(config),
      latency_(Duration::from_seconds(config.latency.si())),
      floor_(floor),
      transfers_(transfers),
      prefill_(prefill),
      decode_(decode),
      agenda_slot_(floor.engine.agenda().add(engine::EventPriority::Arrival, *this)) {}

KvHandover::Move& KvHandover::move_of(SlotId slot) {
  if (moves_.size() <= slot.index) {
    moves_.resize(slot.index + std::size_t{1});
  }
  return moves_[slot.index];
}

void KvHandover::begin(SlotId slot, Instant now, const std::vector<bool>* sites) {
  Move& move = move_of(slot);
  CHECK(move.stage == Stage::None, "slot {} is on the move already", slot.index);
  move.from = floor_.requests[slot].replica.index;
  move.hidden =
      config_.layerwise_overlap ? pool_of(prefill_.member(move.from)).last_step_time() : Duration();
  move.sites = sites;
  send_or_hold(slot, now);
}

void KvHandover::send_or_hold(SlotId slot, Instant now) {
  // Those that are held found no replica: this one, allowed elsewhere, does not overtake them.
  if (!send(slot, now)) {
    move_of(slot).stage = Stage::Held;
    held_.push_back(slot);
  }
}

bool KvHandover::send(SlotId slot, Instant now) {
  Move& move = move_of(slot);
  const auto chosen = decode_.choose(slot, now, move.sites);
  if (!chosen) {
    return false;
  }
  move.stage = Stage::Message;
  move.to = *chosen;
  decode_.sent(*chosen, 0);
  messages_.push_back({now + latency_, slot});
  floor_.engine.agenda().schedule(agenda_slot_, messages_.front().date);
  return true;
}

void KvHandover::handle_event(Instant now) {
  while (!messages_.empty() && messages_.front().date <= now) {
    const auto slot = messages_.front().slot;
    messages_.pop_front();
    Move& move = move_of(slot);
    const auto to = decode_.member(move.to);
    if (pool_of(to).is_up(to.index)) {
      move.stage = Stage::Queued;
      pool_of(to).submit_decode(to.index, slot, now);
    } else {  // it was lost or turned off meanwhile
      decode_.answered(move.to);
      send_or_hold(slot, now);
    }
  }
  if (!messages_.empty()) {
    floor_.engine.agenda().schedule(agenda_slot_, messages_.front().date);
  }
}

TransferRequest KvHandover::transfer_of(SlotId slot, const Move& move) const {
  const Request& request = floor_.requests[slot];
  const auto from = prefill_.member(move.from);
  const auto to = decode_.member(move.to);
  TransferRequest transfer;
  auto& movement = transfer.movement;
  movement.from = pool_of(from).place_of(from.index, request.number);
  movement.to = pool_of(to).place_of(to.index, request.number);
  const bool is_within_node = movement.from == movement.to;
  const auto bound = std::min(pool_of(from).port_bandwidth(is_within_node),
                              pool_of(to).port_bandwidth(is_within_node));
  movement.bound = bound;
  movement.size = pool_of(from).kv_bytes(request.prefill_target);
  if (config_.layerwise_overlap) {
    movement.size = visible_bytes(movement.size, pool_of(from).plan().model->num_hidden_layers,
                                  Seconds(move.hidden.seconds()), bound);
  }
  transfer.latency = latency_;
  return transfer;
}

void KvHandover::reserved(SlotId slot, Instant now) {
  Move& move = move_of(slot);
  CHECK(move.stage == Stage::Queued, "slot {} is not expected to be reserved", slot.index);
  move.stage = Stage::Moving;
  const auto transfer = transfer_of(slot, move);
  move.started = now;
  move.transfer = transfers_.start(now, transfer, *this);
  moving_[move.transfer] = slot;
}

void KvHandover::transfer_ended(TransferId transfer, Instant now, bool delivered) {
  CHECK(delivered, "transfer {} failed", transfer);
  const auto found = moving_.find(transfer);
  CHECK(found != moving_.end(), "transfer {}", transfer);
  const auto slot = found->second;
  const Move move = move_of(slot);
  end(slot);
  const auto from = prefill_.member(move.from);
  const auto to = decode_.member(move.to);
  auto& result = pool_of(from).result();
  ++result.kv_transfers;
  result.kv_transfer_bytes += pool_of(from).kv_bytes(floor_.requests[slot].prefill_target).si();
  result.kv_transfer_time += now - move.started;
  pool_of(from).release(from.index, slot, now);
  prefill_.answered(move.from);
  pool_of(to).kv_arrived(to.index, slot, now);
}

/// The request is on the move no more.
void KvHandover::end(SlotId slot) {
  Move& move = move_of(slot);
  if (move.stage == Stage::Moving) {
    moving_.erase(move.transfer);
  }
  move = Move{};
}

void KvHandover::became_ready(Instant now) {
  for (auto waiting = held_.size(); waiting > 0; --waiting) {
    // Those that still find none keep their order.
    const auto slot = held_.front();
    held_.pop_front();
    send_or_hold(slot, now);
  }
}

bool KvHandover::lost(SlotId slot, Instant now, const ServicePool& pool) {
  const Move move = move_of(slot);
  if (move.stage == Stage::None) {
    return false;
  }
  if (move.stage == Stage::Moving) {
    transfers_.cancel(now, move.transfer);
  }
  const auto from = prefill_.member(move.from);
  end(slot);
  std::erase(held_, slot);
  std::erase_if(messages_, [&](const Message& entry) { return entry.slot == slot; });
  prefill_.answered(move.from);
  if (move.stage != Stage::Held) {
    decode_.answered(move.to);
  }
  // The other side, if it is another and still has it, gives its blocks back.
  const auto to = decode_.member(move.to);
  if (from.pool == &pool && (move.stage == Stage::Queued || move.stage == Stage::Moving)) {
    pool_of(to).abandon(to.index, slot, now);
  } else if (from.pool != &pool) {
    pool_of(from).release(from.index, slot, now);
  }
  return true;
}

}  // namespace tokenfab

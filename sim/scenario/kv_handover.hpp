// SPDX-License-Identifier: Apache-2.0
// From prefill to decode: a request whose prompt is computed gets a decode replica; when that has
// room the KV cache moves over the network, and the first token is out when it is there (it rides
// with the cache, as in SGLang's disaggregation). The prefill replica holds the blocks until then.
//
//   prefilled -> message to a decode replica -> reserved there -> bytes -> KV arrived
//
// With layer-wise overlap the layers were sent while the prompt's last step computed the next ones;
// only what that could not hide moves afterwards (visible_bytes()).
// Source: SGLang docs, "PD disaggregation"; Splitwise (Patel et al., ISCA 2024), sec. 4.3.
// Left out: decode replicas reserved before the prefill ends; prefixes the decode replica has.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <vector>

#include "sim/scenario/pool_runtime.hpp"
#include "sim/scenario/transfers.hpp"

namespace tokenfab {

class KvHandover : public TransferHandler, public engine::EventHandler {
 public:
  KvHandover(const KvTransferConfig& config, Floor& floor, Transfers& transfers,
             ReplicaGroup& prefill, ReplicaGroup& decode);

  /// The prompt of a request at a prefill replica is computed. `sites`: where it may be decoded.
  void begin(SlotId slot, Instant now, const std::vector<bool>* sites);
  /// Its decode replica has room.
  void reserved(SlotId slot, Instant now);
  /// A decode replica takes requests again.
  void became_ready(Instant now);
  /// One of its replicas is gone with it, `pool` being whose. False: it was not on the move.
  bool lost(SlotId slot, Instant now, const ServicePool& pool);

  /// Requests that no decode replica knows of yet.
  template <class Visit>
  void for_each_homeless(Visit visit) const {
    for (const auto slot : held_) {
      visit(slot);
    }
    for (const auto& message : messages_) {
      visit(message.slot);
    }
  }
  std::uint64_t homeless() const { return held_.size() + messages_.size(); }

  void transfer_ended(TransferId transfer, Instant now, bool delivered) override;
  void handle_event(Instant now) override;

 private:
  enum class Stage { None, Held, Message, Queued, Moving };
  struct Move {
    Stage stage = Stage::None;
    std::uint32_t from = 0;  // number in the prefill group
    std::uint32_t to = 0;    // number in the decode group
    const std::vector<bool>* sites = nullptr;
    Duration hidden;  // compute time that transfers may have overlapped
    TransferId transfer = 0;
    Instant started;
  };
  struct Message {
    Instant date;
    SlotId slot;
  };

  Move& move_of(SlotId slot);
  bool send(SlotId slot, Instant now);
  void send_or_hold(SlotId slot, Instant now);
  void end(SlotId slot);
  TransferRequest transfer_of(SlotId slot, const Move& move) const;

  KvTransferConfig config_;
  Duration latency_;
  Floor& floor_;
  Transfers& transfers_;
  ReplicaGroup& prefill_;
  ReplicaGroup& decode_;
  engine::Agenda::Slot agenda_slot_;
  std::vector<Move> moves_;  // by slot
  std::map<TransferId, SlotId> moving_;
  std::deque<SlotId> held_;       // for want of a decode replica
  std::deque<Message> messages_;  // all have one latency: in order of dates
};

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// The transport of KV caches between replicas: a latency on the agenda, then the bytes, either as
// SimGrid flows that share links max-min fairly or in closed form over port schedules. Both hand
// out ends alike: from one slot of the agenda, as an arrival, in order of date and then of start,
// so a replica sees a cache arrive like a request.
// Left out: the protocol's own messages (they are in the latency) and retries.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <queue>
#include <tuple>
#include <vector>

#include "sim/engine/engine.hpp"
#include "sim/scenario/port_schedule.hpp"

namespace tokenfab {

/// Grows with every start.
using TransferId = std::uint64_t;

struct TransferRequest {
  Movement movement;  // its size rounded to whole bytes
  Duration latency;   // before the first byte moves
};

class TransferHandler {
 public:
  virtual ~TransferHandler() = default;
  /// The last byte arrived, or (flows only) a link or host failed.
  virtual void transfer_ended(TransferId transfer, Instant now, bool delivered) = 0;
};

/// Every transfer started is delivered, failed, cancelled or alive.
struct TransferCounts {
  std::uint64_t started = 0;
  std::uint64_t delivered = 0;
  std::uint64_t failed = 0;
  std::uint64_t cancelled = 0;
  Bytes bytes;    // of those delivered
  Duration time;  // from start to end of those delivered, summed
};

class Transfers : public engine::EventHandler, public engine::FlowHandler {
 public:
  /// As SimGrid flows.
  explicit Transfers(engine::Engine& engine);
  /// In closed form.
  Transfers(engine::Agenda& agenda, const std::vector<engine::SitePlatform>& sites);
  Transfers(const Transfers&) = delete;
  Transfers& operator=(const Transfers&) = delete;

  /// Starts a transfer at `now`, the agenda's present date. `handler` must outlive it; it hears of
  /// the end later, never from within start().
  TransferId start(Instant now, const TransferRequest& request, TransferHandler& handler);
  /// Its handler hears no more of it. Does nothing to a transfer that has ended.
  void cancel(Instant now, TransferId transfer);
  /// The run ends: cancels everything.
  void stop(Instant now);

  std::uint64_t live() const { return live_; }
  const TransferCounts& counts() const { return counts_; }

  void handle_event(Instant now) override;
  void flow_ended(engine::FlowId flow, Instant now, bool delivered) override;

 private:
  enum class Stage : std::uint8_t { Latency, Moving, Ended };
  struct Live {
    TransferId id = 0;  // 0: a free slot
    Stage stage = Stage::Latency;
    bool delivered = true;
    Movement movement;
    TransferHandler* handler = nullptr;
    Instant started;
    engine::FlowId flow = 0;
    PortSchedule::Booking booking;
  };
  struct Dated {
    Instant date;
    TransferId id;
    friend bool operator>(const Dated& a, const Dated& b) {
      return std::tie(a.date, a.id) > std::tie(b.date, b.id);
    }
  };
  using Queue = std::priority_queue<Dated, std::vector<Dated>, std::greater<>>;

  Live* find(TransferId transfer);
  void move_bytes(Instant now, Live& live);
  void move_ready(Instant now);
  void end_at(Instant date, Live& live);
  void forget(Live& live);
  void reschedule();

  engine::Agenda& agenda_;
  engine::Engine* engine_ = nullptr;      // with flows
  std::optional<PortSchedule> schedule_;  // in closed form
  engine::Agenda::Slot slot_;
  std::vector<Live> slots_;
  std::vector<std::uint32_t> free_slots_;
  std::uint64_t next_number_ = 1;
  Queue ready_;  // dates at which latencies end
  Queue ends_;   // dates at which last bytes arrive
  std::map<engine::FlowId, TransferId> transfer_of_flow_;
  std::optional<Instant> scheduled_;  // date of our slot on the agenda
  bool is_handing_out_ = false;
  std::uint64_t live_ = 0;
  TransferCounts counts_;
};

}  // namespace tokenfab

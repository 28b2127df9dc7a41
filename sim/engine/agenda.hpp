// SPDX-License-Identifier: Apache-2.0
// The agenda: dated wake-ups of the simulation's state machines. Every machine owns one slot and
// has at most one date in it; setting a new date replaces the old one, so the heap never holds
// stale entries and its size is the number of machines, not of events.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "sim/core/instant.hpp"

namespace tokenfab::engine {

/// Order of events of the same date. At equal priority the slot registered first goes first.
enum class EventPriority : std::uint8_t {
  Arrival,       // a request that arrives as a step ends is seen by the next step
  StepBoundary,  // batches change before the plant is read, so that a meter sees whole steps
  Fault,         // hardware is lost, and fleets are resized, after what ended at that date
  Plant,         // meters, power and cooling read the state after all decisions of the date
  Stop           // the horizon cuts last: what is due at the horizon still happens
};

class EventHandler {
 public:
  virtual ~EventHandler() = default;
  virtual void handle_event(Instant now) = 0;
};

class Agenda {
 public:
  using Slot = std::uint32_t;

  /// Registers a machine. The handler must outlive the agenda's use.
  Slot add(EventPriority priority, EventHandler& handler);

  /// Sets the slot's date, which must not lie before the last handled event.
  void schedule(Slot slot, Instant date);
  void cancel(Slot slot);
  /// Forgets every date: the simulation ends.
  void clear();

  std::optional<Instant> next() const {
    return heap_.empty() ? std::nullopt : std::optional(heap_.front().date);
  }

  /// Handles every event up to `until` in order of (date, priority, slot), also those scheduled on
  /// the way.
  void run_due(Instant until);

  /// Calls `look` after every `events_per_look` events, for whoever may want to end the run.
  void watch(std::function<void(Instant now)> look) { look_ = std::move(look); }
  static constexpr std::uint64_t events_per_look = 1 << 12;  // some milliseconds

  std::uint64_t events_handled() const { return events_handled_; }
  Instant now() const { return now_; }

 private:
  struct Entry {
    Instant date;
    std::uint64_t rank;  // priority, then slot
    bool before(const Entry& other) const {
      return date != other.date ? date < other.date : rank < other.rank;
    }
    Slot slot() const { return static_cast<Slot>(rank); }
  };
  static constexpr std::uint32_t not_queued = 0xffffffffU;
  static constexpr std::size_t arity = 4;  // shallow, and four entries share two cache lines

  void sift_up(std::size_t position, const Entry& entry);
  void sift_down(std::size_t position, const Entry& entry);
  void remove_at(std::size_t position);
  void place(std::size_t position, const Entry& entry) {
    heap_[position] = entry;
    positions_[entry.slot()] = static_cast<std::uint32_t>(position);
  }

  std::vector<Entry> heap_;
  std::vector<std::uint32_t> positions_;  // by slot
  std::vector<EventPriority> priorities_;
  std::vector<EventHandler*> handlers_;
  Instant now_;
  std::uint64_t events_handled_ = 0;
  std::function<void(Instant)> look_;
};

}  // namespace tokenfab::engine

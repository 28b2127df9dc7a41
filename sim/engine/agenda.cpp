// SPDX-License-Identifier: Apache-2.0
#include "sim/engine/agenda.hpp"

#include <algorithm>

#include "sim/core/check.hpp"

namespace tokenfab::engine {

Agenda::Slot Agenda::add(EventPriority priority, EventHandler& handler) {
  priorities_.push_back(priority);
  handlers_.push_back(&handler);
  positions_.push_back(not_queued);
  return static_cast<Slot>(handlers_.size() - 1);
}

void Agenda::schedule(Slot slot, Instant date) {
  CHECK(date >= now_, "slot {} scheduled at {} s, now {} s", slot, date.seconds(), now_.seconds());
  const Entry entry{date, std::uint64_t{static_cast<std::uint8_t>(priorities_[slot])} << 32 | slot};
  const auto position = positions_[slot];
  if (position == not_queued) {
    heap_.emplace_back();
    sift_up(heap_.size() - 1, entry);
  } else if (entry.before(heap_[position])) {
    sift_up(position, entry);
  } else {
    sift_down(position, entry);
  }
}

void Agenda::cancel(Slot slot) {
  if (positions_[slot] != not_queued) {
    remove_at(positions_[slot]);
  }
}

void Agenda::clear() {
  for (const auto& entry : heap_) {
    positions_[entry.slot()] = not_queued;
  }
  heap_.clear();
}

void Agenda::run_due(Instant until) {
  while (!heap_.empty() && heap_.front().date <= until) {
    const auto entry = heap_.front();
    remove_at(0);
    now_ = entry.date;
    ++events_handled_;
    handlers_[entry.slot()]->handle_event(entry.date);
    if (events_handled_ % events_per_look == 0 && look_) {
      look_(entry.date);
    }
  }
}

void Agenda::remove_at(std::size_t position) {
  positions_[heap_[position].slot()] = not_queued;
  const auto last = heap_.back();
  heap_.pop_back();
  if (position == heap_.size()) {
    return;
  }
  if (position > 0 && last.before(heap_[(position - 1) / arity])) {
    sift_up(position, last);
  } else {
    sift_down(position, last);
  }
}

void Agenda::sift_up(std::size_t position, const Entry& entry) {
  while (position > 0) {
    const auto parent = (position - 1) / arity;
    if (!entry.before(heap_[parent])) {
      break;
    }
    place(position, heap_[parent]);
    position = parent;
  }
  place(position, entry);
}

void Agenda::sift_down(std::size_t position, const Entry& entry) {
  while (true) {
    const auto first = position * arity + 1;
    if (first >= heap_.size()) {
      break;
    }
    auto best = first;
    const auto end = std::min(first + arity, heap_.size());
    for (auto child = first + 1; child < end; ++child) {
      if (heap_[child].before(heap_[best])) {
        best = child;
      }
    }
    if (!heap_[best].before(entry)) {
      break;
    }
    place(position, heap_[best]);
    position = best;
  }
  place(position, entry);
}

}  // namespace tokenfab::engine

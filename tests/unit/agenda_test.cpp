// SPDX-License-Identifier: Apache-2.0
#include "sim/engine/agenda.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <memory>
#include <tuple>

#include "sim/core/random.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::engine;

namespace {

Instant at(std::int64_t n) { return Instant(Duration::from_ticks(n)); }

struct Handler : EventHandler {
  void handle_event(Instant now) override { work(now); }
  std::function<void(Instant)> work = [](Instant) {};
};

/// Handlers that write down (date, slot).
struct Diary {
  Agenda::Slot add(EventPriority priority) {
    handlers.push_back(std::make_unique<Handler>());
    const auto slot = agenda.add(priority, *handlers.back());
    handlers.back()->work = [this, slot](Instant now) {
      handled.emplace_back(now.since_start().ticks(), slot);
    };
    return slot;
  }
  void run() {
    while (agenda.next()) {
      agenda.run_due(*agenda.next());
    }
  }

  Agenda agenda;
  std::vector<std::unique_ptr<Handler>> handlers;
  std::vector<std::pair<Int128, Agenda::Slot>> handled;
};

using Handled = std::vector<std::pair<Int128, Agenda::Slot>>;

}  // namespace

TEST_CASE("agenda: order by date, then priority, then slot") {
  Diary diary;
  const auto stop = diary.add(EventPriority::Stop);
  const auto plant = diary.add(EventPriority::Plant);
  const auto step_a = diary.add(EventPriority::StepBoundary);
  const auto step_b = diary.add(EventPriority::StepBoundary);
  const auto arrival = diary.add(EventPriority::Arrival);
  for (const auto slot : {stop, plant, step_b, step_a, arrival}) {
    diary.agenda.schedule(slot, at(7));
  }
  const auto early = diary.add(EventPriority::Stop);
  diary.agenda.schedule(early, at(6));
  diary.run();
  REQUIRE(diary.handled ==
          Handled{{6, early}, {7, arrival}, {7, step_a}, {7, step_b}, {7, plant}, {7, stop}});
  REQUIRE(diary.agenda.events_handled() == 6);
  REQUIRE(diary.agenda.now() == at(7));
}

TEST_CASE("agenda: a new date replaces the old one, earlier or later") {
  Diary diary;
  const auto a = diary.add(EventPriority::Arrival);
  const auto b = diary.add(EventPriority::Arrival);
  diary.agenda.schedule(a, at(10));
  diary.agenda.schedule(b, at(20));
  diary.agenda.schedule(a, at(30));
  diary.agenda.schedule(b, at(15));
  diary.run();
  REQUIRE(diary.handled == Handled{{15, b}, {30, a}});
}

TEST_CASE("agenda: cancelled dates do not come, and cancelling twice is harmless") {
  Diary diary;
  const auto a = diary.add(EventPriority::Arrival);
  const auto b = diary.add(EventPriority::Arrival);
  diary.agenda.schedule(a, at(10));
  diary.agenda.schedule(b, at(20));
  diary.agenda.cancel(a);
  diary.agenda.cancel(a);
  REQUIRE(diary.agenda.next() == at(20));
  diary.run();
  REQUIRE(diary.handled == Handled{{20, b}});
  diary.agenda.schedule(a, at(25));  // a slot lives on
  diary.run();
  REQUIRE(diary.handled.back() == std::pair<Int128, Agenda::Slot>{25, a});
}

TEST_CASE("agenda: clearing it in a handler ends the run") {
  Diary diary;
  const auto a = diary.add(EventPriority::Arrival);
  const auto b = diary.add(EventPriority::Arrival);
  diary.agenda.schedule(a, at(10));
  diary.agenda.schedule(b, at(10));
  diary.handlers[a]->work = [&](Instant) { diary.agenda.clear(); };
  diary.run();
  REQUIRE(diary.handled.empty());
  REQUIRE_FALSE(diary.agenda.next());
  diary.agenda.schedule(b, at(11));
  diary.run();
  REQUIRE(diary.handled == Handled{{11, b}});
}

TEST_CASE("agenda: what is scheduled for now in a handler still happens, in order") {
  Diary diary;
  const auto stop = diary.add(EventPriority::Stop);
  const auto step = diary.add(EventPriority::StepBoundary);
  const auto arrival = diary.add(EventPriority::Arrival);
  diary.agenda.schedule(stop, at(5));
  diary.agenda.schedule(arrival, at(5));
  auto& work = diary.handlers[arrival]->work;
  const auto note = work;
  work = [&, note](Instant now) {
    note(now);
    diary.agenda.schedule(step, now);
  };
  diary.agenda.run_due(at(5));
  REQUIRE(diary.handled == Handled{{5, arrival}, {5, step}, {5, stop}});
}

TEST_CASE("agenda: equals a sorted list on random operations") {
  RandomStream random(1, 0, "agenda", "operations");
  constexpr std::array priorities{EventPriority::Arrival, EventPriority::StepBoundary,
                                  EventPriority::Plant, EventPriority::Stop};
  for (int round = 0; round < 20; ++round) {
    Diary diary;
    using Entry = std::tuple<std::int64_t, int, Agenda::Slot>;  // date, priority, slot
    std::vector<Entry> expected;
    std::vector<int> priority_of;
    for (int i = 0; i < 40; ++i) {
      const auto which = static_cast<std::size_t>(random.next_u64() % 4);
      priority_of.push_back(static_cast<int>(which));
      diary.add(priorities[which]);
    }
    std::int64_t now = 0;
    for (int i = 0; i < 1500; ++i) {
      const auto slot = static_cast<Agenda::Slot>(random.next_u64() % 40);
      const auto same_slot = [&](const Entry& entry) { return std::get<2>(entry) == slot; };
      const auto kind = random.next_u64() % 8;
      if (kind < 5) {
        const auto date = now + static_cast<std::int64_t>(random.next_u64() % 30);
        diary.agenda.schedule(slot, at(date));
        std::erase_if(expected, same_slot);
        expected.emplace_back(date, priority_of[slot], slot);
      } else if (kind == 5) {
        diary.agenda.cancel(slot);
        std::erase_if(expected, same_slot);
      } else if (!expected.empty()) {
        std::sort(expected.begin(), expected.end());
        now = std::get<0>(expected.front());
        REQUIRE(diary.agenda.next() == at(now));
        diary.handled.clear();
        diary.agenda.run_due(at(now));
        for (const auto& [date, slot_handled] : diary.handled) {
          REQUIRE(date == std::get<0>(expected.front()));
          REQUIRE(slot_handled == std::get<2>(expected.front()));
          expected.erase(expected.begin());
        }
        REQUIRE((expected.empty() || std::get<0>(expected.front()) > now));
      }
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/event_log.hpp"

#include <fmt/format.h>

#include <set>

#include "tests/with_catch.hpp"

using namespace tokenfab;

namespace {

Instant at(double seconds) { return Instant(Duration::from_seconds(seconds)); }

struct Rows : EventSink {
  void event(const EventRecord& row) override {
    text += fmt::format("{:g} {} {} {} {} {}; ", row.at.seconds(), row.site, row.cluster,
                        name_of(row.kind), row.subject, row.detail);
  }
  std::string text;
};

std::string written(EventLog& log) {
  Rows rows;
  log.write(rows);
  return rows.text;
}

}  // namespace

TEST_CASE("event log: rows in order of date, of one date in the order of adding") {
  EventLog log(10, false);
  log.add(at(5), {"a", "c"}, EventKind::NodeFailed, "node 1");
  log.add(at(3), {"a", ""}, EventKind::GridOutageBegan, "");
  log.add(at(5), {"a", "c"}, EventKind::ReplicaLost, "chat/main/0", "why");
  CHECK(
      written(log) ==
      "3 a  grid_outage_began  ; 5 a c node_failed node 1 ; 5 a c replica_lost chat/main/0 why; ");
  EventLog empty(10, false);
  CHECK(written(empty).empty());
}

TEST_CASE("event log: of too many rows the earliest stay, and the others are counted") {
  // Dates 99, 98, ..., 0: the last ones added are the earliest.
  for (const std::size_t rows_max : {1, 3, 49}) {
    EventLog log(rows_max, false);
    std::string expected;
    for (int date = 99; date >= 0; --date) {
      log.add(at(date), {"a", ""}, EventKind::PowerBack, "");
    }
    for (std::size_t i = 0; i < rows_max; ++i) {
      expected += fmt::format("{} a  power_back  ; ", i);
    }
    expected += fmt::format("{}   truncated  {} more; ", rows_max - 1, 100 - rows_max);
    CHECK(written(log) == expected);
  }
  EventLog all(100, false);
  for (int date = 99; date >= 0; --date) {
    all.add(at(date), {"a", ""}, EventKind::PowerBack, "");
  }
  CHECK(written(all).find("truncated") == std::string::npos);
}

TEST_CASE("event kinds: each has a name of its own and a sentence") {
  std::set<std::string_view> names;
  for (const auto& kind : event_kinds()) {
    names.insert(kind.name);
    CHECK(event_kind_named(kind.name) == kind.kind);
    CHECK(name_of(kind.kind) == kind.name);
    CHECK(kind.sentence.size() > 10);
  }
  CHECK(names.size() == event_kinds().size());
  CHECK(!event_kind_named("coffee_break"));
}

// SPDX-License-Identifier: Apache-2.0
// The command `timeline`: the trace as a viewer reads it, its bounds, and what is refused.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/program/program.hpp"

namespace tokenfab::program {
namespace {

using Json = nlohmann::json;

/// The small scenario with more requests, where a node breaks and the grid goes away.
std::string eventful_scenario() {
  auto text = replaced(small_scenario(), "\"nodes\": 2",
                       R"("nodes": 2, "faults": {"model": "scheduled", "losses": {
      "one": {"at": "2 s", "node": 1, "repair_time": "3 s"}}})");
  text = replaced(text, "\"cooling\"", "\"restart_time\": \"2 s\", \"cooling\"");
  text = replaced(text, "\"grid\": {", R"("grid": {"outages": {"model": "scheduled",
      "outages": {"first": {"at": "8 s", "duration": "1 s"}}}, )");
  return replaced(text, "\"num_prompts\": 50", "\"num_prompts\": 400");
}

std::int64_t nanoseconds(const Json& microseconds) {
  return std::llround(microseconds.get<double>() * 1000);
}

using Line = std::pair<int, int>;  // process and thread

Line line_of(const Json& event) { return {event["pid"].get<int>(), event["tid"].get<int>()}; }

struct Trace {
  explicit Trace(const std::string& text)
      : json(Json::parse(text)), events(json.at("traceEvents")) {
    for (const auto& event : events) {
      const std::string phase = event["ph"];
      ++count[phase];
      if (phase == "M") {
        auto& names = event["name"] == "process_name" ? processes : threads;
        names[line_of(event)] = event["args"]["name"].get<std::string>();
      }
    }
  }

  /// Names of slices on the thread, in order.
  std::vector<std::string> states(const std::string& thread) const {
    std::vector<std::string> names;
    for (const auto& event : events) {
      if (event["ph"] == "X" && threads.at(line_of(event)) == thread) {
        names.push_back(event["name"]);
      }
    }
    return names;
  }

  Json json;
  Json events;
  std::map<std::string, std::size_t> count;  // by phase
  std::map<Line, std::string> processes;
  std::map<Line, std::string> threads;
};

/// What the format asks for: names of all lines, slices of a line within or behind each other, ends
/// for all that begins, counters in order.
void check_trace(const Trace& trace) {
  using Key = std::pair<int, std::string>;
  std::map<Line, std::int64_t> ends;                                      // of slices by line
  std::map<Key, std::int64_t> at;                                         // of counters
  std::map<Key, std::vector<std::pair<std::string, std::int64_t>>> open;  // by process and id
  std::vector<Json> sorted;
  for (const auto& event : trace.events) {
    const int process = event["pid"];
    REQUIRE(trace.processes.count({process, 0}) == 1);
    if (event["ph"] != "M") {
      REQUIRE(event["ts"].get<double>() >= 0);
      sorted.push_back(event);
    }
  }
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Json& a, const Json& b) { return a["ts"] < b["ts"]; });
  for (const auto& event : sorted) {
    INFO(event.dump());
    const auto line = line_of(event);
    const auto date = nanoseconds(event["ts"]);
    const std::string phase = event["ph"];
    if (phase == "X") {
      REQUIRE(trace.threads.count(line) == 1);
      REQUIRE(date >= ends[line]);
      ends[line] = date + nanoseconds(event["dur"]);
    } else if (phase == "i") {
      REQUIRE(trace.threads.count(line) == 1);
    } else if (phase == "C") {
      auto& last = at[Key(line.first, event["name"].get<std::string>())];
      REQUIRE(date >= last);
      last = date;
    } else {
      REQUIRE((phase == "b" || phase == "e"));
      auto& parts = open[Key(line.first, event["id"].get<std::string>())];
      if (phase == "b") {
        parts.emplace_back(event["name"].get<std::string>(), date);
      } else {
        REQUIRE(!parts.empty());
        REQUIRE(parts.back().first == event["name"]);
        REQUIRE(date >= parts.back().second);
        parts.pop_back();
      }
    }
  }
  for (const auto& [key, parts] : open) {
    REQUIRE(parts.empty());
  }
}

}  // namespace

TEST_CASE("timeline: states, marks, counters and every request of a small run") {
  const Sandbox sandbox;
  run_well(sandbox, eventful_scenario());
  const auto finished = sandbox.run({"timeline", "out", "-o", "trace.json"});
  INFO(finished.err);
  REQUIRE(finished.code == ok);
  expect_words(finished.out, {"trace.json: ", "400 of 400 requests", "ui.perfetto.dev"});
  const Trace trace(sandbox.read("trace.json"));
  check_trace(trace);
  CHECK(trace.json["displayTimeUnit"] == "ms");
  CHECK(trace.json["otherData"]["requests kept"] == 400);
  CHECK(trace.states("main/1") ==
        std::vector<std::string>{"ready", "lost", "loading", "ready", "lost", "loading", "ready"});
  CHECK(trace.states("grid") == std::vector<std::string>{"away"});
  CHECK(trace.states("racks") == std::vector<std::string>{"dark", "nodes start"});
  CHECK(trace.count.at("C") > 20);
  CHECK(trace.count.at("b") == trace.count.at("e"));
  CHECK(trace.count.at("b") >= 400 * 2);
  std::set<std::string> marks;
  for (const auto& event : trace.events) {
    if (event["ph"] == "i") {
      marks.insert(event["name"]);
    }
  }
  CHECK(marks.count("node_failed") + marks.count("node_repaired") == 2);
}

TEST_CASE("timeline: bounded by events, and the sample is the same whenever it is drawn") {
  const Sandbox sandbox;
  run_well(sandbox, eventful_scenario());
  const auto traced = [&](const std::string& out) {
    const auto finished = sandbox.run({"timeline", "out", "-o", out, "--events", "1000"});
    INFO(finished.err);
    REQUIRE(finished.code == ok);
    return sandbox.read(out);
  };
  const Trace trace(traced("a.json"));
  check_trace(trace);
  CHECK(trace.events.size() <= 1000);
  CHECK(trace.events.size() > 900);
  const int kept = trace.json["otherData"]["requests kept"];
  CHECK(kept > 50);
  CHECK(kept < 400);
  const auto zipped = traced("a.json.gz");
  CHECK(zipped == traced("b.json.gz"));
  CHECK(zipped.substr(0, 10) == std::string("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03", 10));
  CHECK(zipped.size() < trace.json.dump().size() / 4);
}

TEST_CASE("timeline: a window shows what meets it, cut at its ends") {
  const Sandbox sandbox;
  run_well(sandbox, eventful_scenario());
  const auto finished =
      sandbox.run({"timeline", "out", "-o", "a.json", "--from", "1500 ms", "--to", "3 s"});
  INFO(finished.err);
  REQUIRE(finished.code == ok);
  const Trace trace(sandbox.read("a.json"));
  check_trace(trace);
  CHECK(trace.states("main/1") == std::vector<std::string>{"ready", "lost"});
  for (const auto& event : trace.events) {
    if (event["ph"] != "M") {
      INFO(event.dump());
      CHECK(event["ts"].get<double>() >= 1.5e6);
      CHECK(event["ts"].get<double>() + event.value("dur", 0.0) <= 3e6);
    }
  }
}

TEST_CASE("timeline: what is refused leaves no file") {
  const Sandbox sandbox;
  run_well(sandbox, small_scenario());
  const auto before = sandbox.files();
  const auto refused = [&](const std::vector<std::string>& more, int code,
                           const std::vector<std::string>& words) {
    std::vector<std::string> arguments{"timeline"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const auto finished = sandbox.run(arguments);
    INFO(finished.out + finished.err);
    CHECK(finished.code == code);
    expect_words(finished.err, words);
    CHECK(sandbox.files() == before);
  };
  refused({"nowhere"}, scenario_invalid, {"nowhere"});
  refused({"out", "--from", "2 h"}, usage, {"nothing to show", "the run takes"});
  refused({"out", "--from", "2 s", "--to", "1 s"}, usage, {"nothing to show"});
  refused({"out", "--from", "2 kW"}, usage, {"--from", "span of time"});
  refused({"out", "--to", "soon"}, usage, {"--to"});
  refused({"out", "--events", "10"}, usage, {"--events", "1000"});
  refused({"out", "-o", "out/series.csv/trace.json"}, scenario_invalid, {"cannot be written"});
  const auto refused_with = [&](const std::string& name, const std::string& text,
                                const std::vector<std::string>& words) {
    INFO(name);
    const auto whole = sandbox.read(name);
    sandbox.write(name, text);
    const auto finished = sandbox.run({"timeline", "out"});
    CHECK(finished.code == data_invalid);
    expect_words(finished.err, words);
    CHECK(!std::filesystem::exists(sandbox.folder() / "out/trace.json.gz"));
    sandbox.write(name, whole);
  };
  const auto requests = sandbox.read("out/requests.csv");
  refused_with("out/requests.csv", requests + "7,chat\n", {"requests.csv:52", "2 cells"});
  refused_with("out/requests.csv", replaced(requests, ",arrival_s", ",arrival"), {"arrival_s"});
  refused_with("out/series.csv", replaced(sandbox.read("out/series.csv"), ",site,", ",place,"),
               {"series.csv:1", "no column \"site\""});
  refused_with("out/events.csv", sandbox.read("out/events.csv") + "1,site,,coffee_break,,\n",
               {"events.csv:2", "coffee_break"});
  refused_with("out/events.csv", sandbox.read("out/events.csv") + "soon,site,,blackout,,\n",
               {"events.csv:2", "time_s", "soon"});
  refused_with("out/report.json", "{}", {"report.json"});
}

TEST_CASE("timeline: without rows of requests and series there are the states") {
  const Sandbox sandbox;
  run_well(sandbox,
           replaced(eventful_scenario(), "{\"series\": \"1 s\"}", "{\"requests\": false}"));
  const auto finished = sandbox.run({"timeline", "out/report.json"});
  INFO(finished.err);
  REQUIRE(finished.code == ok);
  expect_words(finished.out, {"out/trace.json.gz: ", "0 of 0 requests"});
}

}  // namespace tokenfab::program

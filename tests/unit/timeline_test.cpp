// SPDX-License-Identifier: Apache-2.0
#include "sim/timeline/timeline.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "sim/core/errors.hpp"
#include "sim/timeline/request_slices.hpp"
#include "sim/timeline/series_counters.hpp"
#include "sim/timeline/state_slices.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;

namespace {

/// A folder of its own, gone at the end.
struct Folder {
  Folder() : path(std::filesystem::temp_directory_path() / name()) {
    std::filesystem::create_directories(path);
  }
  ~Folder() { std::filesystem::remove_all(path); }
  static std::string name() {
    static int number = 0;
    return fmt::format("tokenfab-timeline-{}-{}", ::getpid(), ++number);
  }
  std::string file(const std::string& name) const { return (path / name).string(); }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(path / name, std::ios::binary) << text;
  }
  std::string read(const std::string& name) const {
    std::ifstream stream(path / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  std::filesystem::path path;
};

/// The lines of a trace that `write` makes, without those that name processes and threads.
template <class Write>
std::vector<std::string> events_of(Write write) {
  const Folder folder;
  {
    TimelineFile file(folder.file("trace.json"));
    TraceWriter writer(file);
    write(writer, folder);
    writer.finish({});
    file.commit();
  }
  std::vector<std::string> events;
  std::istringstream lines(folder.read("trace.json"));
  for (std::string line; std::getline(lines, line);) {
    if (line.find("\"ph\":\"") != std::string::npos && line.find("\"M\"") == std::string::npos) {
      events.push_back(line.substr(0, line.rfind('}') + 1));
    }
  }
  return events;
}

std::string part(const std::string& event, const std::string& key) {
  const auto at = event.find("\"" + key + "\":") + key.size() + 3;
  return event.substr(at, event.find_first_of(",}", at) - at);
}

/// "name from-to" of slices, "name at" of marks; in microseconds.
std::vector<std::string> states(const std::vector<StateRow>& rows, TraceWindow window,
                                std::uint64_t events_max = 1000) {
  std::vector<std::string> told;
  const auto events = events_of([&](TraceWriter& writer, const Folder&) {
    StateSlices slices(writer, window, events_max);
    for (const auto& row : rows) {
      slices.add(row);
    }
    slices.finish(100e-6);
    if (slices.left_out() > 0) {
      told.push_back(fmt::format("{} left out", slices.left_out()));
    }
  });
  for (const auto& event : events) {
    const auto name = part(event, "name");
    const auto ts = part(event, "ts");
    told.push_back(event.find("\"X\"") == std::string::npos
                       ? fmt::format("{} {}", name, ts)
                       : fmt::format("{} {}+{}", name, ts, part(event, "dur")));
  }
  return told;
}

constexpr TraceWindow whole{0, 100e-6};
using Told = std::vector<std::string>;

}  // namespace

TEST_CASE("timeline: a replica's states follow each other, the first one from what came after it") {
  const StateRow draining{10e-6, "s", "c", EventKind::ReplicaDraining, "chat/main/0", ""};
  const StateRow stopped{20e-6, "s", "c", EventKind::ReplicaStopped, "chat/main/0", ""};
  const StateRow loading{50e-6, "s", "c", EventKind::ReplicaLoading, "chat/main/0", "new weights"};
  const StateRow ready{70e-6, "s", "c", EventKind::ReplicaReady, "chat/main/0", ""};
  CHECK(states({draining, stopped, loading, ready}, whole) ==
        Told{"\"ready\" 0.000+10.000", "\"draining\" 10.000+10.000", "\"loading\" 50.000+20.000",
             "\"ready\" 70.000+30.000"});
  CHECK(states({loading, ready}, whole) ==
        Told{"\"loading\" 50.000+20.000", "\"ready\" 70.000+30.000"});
  // Cut by the window; what lies outside it is not there.
  CHECK(states({draining, stopped, loading, ready}, {15e-6, 60e-6}) ==
        Told{"\"draining\" 15.000+5.000", "\"loading\" 50.000+10.000"});
}

TEST_CASE("timeline: plants and jobs") {
  CHECK(states({{1e-6, "s", "", EventKind::GridOutageBegan, "", ""},
                {2e-6, "s", "", EventKind::BreakerTripped, "", ""},
                {2e-6, "s", "", EventKind::Blackout, "", ""},
                {5e-6, "s", "", EventKind::GridOutageEnded, "", ""},
                {6e-6, "s", "", EventKind::PowerBack, "", ""},
                {9e-6, "s", "", EventKind::NodesBack, "", ""}},
               whole) == Told{"\"breaker_tripped\" 2.000", "\"away\" 1.000+4.000",
                              "\"dark\" 2.000+4.000", "\"nodes start\" 6.000+3.000"});
  CHECK(states({{1e-6, "s", "c", EventKind::JobStarted, "train", "4 nodes"},
                {3e-6, "s", "c", EventKind::NodeFailed, "node 1", ""},
                {3e-6, "s", "c", EventKind::JobInterrupted, "train", ""},
                {3e-6, "s", "c", EventKind::JobRequeued, "train", ""},
                {8e-6, "s", "c", EventKind::JobStarted, "train", "3 nodes"},
                {9e-6, "s", "c", EventKind::JobEnded, "train", ""}},
               whole) == Told{"\"node_failed\" 3.000", "\"job_interrupted\" 3.000",
                              "\"running\" 1.000+2.000", "\"waiting\" 3.000+5.000",
                              "\"running\" 8.000+1.000"});
}

TEST_CASE("timeline: states beyond the bound are counted") {
  std::vector<StateRow> rows;
  for (int i = 0; i < 50; ++i) {
    rows.push_back({i * 1e-6, "s", "", EventKind::BreakerTripped, "", ""});
  }
  const auto told = states(rows, whole, 30);
  // Two names and 26 marks; the two places that are left are for names that might have come.
  CHECK(told.front() == "24 left out");
  CHECK(told.size() == 1 + 26);
}

TEST_CASE("timeline: a larger sample of requests has all of a smaller one") {
  std::string csv =
      "id,service,tenant,status,arrival_s,ttft_s,tpot_s,e2el_s,input_tokens,cached_input_tokens,"
      "output_tokens,pool,replica\n";
  for (int i = 0; i < 3000; ++i) {
    csv += fmt::format("{},chat,,completed,{},0.5,0.1,2,10,0,16,main,{}\n", i, i * 0.1, i % 4);
  }
  std::set<std::string> before;
  for (const std::uint64_t events_max : {1000, 1003, 5000, 17999, 18003, 50000}) {
    RequestsTold told;
    const auto events = events_of([&](TraceWriter& writer, const Folder& folder) {
      folder.write("requests.csv", csv);
      told = add_requests(folder.file("requests.csv"), {0, 400}, 400, events_max, writer);
      CHECK(writer.events() <= events_max);
    });
    CHECK(told.in_window == 3000);
    CHECK(told.kept == std::min<std::uint64_t>(3000, (events_max - 2) / 6));
    CHECK(events.size() == told.kept * 6);
    std::set<std::string> kept;
    for (const auto& event : events) {
      if (event.find("\"request\":") != std::string::npos) {
        kept.insert(part(event, "request"));
      }
    }
    CHECK(kept.size() == told.kept);
    CHECK(std::includes(kept.begin(), kept.end(), before.begin(), before.end()));
    before = kept;
  }
}

TEST_CASE("timeline: every kind of event is explained in docs/timeline.md") {
  std::ifstream file(TOKENFAB_SOURCE_DIR "/docs/timeline.md");
  const std::string docs{std::istreambuf_iterator<char>(file), {}};
  for (const auto& kind : event_kinds()) {
    INFO(kind.name);
    CHECK(docs.find(fmt::format("| `{}` | {} |", kind.name, kind.sentence)) != std::string::npos);
  }
}

// SPDX-License-Identifier: Apache-2.0
// Workloads that start when they are told to, say when they are done, and run again.
#include "tests/catalogue_entries.hpp"
#include "tests/line_scenario.hpp"
#include "tests/run_in_child.hpp"
#include "tests/service_floor.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

const std::string open_load = R"("open": {"model": "synthetic", "service": "chat",
  "request_rate": "20 /s", "num_prompts": 40, "isl": {"model": "uniform", "low": 1, "high": 900},
  "osl": {"model": "uniform", "low": 1, "high": 200}, "tenants": {"a": 2, "b": 1}})";
const std::string agents = R"("agents": {"model": "agents", "service": "chat", "concurrency": 3,
  "num_sessions": 9, "turns": 4, "first_tokens": 200, "growth_tokens": 90, "output_tokens": 60,
  "think_time_s": {"0": 0.01, "1": 0.5}, "tool_time_s": {"0": 0.001, "1": 0.3}})";
const std::string too_long = R"("long": {"model": "synthetic", "service": "chat", "concurrency": 2,
  "num_prompts": 5, "isl": 200000, "osl": 10})";

/// The rows of a run whose workloads start at `from`, as if they had started at 0, and when each
/// was done.
std::string played(const std::string& workloads, double from) {
  return run_in_child([&] {
    LineScenario scenario;
    scenario.workloads = workloads;
    ServiceFloor floor(scenario.text());
    std::string ends;
    for (auto& workload : floor.workloads) {
      workload->when_done([&](Instant now) {
        ends += fmt::format("{} done at {:.6f}\n", workload->name(), now.seconds() - from);
      });
      floor.at(from, [&](Instant now) { workload->start(now); });
    }
    floor.run(200, false);
    return text_of(floor.rows, at_s(from)) + ends;
  });
}

}  // namespace

TEST_CASE("held workload: a later start shifts everything and changes nothing") {
  for (const auto& workloads : {open_load, agents, open_load + ", " + agents}) {
    const auto at_once = played(workloads, 0);
    REQUIRE(at_once.find("completed") != std::string::npos);
    REQUIRE(at_once.find("done at") != std::string::npos);
    REQUIRE(played(workloads, 50) == at_once);
  }
}

TEST_CASE("held workload: it is done too when all its requests are refused") {
  const auto told = played(too_long, 10);
  REQUIRE(told.find("4  rejected") != std::string::npos);
  REQUIRE(told.find("completed") == std::string::npos);
  // Two clients, the next request of each a round trip of 1 ms after the last was tokenized and
  // refused; the fifth is tokenized once more.
  const auto profile = engine_with().profile;
  const double tokenized = (profile.request_overhead + profile.request_token_overhead * 200e3).si();
  REQUIRE(told.find(fmt::format("4  rejected {:.6f} ", 2 * tokenized + 0.002)) !=
          std::string::npos);
  REQUIRE(told.find(fmt::format("long done at {:.6f}", 3 * tokenized + 0.002)) !=
          std::string::npos);
}

TEST_CASE("held workload: run after run from fresh sources") {
  const auto told = run_in_child([] {
    LineScenario scenario;
    scenario.workloads = open_load;
    ServiceFloor floor(scenario.text());
    auto& workload = *floor.workloads.front();
    std::string lines;
    int run = 0;
    std::size_t seen = 0;
    Instant from;
    workload.when_done([&](Instant now) {
      std::vector<FloorRow> rows(floor.rows.begin() + static_cast<std::ptrdiff_t>(seen),
                                 floor.rows.end());
      for (auto& row : rows) {
        row.id -= seen;
      }
      lines += text_of(rows, from) + "\n";
      seen = floor.rows.size();
      if (++run == 1) {
        from = now;
        workload.restart(floor.source("open", run), now);
      } else if (run == 2) {
        from = now + Duration::from_seconds(3);
        floor.at(from.seconds(),
                 [&](Instant date) { workload.restart(floor.source("open", run), date); });
      }
    });
    floor.run(200);
    return lines + std::to_string(floor.floor.tenants[0].size());
  });
  // Each run is what it would have been by itself.
  std::string apart;
  for (int run = 0; run < 3; ++run) {
    apart += run_in_child([run] {
      LineScenario scenario;
      scenario.workloads = open_load;
      ServiceFloor floor(scenario.text());
      floor.workloads.front()->restart(floor.source("open", run), Instant());
      floor.run(200, false);
      return text_of(floor.rows) + "\n";
    });
  }
  REQUIRE(told == apart + "3");  // tenants: the nameless one, a and b
}

TEST_CASE("held workload: what agents achieve is summed over the runs") {
  const auto told = run_in_child([] {
    LineScenario scenario;
    scenario.workloads = agents;
    ServiceFloor floor(scenario.text());
    auto& workload = *floor.workloads.front();
    int run = 0;
    workload.when_done([&](Instant now) {
      if (++run == 1) {
        workload.restart(floor.source("agents", run), now);
      }
    });
    floor.run(300);
    const auto activity = *workload.agents();
    return fmt::format("{} runs, {} tasks on {} day", run,
                       activity.tasks_completed + activity.tasks_failed,
                       activity.agents_by_day.size());
  });
  REQUIRE(told == "2 runs, 18 tasks on 1 day");
}

TEST_CASE("held workload: one that is never started sends nothing") {
  REQUIRE(run_in_child([] {
            ServiceFloor floor(LineScenario{}.text());
            floor.run(20, false);
            return std::to_string(floor.rows.size());
          }) == "0");
}

// SPDX-License-Identifier: Apache-2.0
// Sessions in closed loop: what waits for what, lost requests, agents by day; recorded and made up.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "models/catalog.hpp"
#include "models/workload/agents_workload.hpp"
#include "models/workload/session_trace_workload.hpp"
#include "sim/data/open_sessions.hpp"
#include "tests/play_sessions.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;

namespace {

const std::string fork_and_join =
    R"({"session": "s", "agent": "ann", "requests": [)"
    R"({"id": "a", "gap_s": 1, "input_tokens": 10, "output_tokens": 1},)"
    R"({"id": "b", "after": ["a"], "gap_s": 4, "input_tokens": 20, "output_tokens": 1},)"
    R"({"id": "c", "after": ["a"], "gap_s": 2, "input_tokens": 30, "output_tokens": 1},)"
    R"({"id": "d", "after": ["b", "c"], "gap_s": 8, "input_tokens": 40, "output_tokens": 1}]})";

std::string times(const std::string& line, int count) {
  std::string text;
  for (int i = 0; i < count; ++i) {
    text += line + "\n";
  }
  return text;
}

SessionTraceWorkloadConfig closed(std::int64_t concurrency) {
  SessionTraceWorkloadConfig config;
  config.concurrency = concurrency;
  return config;
}

struct Replay {
  Played played;
  AgentActivity agents;
};

Replay replay(const SessionTraceWorkloadConfig& config, const std::string& text,
              const PlayRules& rules = {}, Duration time_of_day = {}) {
  SessionTraceWorkload workload(config);
  WorkloadInputs inputs;
  inputs.sessions = open_sessions(ByteStream::from_memory("s", text), "sessions");
  inputs.time_of_day = time_of_day;
  auto played = play_sessions(workload, std::move(inputs), rules);
  return {std::move(played), *workload.agents()};
}

/// Date sent by input tokens.
std::map<std::uint32_t, double> dates(const Played& played) {
  std::map<std::uint32_t, double> result;
  for (const auto& sent : played.sent) {
    result[sent.arrival.input_tokens] = sent.arrival.date.seconds();
  }
  return result;
}

AgentsWorkloadConfig agents(std::int64_t sessions) {
  AgentsWorkloadConfig config;
  config.number = sessions;
  config.concurrency = 8;
  return config;
}

Played play(const AgentsWorkloadConfig& config, const PlayRules& rules = {}) {
  AgentsWorkload workload(config, plugin_table());
  return play_sessions(workload, {}, rules);
}

PluginConfig fixed(std::uint32_t value) {
  auto config = std::make_shared<FixedLengthConfig>();
  config->value = value;
  return {"fixed", std::move(config)};
}

}  // namespace

// a at 1, answered at 2; b at 2 + 4 = 6, c at 2 + 2 = 4; d 8 after the later answer, 7: at 15.
TEST_CASE("sessions: a request is sent its gap after the last answer it waits for") {
  const auto [played, activity] = replay(closed(1), times(fork_and_join, 1));
  REQUIRE(dates(played) == std::map<std::uint32_t, double>{{10, 1}, {20, 6}, {30, 4}, {40, 15}});
  REQUIRE(activity.tasks_completed == 1);
  REQUIRE(activity.agents_by_day == std::vector<std::uint64_t>{1});
}

TEST_CASE("sessions: gaps can be played faster and cut") {
  auto config = closed(1);
  config.speedup = 2;
  config.gap_max = Seconds(4);
  const auto [played, activity] = replay(config, times(fork_and_join, 1));
  // gaps 0.5, 2, 1, 2
  REQUIRE(dates(played) ==
          std::map<std::uint32_t, double>{{10, 0.5}, {20, 3.5}, {30, 2.5}, {40, 6.5}});
}

TEST_CASE("sessions: an agent takes the next session when its last one has ended") {
  const auto [played, activity] = replay(closed(2), times(fork_and_join, 5));
  REQUIRE(played.in_order);
  REQUIRE(activity.tasks_completed == 5);
  std::set<std::uint64_t> sessions;
  std::map<double, int> starts;
  for (const auto& sent : played.sent) {
    sessions.insert(sent.arrival.session);
    if (sent.arrival.input_tokens == 10) {
      ++starts[sent.arrival.date.seconds()];
    }
  }
  REQUIRE(sessions.size() == 5);
  REQUIRE(sessions.count(0) == 0);
  REQUIRE(starts == std::map<double, int>{{1, 2}, {17, 2}, {33, 1}});
  REQUIRE(activity.agents_by_day == std::vector<std::uint64_t>{2});
}

TEST_CASE("sessions: number and rate bound what is begun; dates keep order") {
  auto config = closed(3);
  config.number = 4;
  REQUIRE(replay(config, times(fork_and_join, 9)).agents.tasks_completed == 4);
  SessionTraceWorkloadConfig open;
  open.rate = PerSecond(10);
  const auto [played, activity] = replay(open, times(fork_and_join, 50));
  REQUIRE(played.in_order);
  REQUIRE(activity.tasks_completed == 50);
  REQUIRE(activity.agents_by_day == std::vector<std::uint64_t>{1});  // all of ann
}

TEST_CASE("sessions: a lost request ends its session after its retries") {
  int lost = 0;
  PlayRules rules;
  rules.is_served = [&](const Arrival& arrival) {
    return arrival.input_tokens != 30 || lost-- <= 0;
  };
  lost = 1;
  auto run = replay(closed(1), times(fork_and_join, 2), rules);
  REQUIRE(run.agents.tasks_failed == 1);
  REQUIRE(run.agents.tasks_completed == 1);
  REQUIRE(run.played.requests == 3 + 4);  // b was under way, d never sent
  auto config = closed(1);
  config.retries = 2;
  lost = 2;
  run = replay(config, times(fork_and_join, 1), rules);
  REQUIRE(run.agents.tasks_completed == 1);
  REQUIRE(run.played.requests == 4 + 2);
  lost = 3;
  run = replay(config, times(fork_and_join, 1), rules);
  REQUIRE(run.agents.tasks_failed == 1);
  REQUIRE(run.agents.agents_by_day.empty());
}

TEST_CASE("sessions: days begin at local midnight") {
  AgentDays days;
  days.begin(Duration::from_seconds(23 * 3600));
  const auto at = [](double hours) { return Instant(Duration::from_seconds(3600 * hours)); };
  days.complete(at(0.5), 1);
  days.complete(at(0.6), 1);
  days.complete(at(0.7), 0);
  days.complete(at(1), 1);  // midnight
  days.complete(at(24.9), 1);
  days.complete(at(73), 7);
  days.complete(at(73), std::nullopt);
  REQUIRE(days.activity().agents_by_day == std::vector<std::uint64_t>{2, 1, 0, 0, 2});
  REQUIRE(days.activity().tasks_completed == 7);
}

TEST_CASE("sessions: neither loop, or both, is refused") {
  REQUIRE_THROWS_WITH(SessionTraceWorkload({}),
                      "a session_trace workload needs session_rate (open loop) or concurrency "
                      "(closed loop), and not both");
  auto config = agents(1);
  config.agents = 5;
  REQUIRE_THROWS_WITH(AgentsWorkload(config, plugin_table()),
                      "agents is of an open loop; a closed loop has as many as concurrency");
  config = agents(1);
  config.tool_time_s = {{"0", 5}};
  REQUIRE_THROWS_WITH(AgentsWorkload(config, plugin_table()),
                      "tool_time_s: the probabilities \"0\" and \"1\" must be given");
  config.tool_time_s = {{"0", -5}, {"1", 1}};
  REQUIRE_THROWS_WITH(AgentsWorkload(config, plugin_table()),
                      Catch::Contains("tool_time_s: -5 seconds at \"0\"; a gap is between 0 and"));
}

TEST_CASE("agents: prompts sum up, contexts grow until compacted, turns follow answers") {
  auto config = agents(60);
  config.subagents.launch_share = 0.05;
  config.branches.launch_share = 0.05;
  config.resumed.share = 0;
  config.turns = fixed(30);
  PlayRules rules;
  rules.answer_time_s = [](const Arrival& arrival) { return 1e-3 * arrival.output_tokens; };
  const auto played = play(config, rules);
  REQUIRE(played.in_order);
  std::map<std::uint64_t, std::vector<const Sent*>> by_session;
  std::set<std::uint64_t> systems;
  for (const auto& sent : played.sent) {
    std::uint64_t sum = 0;
    for (const auto& span : sent.arrival.prompt) {
      REQUIRE(span.tokens > 0);
      sum += span.tokens;
    }
    REQUIRE(sum == sent.arrival.input_tokens);
    systems.insert(sent.arrival.prompt.front().content);
    by_session[sent.arrival.session].push_back(&sent);
  }
  REQUIRE(by_session.size() == 60);
  REQUIRE(systems.size() == 2);  // of agents and of sub-agents
  std::size_t branches = 0;
  for (const auto& [session, all] : by_session) {
    // The main line: two spans of the agents' system prompt. In order of leaving, each is sent
    // after the one before has been answered, and its context holds that one and its answer.
    const Sent* before = nullptr;
    std::size_t turns = 0;
    for (const auto* sent : all) {
      const auto& prompt = sent->arrival.prompt;
      branches += prompt.size() == 3 ? 1 : 0;
      if (prompt.front().tokens != config.system_tokens || prompt.size() != 2) {
        continue;
      }
      ++turns;
      if (before != nullptr) {
        REQUIRE(sent->arrival.date >= before->left);
        const bool is_compacted = prompt[1].content != before->arrival.prompt[1].content;
        REQUIRE((is_compacted || prompt[1].tokens > before->arrival.prompt[1].tokens +
                                                        before->arrival.output_tokens));
      }
      before = sent;
    }
    REQUIRE(turns == 30);
  }
  REQUIRE(branches > 60);
}

TEST_CASE("agents: the same seed gives the same requests, another seed others") {
  const auto config = agents(20);
  const auto one = play(config);
  const auto two = play(config);
  PlayRules other;
  other.seed = 2;
  const auto three = play(config, other);
  REQUIRE(one.sent.size() == two.sent.size());
  bool differs = one.sent.size() != three.sent.size();
  for (std::size_t i = 0; i < one.sent.size(); ++i) {
    const auto& a = one.sent[i].arrival;
    const auto& b = two.sent[i].arrival;
    REQUIRE(a.date == b.date);
    REQUIRE(a.input_tokens == b.input_tokens);
    REQUIRE(a.output_tokens == b.output_tokens);
    REQUIRE(a.prompt.back().content == b.prompt.back().content);
  }
  for (std::size_t i = 0; !differs && i < one.sent.size(); ++i) {
    differs = one.sent[i].arrival.input_tokens != three.sent[i].arrival.input_tokens;
  }
  REQUIRE(differs);
}

TEST_CASE("agents: a plain chat is turns of a human") {
  AgentsWorkloadConfig config;
  config.rate = PerSecond(5);
  config.number = 2000;
  config.agents = 10;
  config.resumed.share = 0;
  config.turns = fixed(3);
  config.system_tokens = 0;
  config.first_tokens = fixed(50);
  config.growth_tokens = fixed(20);
  config.output_tokens = fixed(100);
  config.think_share = 1;
  config.think_time_s = {{"0", 30}, {"1", 30}};
  config.subagents.launch_share = 0;
  AgentsWorkload workload(config, plugin_table());
  REQUIRE(workload.expected_requests() == 6000);
  REQUIRE(workload.offered_rate_per_s() == Approx(15));
  const auto played = play_sessions(workload, {}, {});
  REQUIRE(played.requests == 6000);
  REQUIRE(played.in_order);
  for (const auto& sent : played.sent) {
    const auto input = sent.arrival.input_tokens;
    REQUIRE((input == 50 || input == 170 || input == 290));
    REQUIRE(sent.arrival.prompt.size() == 1);
  }
  REQUIRE(workload.agents()->tasks_completed == 2000);
  REQUIRE(workload.agents()->agents_by_day == std::vector<std::uint64_t>{10});
}

TEST_CASE("agents: memory and time follow the sessions under way") {
  AgentsWorkloadConfig config;
  config.concurrency = 1000;
  config.number = 5000;
  config.resumed.share = 0;
  config.turns = fixed(20);
  PlayRules rules;
  rules.keeps = false;
  const auto played = play(config, rules);
  REQUIRE(played.requests > 100'000);
  REQUIRE(played.on_the_way_max < 1100);
}

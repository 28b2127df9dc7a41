// SPDX-License-Identifier: Apache-2.0
// Retrieval-augmented requests, offline batches, and the tenants of synthetic load.
#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include "models/catalog.hpp"
#include "models/workload/batch_workload.hpp"
#include "models/workload/rag_workload.hpp"
#include "models/workload/synthetic_workload.hpp"
#include "models/workload/zipf.hpp"
#include "tests/play_sessions.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;

namespace {

PluginConfig fixed(std::uint32_t value) {
  auto config = std::make_shared<FixedLengthConfig>();
  config->value = value;
  return {"fixed", std::move(config)};
}

RagWorkloadConfig rag(std::int64_t requests) {
  RagWorkloadConfig config;
  config.rate = PerSecond(2);
  config.number = requests;
  return config;
}

Played play(const RagWorkloadConfig& config) {
  RagWorkload workload(config, plugin_table());
  return play_sessions(workload, {}, {});
}

BatchWorkloadConfig batch() {
  BatchWorkloadConfig config;
  config.isl = fixed(100);
  config.osl = fixed(10);
  config.num_prompts = 10;
  config.concurrency = 4;
  config.start = Seconds(5);
  return config;
}

}  // namespace

TEST_CASE("rag: a prompt is system prompt, passages and question, after its preparation") {
  auto config = rag(500);
  config.passages = 50;
  const auto played = play(config);
  REQUIRE(played.in_order);
  REQUIRE(played.sent.size() == 500);
  std::map<std::uint64_t, std::uint32_t> lengths;
  std::set<std::uint64_t> questions;
  for (const auto& [arrival, left, was_served] : played.sent) {
    REQUIRE(arrival.preparation == Duration::from_seconds(0.06));
    REQUIRE(arrival.prompt.size() == 8);
    REQUIRE(arrival.prompt.front().tokens == 1400);
    std::uint64_t sum = 0;
    for (const auto& span : arrival.prompt) {
      const auto known = lengths.try_emplace(span.content, span.tokens);
      REQUIRE(known.first->second == span.tokens);  // a content is always as long
      sum += span.tokens;
    }
    REQUIRE(sum == arrival.input_tokens);
    questions.insert(arrival.prompt.back().content);
  }
  REQUIRE(questions.size() == 500);
  std::set<std::uint64_t> first_passages;
  for (const auto& sent : played.sent) {
    first_passages.insert(sent.arrival.prompt[1].content);
  }
  REQUIRE(first_passages.size() <= 50);
  REQUIRE(first_passages.size() > 20);
}

TEST_CASE("rag: passages of a request differ, down to the last one there is") {
  auto config = rag(50);
  config.passages = 3;
  config.passages_per_request = fixed(3);
  config.zipf_exponent = 10;
  const auto played = play(config);
  std::set<std::uint64_t> second_passages;
  for (const auto& sent : played.sent) {
    REQUIRE(sent.arrival.prompt.size() == 5);
    second_passages.insert(sent.arrival.prompt[2].content);
  }
  REQUIRE(second_passages.size() <= 6);  // chained: of 3 x 2 beginnings
}

TEST_CASE("rag: closed loop, and values that contradict each other") {
  RagWorkloadConfig config;
  config.concurrency = 3;
  config.number = 30;
  config.osl = fixed(7);
  REQUIRE(play(config).sent.size() == 30);
  config.passages = 5;
  REQUIRE_THROWS_WITH(play(config), "passages_per_request: up to 6 different ones of 5 passages");
  config.passages = 100;
  config.passage_tokens = fixed(5'000'000);
  REQUIRE_THROWS_WITH(play(config), Catch::Contains("above the 10000000 of a request"));
}

TEST_CASE("rag: popularity falls as 1 / k^exponent") {
  const Zipf zipf(4, 1);  // 12 : 6 : 4 : 3 of 25
  REQUIRE(zipf.at(0.479) == 0);
  REQUIRE(zipf.at(0.481) == 1);
  REQUIRE(zipf.at(0.719) == 1);
  REQUIRE(zipf.at(0.721) == 2);
  REQUIRE(zipf.at(0.879) == 2);
  REQUIRE(zipf.at(0.881) == 3);
  REQUIRE(zipf.at(1 - 0x1p-53) == 3);
}

// Four at a time from 5 s on, each answered after 1 s: 4 at 6 s, 4 at 7 s, 2 at 8 s.
TEST_CASE("batch: keeps its concurrency full until it is done") {
  for (const double deadline : {0.0, 6.5, 7.0, 20.0}) {
    auto config = batch();
    if (deadline > 0) {
      config.deadline = Seconds(deadline);
    }
    BatchWorkload workload(config, plugin_table());
    const auto played = play_sessions(workload, {}, {});
    REQUIRE(played.in_order);
    REQUIRE(played.sent.size() == 10);
    REQUIRE(played.on_the_way_max == 4);
    REQUIRE(played.sent.front().arrival.date == Instant(Duration::from_seconds(5)));
    REQUIRE(played.sent.front().arrival.priority == 100);
    REQUIRE(played.sent.back().left == Instant(Duration::from_seconds(8)));
    REQUIRE(workload.answered() == 10);
    const std::uint64_t in_time = deadline == 6.5 ? 4 : deadline == 7 ? 8 : 10;
    REQUIRE(workload.answered_in_time() == (deadline > 0 ? std::optional(in_time) : std::nullopt));
  }
}

TEST_CASE("batch: lost requests are not answered and not sent again") {
  BatchWorkload workload(batch(), plugin_table());
  PlayRules rules;
  int seen = 0;
  rules.is_served = [&](const Arrival&) { return ++seen % 2 == 0; };
  REQUIRE(play_sessions(workload, {}, rules).sent.size() == 10);
  REQUIRE(workload.answered() == 5);
  auto config = batch();
  config.deadline = Seconds(5);
  REQUIRE_THROWS_WITH(BatchWorkload(config, plugin_table()),
                      "deadline (5 s) is not after start (5 s)");
}

TEST_CASE("synthetic: tenants by their shares, and a priority") {
  SyntheticWorkloadConfig config;
  config.isl = fixed(1);
  config.osl = fixed(1);
  config.rate = PerSecond(1);
  config.number = 10'000;
  config.priority = -3;
  config.tenants = {{"big", 6}, {"none", 0}, {"small", 2}};
  SyntheticWorkload workload(config, plugin_table());
  std::map<std::string, double> counts;
  for (const auto& sent : play_sessions(workload, {}, {}).sent) {
    counts[workload.tenants()[sent.arrival.tenant]] += 1;
    REQUIRE(sent.arrival.priority == -3);
  }
  REQUIRE(counts.size() == 2);
  REQUIRE(std::abs(counts["big"] - 7500) < 5 * std::sqrt(10'000 * 0.75 * 0.25));
  config.tenants = {{"none", 0}};
  REQUIRE_THROWS_WITH(SyntheticWorkload(config, plugin_table()), "tenants: no share is positive");
}

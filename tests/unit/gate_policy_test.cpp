// SPDX-License-Identifier: Apache-2.0
// Policies of a gate: patterns, rules, waivers, and files that are wrong.
#include <algorithm>

#include "sim/core/errors.hpp"
#include "sim/gate/gate.hpp"
#include "sim/gate/policy_rules.hpp"
#include "sim/metrics/declarations.hpp"
#include "tests/with_catch.hpp"

namespace tokenfab {
namespace {

using Catch::Contains;

std::string all_problems(const std::string& text) {
  try {
    read_policy(text, "policy.json");
  } catch (const ConfigError& error) {
    std::string told;
    for (const auto& each : error.problems()) {
      told += describe(each) + "\n";
    }
    return told;
  }
  return "";
}

TEST_CASE("policy: what is read") {
  const auto policy = read_policy(R"({
    "policy_version": 1, "note": "ours",
    "rules": {"*": {"relative": "1 %"},
              "cost/energy*": {"relative": 0.02, "absolute": 5, "severity": "warning"},
              "main:mfu": {"direction": "both", "required": false, "fail_on_improvement": true}},
    "waivers": {"main:cost/*": {"reason": "new tariff", "expires": "2027-01-31", "limit": "10 %"}},
    "record": ["cost*"], "benchmark": ["cost_total_usd"]})",
                                  "policy.json");
  const PolicyRules rules(policy);
  CHECK(rules.rule_for({"main", "ttft_p99_s"}).tolerance.relative == 0.01);
  CHECK(rules.rule_for({"main", "ttft_p99_s"}).direction == Direction::LowerIsBetter);
  const auto energy = rules.rule_for({"main", "cost/energy/electricity/site"});
  CHECK(energy.tolerance.relative == 0.02);
  CHECK(energy.tolerance.absolute == 5);
  CHECK(energy.severity == Severity::Warning);
  CHECK(energy.direction == Direction::LowerIsBetter);
  const auto mfu = rules.rule_for({"main", "mfu"});
  CHECK(mfu.direction == Direction::Both);
  CHECK(!mfu.required);
  CHECK(mfu.fail_on_improvement);
  CHECK(mfu.tolerance.relative == 0.01);  // what it leaves open comes from "*"
  CHECK(rules.rule_for({"other", "mfu"}).direction == Direction::HigherIsBetter);
  CHECK(*policy.waivers.at("main:cost/*").limit == Approx(0.1));
  CHECK(pattern_covers("cost/*", {"main", "cost/energy/electricity/site"}));
  CHECK(!pattern_covers("cost/*", {"cost/x", "mfu"}));  // without a colon the result is not meant
  CHECK(pattern_covers("*:cost/*", {"main", "cost/energy"}));
}

TEST_CASE("policy: everything that is wrong is told at once, with the nearest fix") {
  const auto told = all_problems(R"({
    "policy_version": 1,
    "rules": {"cost*": {"relativ": 0.1, "relative": -1, "direction": "lower"}},
    "waivers": {"main:*": {"expires": "soon"}}, "benchmarks": []})");
  CHECK_THAT(told, Contains("/rules/cost*/relativ: ") && Contains("did you mean \"relative\"?"));
  CHECK_THAT(told, Contains("/rules/cost*/relative: the number -1 is out of range"));
  CHECK_THAT(told, Contains("/rules/cost*/direction: ") && Contains("lower_is_better"));
  CHECK_THAT(told, Contains("/waivers/main:*/reason: "));
  CHECK_THAT(told, Contains("did you mean \"benchmark\"?"));
  const auto dates = all_problems(R"({"policy_version": 1, "waivers": {
    "a": {"reason": " ", "expires": "2027-01-31"}, "b": {"reason": "x", "expires": "2027-02-30"},
    "c": {"reason": "x", "expires": "31.1.2027"}}})");
  CHECK_THAT(dates, Contains("/waivers/a/reason: a waiver needs a reason"));
  CHECK_THAT(dates, Contains("/waivers/b/expires: \"2027-02-30\" is no date"));
  CHECK_THAT(dates, Contains("/waivers/c/expires: ") && Contains("2027-01-31"));
  CHECK_THAT(all_problems("{}"), Contains("has no policy_version"));
  CHECK_THAT(all_problems(R"({"policy_version": 2, "x": 1})"),
             Contains("policy_version 2 is not known; this program reads 1") && !Contains("/x"));
  CHECK(!all_problems("[]").empty());
  CHECK(!all_problems("{").empty());
}

TEST_CASE("policy: days of the calendar") {
  CHECK(is_day("2028-02-29"));
  for (const auto* text : {"2027-02-29", "2027-1-31", "2027-01-31 ", "", "20270131", "2027/01/31",
                           "2027-13-01", "-027-01-01", "2027-01-+1"}) {
    INFO(text);
    CHECK(!is_day(text));
  }
}

TEST_CASE("directions: by the name, wherever the metric stands") {
  CHECK(harmful_direction("cost_total_usd") == Direction::LowerIsBetter);
  CHECK(harmful_direction("services/chat/ttft_p99_s") == Direction::LowerIsBetter);
  CHECK(harmful_direction("cost/energy/electricity/site") == Direction::LowerIsBetter);
  CHECK(harmful_direction("cost/energy") == Direction::LowerIsBetter);
  CHECK(harmful_direction("energy/site/solar") == Direction::Both);
  CHECK(harmful_direction("pools/chat/main/output_tokens_per_s_per_chip") ==
        Direction::HigherIsBetter);
  CHECK(harmful_direction("margin_usd") == Direction::HigherIsBetter);
  CHECK(harmful_direction("input_tokens") == Direction::Both);
  std::size_t directed = 0;
  for (const auto& each : metric_declarations()) {
    directed += harmful_direction(each.name) == Direction::Both ? 0 : 1;
  }
  CHECK(directed > metric_declarations().size() / 2);
}

struct Waived {
  GatedResults baseline;
  GatedResults now;
  GatePolicy policy;

  Waived() {
    baseline.results["main"] = {{"cost_total_usd", 100}, {"ttft_p99_s", 1}};
    now.results["main"] = {{"cost_total_usd", 105}, {"ttft_p99_s", 1}};
    policy.waivers["cost_*"] = {"new tariff", "2027-01-31", 0.06};
  }
  GateOutcome on(const std::string& day) const {
    return pass_gate({baseline, now, policy, day, false});
  }
};

TEST_CASE("waivers: until their last day, within their limit") {
  Waived gate;
  const auto last_day = gate.on("2027-01-31");
  CHECK(last_day.passed());
  CHECK(last_day.count(Verdict::Waived) == 1);
  CHECK(last_day.checks[0].waiver == "waived until 2027-01-31: new tariff");
  const auto day_after = gate.on("2027-02-01");
  CHECK(!day_after.passed());
  CHECK(day_after.checks[0].waiver == "the waiver \"cost_*\" (new tariff) expired on 2027-01-31");
  gate.now.results["main"]["cost_total_usd"] = 107;
  const auto too_much = gate.on("2027-01-01");
  CHECK(!too_much.passed());
  CHECK_THAT(too_much.checks[0].waiver, Contains("covers no more than +6 %"));
  SECTION("one that nobody needs is told") {
    gate.now = gate.baseline;
    REQUIRE(gate.on("2027-01-01").notes.size() == 1);
    CHECK_THAT(gate.on("2027-01-01").notes[0], Contains("covers no failure"));
    CHECK_THAT(gate.on("2028-01-01").notes[0], Contains("remove it"));
    CHECK(gate.on("2028-01-01").passed());
  }
  SECTION("what is missing has no change that a limit could allow") {
    gate.now.results["main"].erase("cost_total_usd");
    CHECK(!gate.on("2027-01-01").passed());
    gate.policy.waivers["cost_*"].limit = std::nullopt;
    CHECK(gate.on("2027-01-01").passed());
  }
}

TEST_CASE("rules: one for no check is told, a required one fails") {
  Waived gate;
  gate.now = gate.baseline;
  gate.policy.waivers.clear();
  gate.policy.rules["tttf*"].relative = 0.1;
  CHECK(gate.on("2027-01-01").passed());
  CHECK_THAT(gate.on("2027-01-01").notes.at(0), Contains("the rule \"tttf*\" is for no check"));
  gate.policy.rules["tttf*"].required = true;
  CHECK(!gate.on("2027-01-01").passed());
}

}  // namespace
}  // namespace tokenfab

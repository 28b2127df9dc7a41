// SPDX-License-Identifier: Apache-2.0
// Results against a baseline: numbers, costs, curves; baselines and results as files.
#include <cmath>

#include "sim/core/errors.hpp"
#include "sim/core/random.hpp"
#include "sim/gate/baseline.hpp"
#include "sim/gate/compare_numbers.hpp"
#include "sim/gate/csv_rows.hpp"
#include "sim/gate/gate.hpp"
#include "sim/gate/read_results.hpp"
#include "tests/with_catch.hpp"

namespace tokenfab {
namespace {

using Catch::Contains;

GatedResults with_numbers(const NamedNumbers& numbers) { return {{{"main", numbers}}, {}}; }

GateOutcome gate_of(const GatedResults& baseline, const GatedResults& now,
                    const GatePolicy& policy = {}) {
  return pass_gate({baseline, now, policy, "2026-11-22", false});
}

const GateCheck& check_of(const GateOutcome& outcome, const std::string& name) {
  for (const auto& each : outcome.checks) {
    if (each.name.text() == name) {
      return each;
    }
  }
  FAIL("no check " << name);
  return outcome.checks.front();
}

template <class Read>
std::string problems_of(Read read) {
  try {
    read();
  } catch (const InputError& error) {
    std::string told;
    for (const auto& each : error.problems()) {
      told += describe(each) + "\n";
    }
    return told;
  }
  return "";
}

std::string baseline_problems(const std::string& text) {
  return problems_of([&] { read_baseline(text, "b.json"); });
}

TEST_CASE("gate: only harm fails, and only beyond the tolerance") {
  const auto baseline = with_numbers(
      {{"cost_total_usd", 100}, {"mfu", 0.5}, {"input_tokens", 1000}, {"ttft_p99_s", 2}});
  CHECK(gate_of(baseline, baseline).passed());
  const auto now = with_numbers(
      {{"cost_total_usd", 100.00001}, {"mfu", 0.6}, {"input_tokens", 999}, {"ttft_p99_s", 2.1}});
  const auto outcome = gate_of(baseline, now);
  CHECK(check_of(outcome, "main:cost_total_usd").verdict == Verdict::Passed);
  CHECK(check_of(outcome, "main:mfu").verdict == Verdict::Improved);
  CHECK(check_of(outcome, "main:input_tokens").verdict == Verdict::Failed);  // any change harms
  CHECK(check_of(outcome, "main:ttft_p99_s").verdict == Verdict::Failed);
  CHECK_THAT(check_of(outcome, "main:ttft_p99_s").message, Contains("2 -> 2.1 (+5 %)"));
  GatePolicy policy;
  policy.rules["mfu"].fail_on_improvement = true;
  CHECK(check_of(gate_of(baseline, now, policy), "main:mfu").verdict == Verdict::Failed);
  policy.rules["*"].severity = Severity::Warning;
  CHECK(gate_of(baseline, now, policy).passed());
  policy.rules["*"].severity = Severity::Ignore;
  CHECK(gate_of(baseline, now, policy).checks.empty());
}

TEST_CASE("gate: the larger of the two tolerances counts; a baseline of 0 has the absolute one") {
  GatePolicy policy;
  policy.rules["*"].relative = 0.1;
  policy.rules["*"].absolute = 5;
  const auto verdict = [&](double before, double after) {
    return gate_of(with_numbers({{"x", before}}), with_numbers({{"x", after}}), policy)
        .checks[0]
        .verdict;
  };
  CHECK(verdict(10, 15) == Verdict::Passed);
  CHECK(verdict(10, 15.1) == Verdict::Failed);
  CHECK(verdict(100, 110) == Verdict::Passed);
  CHECK(verdict(100, 110.1) == Verdict::Failed);
  CHECK(verdict(0, 5) == Verdict::Passed);
  CHECK(verdict(0, -5.1) == Verdict::Failed);
  CHECK(verdict(-100, -110.1) == Verdict::Failed);
  const auto from_nothing = gate_of(with_numbers({{"x", 0}}), with_numbers({{"x", 1}})).checks[0];
  CHECK(from_nothing.message == "0 -> 1 (from 0), tolerated: 0.0001 %");
}

TEST_CASE("gate: what is missing fails, what is new is told") {
  const GatedResults baseline{{{"a", {{"x", 1}, {"y", 2}}}, {"b", {{"x", 1}}}}, {}};
  const GatedResults now{{{"a", {{"x", 1}, {"z", 1}}}, {"c", {{"x", 1}}}}, {}};
  const auto outcome = gate_of(baseline, now);
  CHECK(check_of(outcome, "a:y").message == "is in the baseline, not in the result");
  CHECK(check_of(outcome, "b:result").verdict == Verdict::Failed);
  CHECK(outcome.count(Verdict::Failed) == 2);
  REQUIRE(outcome.notes.size() == 2);
  CHECK(outcome.notes[0] == "a: 1 number of the result is not in the baseline (z)");
  CHECK(outcome.notes[1] == "c: not in the baseline; --update adds it");
  GatePolicy policy;
  policy.rules["y"].required = false;
  const auto partial = pass_gate({baseline, now, policy, "2026-11-22", true});
  CHECK(partial.passed());
  CHECK(partial.count(Verdict::Warned) == 1);
  CHECK(partial.notes.at(1) == "of the baseline 1 result was not given");
}

TEST_CASE("gate: costs by layer, of a whole ledger with new lines, of chosen lines without") {
  const NamedNumbers whole{
      {"cost_total_usd", 30}, {"cost/energy/electricity/s", 10}, {"cost/chips/chips/s", 20}};
  const NamedNumbers now{{"cost_total_usd", 34},
                         {"cost/energy/electricity/s", 9},
                         {"cost/energy/diesel/s", 3},
                         {"cost/chips/chips/s", 20},
                         {"cost/models/licence", 2}};
  const auto outcome = gate_of(with_numbers(whole), with_numbers(now));
  CHECK(*check_of(outcome, "main:cost/energy").now == 12);
  CHECK(check_of(outcome, "main:cost/energy").verdict == Verdict::Failed);
  CHECK(check_of(outcome, "main:cost/energy/electricity/s").verdict == Verdict::Improved);
  CHECK(check_of(outcome, "main:cost/chips").verdict == Verdict::Passed);
  CHECK(*check_of(outcome, "main:cost/models").baseline == 0);
  CHECK(outcome.costs.size() == 3 + 4);  // layers and lines
  auto chosen = whole;
  chosen.erase("cost/chips/chips/s");
  const auto part = gate_of(with_numbers(chosen), with_numbers(now));
  CHECK(*check_of(part, "main:cost/energy").now == 9);  // diesel is not looked at
  CHECK(part.costs.size() == 2);
  const auto sums = gate_of(with_numbers({{"cost/energy", 12}}), with_numbers(now));
  CHECK(sums.passed());  // of all its lines
}

GatedResults two_chips(double b_cost) {
  GatedResults results;
  auto& family = results.curves["chips/rental"];
  family = {"interactivity_tokens_per_s_per_user", "cost_per_mtok_output_usd", {}};
  family.lines["a"] = {{10, 1, "tp 1"}, {50, 5, "tp 4"}};
  family.lines["b"] = {{10, 3 * b_cost, "tp 1"}, {50, 3.1 * b_cost, "tp 2"}};
  return results;
}

TEST_CASE("gate: curves by gap, reach, break-even and front") {
  const auto baseline = two_chips(1);
  CHECK(gate_of(baseline, baseline).passed());
  CHECK(gate_of(baseline, baseline).checks.size() == 6);  // 2 gaps, 2 reaches, a crossing, a front
  // a: 1 + (x - 10) / 10, b: 3 + (x - 10) / 400; they meet where (x - 10) 39/400 = 2.
  const auto dearer = gate_of(baseline, two_chips(1.1));
  CHECK(check_of(dearer, "chips/rental:gap/a").verdict == Verdict::Passed);
  const auto& gap = check_of(dearer, "chips/rental:gap/b");
  CHECK(gap.verdict == Verdict::Failed);
  CHECK(*gap.relative == Approx(0.1));
  CHECK_THAT(gap.message, Contains("largest gap at interactivity_tokens_per_s_per_user = ") &&
                              Contains("mean +10 % over 10 to 50"));
  const auto& crossing = check_of(dearer, "chips/rental:break_even/a|b");
  CHECK(*crossing.baseline == Approx(10 + 800.0 / 39));
  CHECK(*crossing.now == Approx(10 + 2.3 / (0.1 - 0.0025 * 1.1)));
  CHECK(crossing.verdict == Verdict::Failed);
  CHECK_THAT(crossing.message, Contains("beyond it b is the lower one"));
  SECTION("cheaper: the gap is an improvement, the break-even another conclusion") {
    const auto cheaper = gate_of(baseline, two_chips(0.9));
    CHECK(check_of(cheaper, "chips/rental:gap/b").verdict == Verdict::Improved);
    CHECK(check_of(cheaper, "chips/rental:break_even/a|b").verdict == Verdict::Failed);
    GatePolicy policy;
    policy.rules["break_even/*"].relative = 0.2;
    CHECK(gate_of(baseline, two_chips(0.9), policy).passed());
  }
  SECTION("so dear that it never wins") {
    const auto never = gate_of(baseline, two_chips(2));
    CHECK_THAT(check_of(never, "chips/rental:break_even/a|b").message, Contains("has vanished"));
    CHECK(check_of(never, "chips/rental:front").verdict == Verdict::Warned);
    CHECK_THAT(check_of(never, "chips/rental:front").message, Contains("Left it: b, tp 2"));
  }
}

TEST_CASE("gate: lines that are gone, shorter, longer or over another axis") {
  const auto baseline = two_chips(1);
  auto now = baseline;
  auto& lines = now.curves["chips/rental"].lines;
  lines.erase("b");
  lines["a"].pop_back();
  lines["a"].push_back({46, 4.6, "tp 4"});
  lines["c"] = {{1, 1, ""}};
  const auto outcome = gate_of(baseline, now);
  CHECK(check_of(outcome, "chips/rental:gap/b").verdict == Verdict::Failed);
  CHECK(check_of(outcome, "chips/rental:gap/a").verdict == Verdict::Passed);
  CHECK(check_of(outcome, "chips/rental:reach/a").message ==
        "no longer reaches 10 % of its range at the high end");
  CHECK(outcome.notes.at(0) == "chips/rental: the line c is not in the baseline");
  CHECK(check_of(gate_of(now, baseline), "chips/rental:reach/a").verdict == Verdict::Improved);
  now = baseline;
  now.curves["chips/rental"].y = "energy_per_output_token_j";
  CHECK(!gate_of(baseline, now).passed());
}

TEST_CASE("gate: curves whose points are results are made of them") {
  GatedResults baseline;
  baseline.curves["one"] = {
      "speed", "cost", {{"a", {{10, 1, "1 user"}, {20, 3, "2 users"}}}, {"b", {{5, 1, "else"}}}}};
  GatedResults now{{{"one/1 user", {{"speed", 10}, {"cost", 1.5}}},
                    {"2 users", {{"speed", 21}, {"cost", 3}, {"x", 1}}},
                    {"else", {{"speed", 5}}}},
                   {}};
  add_curves_over_results(baseline, now);
  REQUIRE(now.curves.count("one") == 1);
  CHECK(now.curves["one"].lines.size() == 1);  // of b there is no cost
  CHECK(now.curves["one"].lines["a"] == CurveLinePoints{{10, 1.5, "1 user"}, {21, 3, "2 users"}});
  CHECK(renewed(baseline, now, {}).curves.at("one").lines.at("a")[0].y == 1.5);
  GatedResults others{{{"main", {{"speed", 1}}}}, {}};
  add_curves_over_results(baseline, others);
  CHECK(others.curves.empty());
  GatedResults twice{
      {{"1 user", {{"speed", 7}, {"cost", 1}}}, {"2 users", {{"speed", 7}, {"cost", 2}}}}, {}};
  CHECK_THAT(problems_of([&] { add_curves_over_results(baseline, twice); }),
             Contains("curve one: the line a has two values at x = 7: 1 and 2"));
}

TEST_CASE("gate: a result against itself passes, whatever it holds") {
  RandomStream random(3, 0, "test", "gate");
  for (int round = 0; round < 20; ++round) {
    GatedResults results;
    for (int i = 0; i < 5; ++i) {
      results.results["r"][std::to_string(i)] = 1e6 * (random.uniform() - 0.5);
      auto& line = results.curves["c"].lines[std::to_string(i)];
      for (int point = 0; point < 6; ++point) {
        line.push_back({100 * random.uniform(), random.uniform() - 0.5, "t"});
      }
      REQUIRE(order_points(line).empty());
    }
    const auto outcome = gate_of(results, results);
    CHECK(outcome.passed());
    CHECK(outcome.count(Verdict::Passed) == outcome.checks.size());
    CHECK(read_baseline(baseline_text(results), "b").results == results.results);
    CHECK(read_baseline(baseline_text(results), "b").curves == results.curves);
  }
}

TEST_CASE("baseline: text, and what is read from it") {
  auto results = two_chips(1);
  results.results["a \"quoted\" name"] = {{"x", 0.1}, {"y", 3}, {"z", -1.5e-300}};
  results.results["empty"] = {};
  const auto text = baseline_text(results);
  CHECK_THAT(text,
             Contains("\n      \"x\": 0.1,\n") && Contains("          [50.0, 5.0, \"tp 4\"]"));
  const auto again = read_baseline(text, "b.json");
  CHECK(again.results == results.results);
  CHECK(again.curves == results.curves);
  CHECK(baseline_text(again) == text);
  CHECK(baseline_text({}) ==
        "{\n  \"baseline_version\": 1,\n  \"results\": {},\n  \"curves\": {}\n}\n");
}

TEST_CASE("baseline: another version is explained, everything wrong is told at once") {
  CHECK_THAT(baseline_problems(R"({"baseline_version": 2, "rubbish": 1})"),
             Contains("b.json:1:") &&
                 Contains("baseline_version 2 is not known; this program reads 1") &&
                 !Contains("rubbish"));
  CHECK_THAT(baseline_problems("{}"), Contains("this is no baseline"));
  CHECK_THAT(baseline_problems("[1]"), Contains("this is no baseline"));
  CHECK_THAT(baseline_problems("{\"baseline_version\": 1"), Contains("b.json:1:"));
  const auto told = baseline_problems(R"({"baseline_version": 1, "result": {},
    "results": {"a": {"x": null, "y": "1"}, "b": 3},
    "curves": {"c": {"x": "s", "lines": {"l": [[1], [1, 2, 3], "p", [1, null]],
      "m": [[1, 2], [1, 3]], "n": [], "o": 4}}}})");
  for (const auto* words :
       {"/result: unknown key (did you mean \"results\"?)",
        "/results/a/x: expected a number, found null", "/results/a/y: expected a number",
        "/results/b: expected an object of numbers", "/curves/c/y: is missing",
        "/curves/c/lines/l/0: expected a point", "/curves/c/lines/l/1: expected a point",
        "/curves/c/lines/l/2: expected a point", "/curves/c/lines/l/3/1: expected a number",
        "/curves/c/lines/m: has two values at x = 1: 2 and 3", "/curves/c/lines/n: has no point",
        "/curves/c/lines/o: expected an array of points"}) {
    CHECK_THAT(told, Contains(words));
  }
}

TEST_CASE("baseline: renewed with what was given, the rest kept, changes told") {
  GatedResults before{{{"a", {{"x", 1}, {"y", 2}}}, {"b", {{"x", 7}}}}, two_chips(1).curves};
  GatedResults now{{{"a", {{"x", 1.5}, {"z", 3}, {"w", 4}}}, {"c", {{"x", 1}}}}, {}};
  const auto after = renewed(before, now, {"x", "z"});
  CHECK(after.results.at("a") == NamedNumbers{{"x", 1.5}, {"z", 3}});
  CHECK(after.results.at("b") == before.results.at("b"));
  CHECK(after.curves == before.curves);
  CHECK(renewal_text(before, after) ==
        "  a: 1 changed, 1 new, 1 gone; the most: x +50 %\n  c: new, 1 numbers\n");
  CHECK(renewal_text(after, after).empty());
  CHECK(renewal_text(before, renewed(before, two_chips(2), {})) ==
        "  chips/rental: 1 lines changed, 0 new, 0 gone\n");
}

TEST_CASE("CSV: quotes, line ends, and what is wrong with its line") {
  const CsvTable table("a,b\r\n\"x,\"\"y\"\"\nz\",1.5\r\n,2", "t.csv", {"b"});
  REQUIRE(table.rows() == 2);
  CHECK(table.at(0, "a") == "x,\"y\"\nz");
  CHECK(table.number(0, "b") == 1.5);
  CHECK(table.at(1, "a").empty());
  const auto told = [](const std::string& text) {
    return problems_of([&] { CsvTable(text, "t.csv", {"cost"}).number(0, "cost"); });
  };
  CHECK_THAT(told(""), Contains("is empty"));
  CHECK_THAT(told("cots\n1\n"),
             Contains("t.csv:1: the column cost is missing (did you mean \"cots\"?)"));
  CHECK_THAT(told("cost,b\n1\n"), Contains("t.csv:2: has 1 fields, the header 2"));
  CHECK_THAT(told("cost\n\"1\n"), Contains("t.csv:2: a quoted field does not end"));
  CHECK_THAT(told("cost\n\"1\"2\n"), Contains("text follows a quoted field"));
  CHECK_THAT(told("cost\nnan\n"), Contains("t.csv:2: cost: expected a number, found \"nan\""));
}

TEST_CASE("curve.csv: a family per view, the frontier of each chip") {
  const std::string header =
      "chip,node,view,rent_usd_per_chip_h,engine,engine_version,engine_date,"
      "tensor_parallel_size,concurrency,interactivity_tokens_per_s_per_user,ttft_mean_s,"
      "output_tokens_per_s_per_chip,energy_per_output_token_j,cost_per_mtok_input_usd,"
      "cost_per_mtok_output_usd,cost_per_mtok_usd,is_frontier,infeasible\n";
  const auto families =
      curves_of_csv(header +
                        "h200,hgx,rental,2,vLLM,1,d,4,64,50,1,1,0.5,1,2.0,1,true,\n"
                        "h200,hgx,rental,2,vLLM,1,d,8,64,40,1,1,0.5,1,3.0,1,false,\n"
                        "h200,hgx,rental,2,vLLM,1,d,8,1,90,1,1,0.5,1,4.0,1,true,\n"
                        "h200,hgx,rental,2,vLLM,1,d,1,1,,,,,,,,false,\"too small, by far\"\n"
                        "h100,hgx,rental,,vLLM,1,d,8,1,80,1,1,0.5,,,,false,\n"
                        "h100,hgx,energy,,vLLM,1,d,8,1,80,1,1,0.5,,,,true,\n"
                        "h100,other,energy,,vLLM,1,d,8,1,80,1,1,0.4,,,,true,\n",
                    "curve.csv");
  REQUIRE(families.size() == 2);
  const auto& rental = families.at("rental");
  CHECK(rental.y == "cost_per_mtok_output_usd");
  REQUIRE(rental.lines.size() == 1);
  CHECK(rental.lines.at("h200") ==
        CurveLinePoints{{50, 2, "tp 4, 64 users"}, {90, 4, "tp 8, 1 users"}});
  const auto& energy = families.at("energy");
  CHECK(energy.y == "energy_per_output_token_j");
  CHECK(energy.lines.count("h100, hgx, vLLM 1") == 1);
  CHECK(energy.lines.at("h100, other, vLLM 1")[0].y == 0.4);
}

TEST_CASE("named_path: a name before '=', else the folder's") {
  CHECK(named_path("a=b/c").name == "a");
  CHECK(named_path("a=b/c").path == "b/c");
  CHECK(named_path("results/main/report.json").name == "main");
  CHECK(named_path(TOKENFAB_SOURCE_DIR "/tests/").name == "tests");
  CHECK(named_path(TOKENFAB_SOURCE_DIR "/tests/unit/..").name == "tests");
  CHECK_THROWS_AS(named_path("a:b=c"), ConfigError);
}

}  // namespace
}  // namespace tokenfab

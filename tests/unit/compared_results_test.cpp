// SPDX-License-Identifier: Apache-2.0
#include "sim/compare/compared_results.hpp"

#include "sim/compare/comparison_text.hpp"
#include "sim/compare/scenario_differences.hpp"
#include "sim/core/errors.hpp"
#include "sim/metrics/better.hpp"
#include "tests/with_catch.hpp"

namespace tokenfab {
namespace {

Subject subject(const std::string& name, FlatReport values) {
  Subject made;
  made.name = name;
  made.values = std::move(values);
  made.seeds = {1};
  return made;
}

const ComparedValue& value_of(const ComparedResults& results, const std::string& name) {
  for (const auto& value : results.values) {
    if (value.name == name) {
      return value;
    }
  }
  throw std::out_of_range(name);
}

TEST_CASE("compared: changes, tolerance and what only one has") {
  const auto results = compared({subject("a", {{"mfu", 0.5}, {"pue", 1.2}, {"water_l", 0}}),
                                 subject("b", {{"mfu", 0.4}, {"pue", 1.2}, {"water_l", 3}}),
                                 subject("c", {{"mfu", 0.5}, {"pue", 1.2}, {"wue_l_per_kwh", 2}})},
                                0);
  const auto& mfu = value_of(results, "mfu");
  REQUIRE(*mfu.change(1) == Approx(-0.1));
  REQUIRE(*mfu.relative_change(1) == Approx(-0.2));
  REQUIRE(*mfu.change(2) == 0);
  REQUIRE(mfu.differs);
  REQUIRE_FALSE(value_of(results, "pue").differs);
  REQUIRE_FALSE(value_of(results, "water_l").relative_change(1));  // of nothing
  REQUIRE_FALSE(value_of(results, "water_l").change(2));
  REQUIRE(value_of(results, "wue_l_per_kwh").differs);
  REQUIRE(results.difference_count() == 3);
  const auto loose = compared({subject("a", {{"mfu", 0.5}}), subject("b", {{"mfu", 0.4}})}, 0.25);
  REQUIRE(loose.difference_count() == 0);
  REQUIRE(comparison_text(loose, TableFormat::Text, false).find("all 1 values are equal") !=
          std::string::npos);
}

TEST_CASE("compared: what repeats the factory's is told once") {
  const auto results = compared({subject("a", {{"mfu", 0.5},
                                               {"services/x/mfu", 0.5},
                                               {"services/y/mfu", 0.3},
                                               {"cost/chips/capital/mfu", 0.5}}),
                                 subject("b", {{"mfu", 0.4},
                                               {"services/x/mfu", 0.4},
                                               {"services/y/mfu", 0.4},
                                               {"cost/chips/capital/mfu", 0.4}})},
                                0);
  REQUIRE(value_of(results, "services/x/mfu").is_repeated);
  REQUIRE_FALSE(value_of(results, "services/y/mfu").is_repeated);
  REQUIRE_FALSE(value_of(results, "mfu").is_repeated);
  REQUIRE_FALSE(value_of(results, "cost/chips/capital/mfu").is_repeated);
  const auto text = comparison_text(results, TableFormat::Text, false);
  REQUIRE(text.find("services/x") == std::string::npos);
  REQUIRE(text.find("4 of 4 values differ; 1 that repeat") != std::string::npos);
}

Subject replicated(const std::string& name, std::vector<double> values,
                   std::vector<std::int64_t> seeds) {
  auto made = subject(name, {{"mfu", values.front()}, {"services/x/mfu", values.front()}});
  made.seeds = std::move(seeds);
  made.samples["mfu"] = sample_of(values);
  made.samples["services/x/mfu"] = made.samples["mfu"];
  return made;
}

TEST_CASE("compared: replications are compared by their means, paired under equal seeds") {
  const auto a = replicated("a", {1, 2, 3}, {5, 6, 7});
  const auto b = replicated("b", {1.5, 2.5, 3.5}, {5, 6, 7});
  const auto paired = compared({a, b}, 0);
  REQUIRE(paired.is_paired);
  REQUIRE(paired.tests == 1);  // the service's is the same hypothesis
  const auto& mfu = value_of(paired, "mfu");
  REQUIRE(mfu.values[1] == 2.5);
  REQUIRE(mfu.tests[0]->is_paired);
  REQUIRE(mfu.tests[0]->is_significant());
  REQUIRE(value_of(paired, "services/x/mfu").tests[0]->is_significant());
  const auto welch = compared({a, replicated("b", {1.5, 2.5, 3.5}, {5, 6, 8})}, 0);
  REQUIRE_FALSE(welch.is_paired);
  REQUIRE_FALSE(value_of(welch, "mfu").tests[0]->is_paired);
  // t = 0.5 / sqrt(1/3 + 1/3) on 4 degrees.
  REQUIRE(value_of(welch, "mfu").tests[0]->t == Approx(0.5 / std::sqrt(2.0 / 3)));
  REQUIRE(value_of(welch, "mfu").tests[0]->degrees == Approx(4));
  REQUIRE_FALSE(value_of(welch, "mfu").tests[0]->is_significant());
  const auto mixed = compared({a, subject("c", {{"mfu", 1}, {"services/x/mfu", 1}})}, 0);
  REQUIRE_FALSE(mixed.has_means);
  REQUIRE(mixed.difference_count() == 0);  // the first runs are equal
}

TEST_CASE("compared: swapped subjects mirror every change") {
  const auto a = replicated("a", {1, 2, 4}, {5, 6, 7});
  const auto b = replicated("b", {2, 2, 3}, {8, 9, 7});
  const auto there = compared({a, b}, 0);
  const auto back = compared({b, a}, 0);
  for (std::size_t i = 0; i < there.values.size(); ++i) {
    REQUIRE(*there.values[i].change(1) == -*back.values[i].change(1));
    REQUIRE(there.values[i].tests[0]->p == back.values[i].tests[0]->p);
    REQUIRE(there.values[i].tests[0]->t == -back.values[i].tests[0]->t);
  }
}

TEST_CASE("subject: runs of a report with and without their values") {
  const std::string head = R"({"schema_version": 1, "stamp": {"seed": 5}, "metrics": {"mfu": 1},
"services": {}, "replications": {"count": 3, "seeds": [5, 6, 7], "metrics": {"mfu": {)";
  const auto with = subject_of("r", head + R"("mean": 2, "half_width_95": 2.484137711725,
"min": 1, "max": 3, "values": [1, 2, 3]}}, "services": {}}})",
                               "r");
  REQUIRE(with.has_runs());
  REQUIRE(with.samples.at("mfu").values == std::vector<double>{1, 2, 3});
  REQUIRE(with.samples.at("mfu").variance == 1);
  // t(2, 0.975) / sqrt(3) = 2.484: the same variance from the interval alone.
  const auto without = subject_of(
      "r", head + R"("mean": 2, "half_width_95": 2.484137711725}}, "services": {}}})", "r");
  REQUIRE(without.samples.at("mfu").variance == Approx(1).epsilon(1e-9));
  REQUIRE(without.samples.at("mfu").count == 3);
  REQUIRE(without.samples.at("mfu").values.empty());
  REQUIRE_THROWS_AS(subject_of("r", "{}", "r"), DataError);
}

TEST_CASE("sense: which way is good") {
  REQUIRE(better_of("cost_per_mtok_usd") == Better::Lower);
  REQUIRE(better_of("services/chat/ttft_p99_s") == Better::Lower);
  REQUIRE(better_of("cost/energy/energy sold/site") == Better::Lower);
  REQUIRE(better_of("services/chat/slo_attainment") == Better::Higher);
  REQUIRE(better_of("chips") == Better::Neither);
  REQUIRE(better_of("energy_solar_j") == Better::Neither);
  REQUIRE(better_of("energy/site/it") == Better::Neither);
}

TEST_CASE("scenario differences: by pointer, without what nothing is computed with") {
  const auto a = parse_document(
      R"({"name": "x", "note": "n", "sites": {"a": {"pue": 1.2, "nodes": 2}}, "seed": 1})", "a");
  const auto b = parse_document(
      R"({"name": "y", "sites": {"a": {"pue": 1.1, "nodes": 2, "fans": "3 W"}}})", "b");
  const auto found = scenario_differences(a, b);
  REQUIRE(found.size() == 3);
  REQUIRE(text_of(found, 2) ==
          "  /sites/a/pue: 1.2 -> 1.1\n  /sites/a/fans: (absent) -> \"3 W\"\n  and 1 more\n");
  REQUIRE(found[2].pointer == "/seed");
  REQUIRE(found[2].second.empty());
  REQUIRE(scenario_differences(a, a).empty());
}

TEST_CASE("table: text, CSV and Markdown") {
  Table table{"T", {"what", "n"}, {{"a,b", {1.0 / 3, "0.333"}}, {"c|d", "-"}}};
  REQUIRE(text_of(table) == "T\n  what      n\n  a,b   0.333\n  c|d       -\n");
  REQUIRE(csv_of(table) == "what,n\n\"a,b\",0.3333333333333333\nc|d,\n");
  REQUIRE(markdown_of(table) ==
          "### T\n\n| what | n |\n|---|---:|\n| a,b | 0.333 |\n| c\\|d | - |\n");
}

}  // namespace
}  // namespace tokenfab

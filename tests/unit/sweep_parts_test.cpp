// SPDX-License-Identifier: Apache-2.0
// The pieces of a sweep: ranges, constraints, grids, shards, names, answers.
#include <cmath>
#include <set>
#include <stdexcept>

#include "sim/sweep/axis_reader.hpp"
#include "sim/sweep/constraint.hpp"
#include "sim/sweep/glob.hpp"
#include "sim/sweep/grid.hpp"
#include "sim/sweep/run_answer.hpp"
#include "sim/sweep/shard.hpp"
#include "sim/sweep/value_range.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;

namespace {

std::vector<Axis> axes_of(const std::string& json, std::vector<Problem>& problems,
                          std::int64_t samples = 0) {
  return read_axes(parse_document(json, "sweep.json"), {samples, 7}, problems);
}

std::vector<Axis> good_axes(const std::string& json, std::int64_t samples = 0) {
  std::vector<Problem> problems;
  auto axes = axes_of(json, problems, samples);
  INFO((problems.empty() ? "" : describe(problems.front())));
  REQUIRE(problems.empty());
  return axes;
}

std::string first_problem(const std::string& json) {
  std::vector<Problem> problems;
  axes_of(json, problems);
  REQUIRE_FALSE(problems.empty());
  return describe(problems.front());
}

std::vector<std::string> texts_of(const Axis& axis) {
  std::vector<std::string> texts;
  for (const auto& value : axis.values) {
    texts.push_back(value.text);
  }
  return texts;
}

bool allows(const std::string& constraint, const std::vector<Axis>& axes,
            std::vector<std::size_t> position) {
  std::vector<const AxisValue*> values;
  for (std::size_t i = 0; i < axes.size(); ++i) {
    values.push_back(&axes[i].values[position[i]]);
  }
  return Constraint(constraint, axes).allows(values);
}

}  // namespace

TEST_CASE("sweep axis: values with units keep their text and count in the unit of the first") {
  const auto axes = good_axes(R"({"power": {"pointer": "/a/b", "values": ["500 W", "0.7 kW"]},
                                  "/c/chip": ["h100-sxm", {"use": "h200"}, 5, true]})");
  REQUIRE(axes.size() == 2);
  REQUIRE(axes[0].unit == "W");
  REQUIRE(texts_of(axes[0]) == std::vector<std::string>{"500 W", "0.7 kW"});
  REQUIRE(*axes[0].values[1].number == Approx(700).epsilon(1e-15));
  REQUIRE(axes[0].values[1].settings == std::vector<std::string>{"\"0.7 kW\""});
  REQUIRE(axes[1].name == "chip");
  REQUIRE(axes[1].pointers == std::vector<std::string>{"/c/chip"});
  REQUIRE(texts_of(axes[1]) == std::vector<std::string>{"h100-sxm", "h200", "5", "true"});
  REQUIRE_FALSE(axes[1].values[0].number);
  REQUIRE(*axes[1].values[2].number == 5);
}

TEST_CASE("sweep axis: ranges are linear or logarithmic, in the unit of their first end") {
  const auto axes = good_axes(R"({
    "a": {"pointer": "/a", "linear": {"from": "500 W", "to": "1 kW", "points": 3}},
    "b": {"pointer": "/b", "log": {"from": 1, "to": 64, "points": 7}},
    "c": {"pointer": "/c", "log": {"from": "1 /s", "to": "64 /s", "points": 7}},
    "d": {"pointer": "/d", "linear": {"from": 1, "to": 3, "points": 9}},
    "e": {"pointer": "/e", "linear": {"from": "20 degC", "to": "30 degC", "points": 3}},
    "f": {"pointers": ["/f", "/g"], "linear": {"from": 0.5, "to": 0, "points": 2}}})");
  REQUIRE(texts_of(axes[0]) == std::vector<std::string>{"500 W", "750 W", "1000 W"});
  REQUIRE(texts_of(axes[1]) == std::vector<std::string>{"1", "2", "4", "8", "16", "32", "64"});
  REQUIRE(axes[2].values[5].text == "32 /s");
  REQUIRE(*axes[2].values[5].number == 32);
  REQUIRE(texts_of(axes[3]) == std::vector<std::string>{"1", "2", "3"});  // whole numbers once
  REQUIRE(*axes[4].values[1].number == 25);
  REQUIRE(axes[5].values[1].settings == std::vector<std::string>{"0.0", "0.0"});
}

TEST_CASE("sweep axis: zip moves pointers together, a list may leave some alone") {
  const auto axes = good_axes(R"({
    "node": {"zip": {"/n": ["hgx-h100", "hgx-b200"], "/tp": [8, 4]}, "labels": ["old", "new"]},
    "case": {"list": [{"/x": 1}, {"/x": 2, "/y": "3 s"}]}})");
  REQUIRE(texts_of(axes[0]) == std::vector<std::string>{"old", "new"});
  REQUIRE(axes[0].values[1].settings == std::vector<std::string>{"\"hgx-b200\"", "4"});
  REQUIRE_FALSE(axes[0].values[1].number);
  REQUIRE(*axes[1].values[1].number == 2);  // that of the first pointer
  REQUIRE(axes[1].pointers == std::vector<std::string>{"/x", "/y"});
  REQUIRE(axes[1].values[0].settings == std::vector<std::string>{"1", ""});
  REQUIRE(axes[1].values[1].text == "2, 3 s");
}

TEST_CASE("sweep axis: a latin hypercube has one value in every stratum of every axis") {
  constexpr std::int64_t samples = 20;
  const auto axes = good_axes(R"({
    "a": {"pointer": "/a", "latin_hypercube": {"from": 0.0, "to": 1.0}},
    "b": {"pointer": "/b", "latin_hypercube": {"from": 1.0, "to": 1024.0, "scale": "log"}},
    "c": {"pointer": "/c", "values": [1, 2]}})",
                              samples);
  std::set<int> linear;
  std::set<int> logarithmic;
  for (int i = 0; i < samples; ++i) {
    linear.insert(static_cast<int>(*axes[0].values[static_cast<std::size_t>(i)].number * samples));
    const auto octaves = std::log2(*axes[1].values[static_cast<std::size_t>(i)].number);
    logarithmic.insert(static_cast<int>(octaves / 10 * samples));
  }
  REQUIRE(linear.size() == samples);
  REQUIRE(logarithmic.size() == samples);
  REQUIRE(grid_size(axes) == 2 * samples);  // drawn together, crossed with c
  std::set<std::vector<std::size_t>> seen;
  for (std::int64_t i = 0; i < 2 * samples; ++i) {
    const auto position = grid_position(axes, i);
    REQUIRE(position[0] == position[1]);
    seen.insert(position);
  }
  REQUIRE(seen.size() == 2 * samples);
}

TEST_CASE("sweep axis: what is wrong is said with its place") {
  using Catch::Contains;
  CHECK_THAT(first_problem(R"({"/a": []})"), Contains("the list is empty"));
  CHECK_THAT(first_problem("{}"), Contains("there are none"));
  CHECK_THAT(first_problem(R"({"a": {"pointer": "/a", "valeus": [1]}})"), Contains("values"));
  CHECK_THAT(first_problem(R"({"a-b": {"pointer": "/a", "values": [1]}})"), Contains("a_b"));
  CHECK_THAT(first_problem(R"({"a": {"pointer": "a", "values": [1]}})"),
             Contains("no JSON pointer"));
  CHECK_THAT(first_problem(R"({"/seed": [1, 2]})"), Contains("replications"));
  CHECK_THAT(first_problem(R"({"a": {"pointer": "/a", "values": [1], "log": {}}})"),
             Contains("found values and log"));
  CHECK_THAT(first_problem(R"({"a": {"zip": {"/a": [1], "/b": [1, 2]}}})"), Contains("one length"));
  CHECK_THAT(first_problem(R"({"a": {"pointer": "/a", "log": {"from": 0, "to": 2, "points": 3}}})"),
             Contains("above 0"));
  CHECK_THAT(
      first_problem(
          R"({"a": {"pointer": "/a", "linear": {"from": "1 W", "to": "2 s", "points": 3}}})"),
      Contains("power") && Contains("time"));
  CHECK_THAT(first_problem(R"({"a": {"pointer": "/a", "linear": {"from": 1, "to": 2}}})"),
             Contains("number of points"));
  CHECK_THAT(first_problem(R"({"a": {"pointer": "/a", "latin_hypercube": {"from": 1, "to": 2}}})"),
             Contains("samples"));
  CHECK_THAT(first_problem(R"({"/x/a": [1], "/y/a": [2]})"), Contains("two axes are called a"));
  CHECK_THAT(first_problem(R"({"/x/a": [1], "b": {"pointer": "/x/a", "values": [2]}})"),
             Contains("is set by the axes"));
}

TEST_CASE("sweep constraint: arithmetic, units, words and logic") {
  const auto axes = good_axes(R"({"tp": {"pointer": "/tp", "values": [1, 8]},
    "power": {"pointer": "/p", "values": ["600 W", "1 kW"]},
    "price": {"pointer": "/q", "values": ["0.1 USD/kWh", "0.3 USD/kWh"]},
    "chip": {"pointer": "/c", "values": ["h100-sxm", "h20"]}})");
  CHECK(allows("tp * power <= 5 kW", axes, {1, 0, 0, 0}));
  CHECK_FALSE(allows("tp * power <= 5 kW", axes, {1, 1, 0, 0}));
  CHECK(allows("price < 0.2 USD/kWh", axes, {0, 0, 0, 0}));
  CHECK(axes[2].unit == "USD/kWh");
  CHECK(*axes[2].values[1].number == 0.3);
  CHECK_FALSE(allows("price < 0.2 USD/kWh and tp == 1", axes, {0, 0, 1, 0}));
  CHECK(allows("chip == \"h20\" or tp > 4", axes, {0, 0, 0, 1}));
  CHECK(allows("not (chip == \"h20\")", axes, {0, 0, 0, 0}));
  CHECK(allows("chip != \"h100-sxm\"", axes, {0, 0, 0, 1}));
  CHECK(allows("-tp + 2 * 3 - 10 / 2 == 0", axes, {0, 0, 0, 0}));
  CHECK(allows("4 / tp == 4 and 3 /s < 5 /s", axes, {0, 0, 0, 0}));
  CHECK(allows("power >= 60 % * 1 kW", axes, {0, 0, 0, 0}));
}

TEST_CASE("sweep constraint: mistakes are told where they are") {
  using Catch::Contains;
  const auto axes = good_axes(R"({"tp": {"pointer": "/tp", "values": [1]},
                                  "chip": {"pointer": "/c", "values": ["h20"]}})");
  const auto fault = [&](const std::string& text) {
    try {
      allows(text, axes, {0, 0});
    } catch (const std::invalid_argument& error) {
      return std::string(error.what());
    }
    return std::string("none");
  };
  CHECK_THAT(fault("tpp < 1"), Contains("did you mean \"tp\"?"));
  CHECK_THAT(fault("tp <"), Contains("expected a name"));
  CHECK_THAT(fault("tp < 1 )"), Contains("expected an operator"));
  CHECK_THAT(fault("tp"), Contains("neither true nor false"));
  CHECK_THAT(fault("chip < 3"), Contains("is a word, not a number"));
  CHECK_THAT(fault("(tp < 1"), Contains("expected )"));
  CHECK_THAT(fault("tp < 5 lightyears"), Contains("is no unit"));
  CHECK_THAT(fault("chip == \"h20"), Contains("no end"));
  CHECK_THAT(fault(std::string(100'000, '(')), Contains("4096 characters at most"));
  CHECK_THAT(fault(std::string(4000, '(')), Contains("too many levels"));
  CHECK_THAT(fault(std::string(4000, '-')), Contains("too many levels"));
}

TEST_CASE("sweep shard: both habits of counting cover every run once") {
  for (const std::int64_t count : {1, 2, 3, 8}) {
    for (const std::int64_t first : {0, 1}) {
      std::vector<int> held(50);
      for (auto i = first; i < first + count; ++i) {
        const auto shard = shard_of(std::to_string(i) + "/" + std::to_string(count));
        for (std::size_t run = 0; run < held.size(); ++run) {
          held[run] += shard.holds(static_cast<std::int64_t>(run)) ? 1 : 0;
        }
      }
      REQUIRE(held == std::vector<int>(50, 1));
    }
  }
  for (const auto* text : {"", "1", "1/", "/2", "3/2", "1/0", "-1/2", "a/b", "1/2x", "1 /2"}) {
    CHECK_THROWS_AS(shard_of(text), std::invalid_argument);
  }
}

TEST_CASE("sweep shard: a task of a Slurm job array") {
  REQUIRE_FALSE(shard_of(SlurmTask()));
  REQUIRE_THROWS_WITH(shard_of(SlurmTask{"7", {}, {}, {}}),
                      Catch::Contains("SLURM_ARRAY_TASK_MIN is not"));
  REQUIRE_THROWS_WITH(shard_of(SlurmTask{"x", "1", "2", {}}), Catch::Contains("\"x\""));
  REQUIRE(shard_of(SlurmTask{"2", "1", "4", {}})->index == 1);
  const auto shard = shard_of(SlurmTask{"7", "3", "4", "2"});
  REQUIRE(shard->index == 2);
  REQUIRE(shard->count == 4);
  REQUIRE_THROWS_WITH(shard_of(SlurmTask{"8", "3", "4", "2"}), Catch::Contains("task 8"));
}

TEST_CASE("sweep: patterns of metric names") {
  CHECK(matches_glob("*", ""));
  CHECK(matches_glob("cost_*", "cost_per_mtok_usd"));
  CHECK(matches_glob("*/ttft_*_s", "services/chat/ttft_p99_s"));
  CHECK(matches_glob("a*b*c", "abxbc"));
  CHECK_FALSE(matches_glob("cost", "cost_total_usd"));
  CHECK_FALSE(matches_glob("*_s", "pue"));
}

TEST_CASE("run answer: its bytes read back the same, and never beyond their end") {
  RunAnswer answer;
  answer.status = RunStatus::AssertFailed;
  answer.reason = "pue < 1 does not hold";
  answer.scenario_sha256 = std::string(64, 'a');
  answer.metrics = {{"pue", 1.25}, {"services/chat/ttft_p99_s", 0.1}};
  answer.costs = {{"energy", "electricity", "site", 12.5}};
  answer.energies = {{"site", "grid import", 1e9}};
  const auto bytes = bytes_of(answer);
  REQUIRE(answer_of_bytes(bytes) == answer);
  REQUIRE(*answer.find("pue") == 1.25);
  REQUIRE(answer.find("wue_l_per_kwh") == nullptr);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    REQUIRE_THROWS_AS(answer_of_bytes(bytes.substr(0, size)), std::runtime_error);
  }
  REQUIRE_THROWS_AS(answer_of_bytes(bytes + "x"), std::runtime_error);
  for (const auto status : {RunStatus::Ok, RunStatus::Invalid, RunStatus::Crashed}) {
    REQUIRE(run_status_of(name_of(status)) == status);
  }
  REQUIRE_THROWS_AS(run_status_of("fine"), std::out_of_range);
}

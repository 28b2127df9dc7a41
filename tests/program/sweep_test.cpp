// SPDX-License-Identifier: Apache-2.0
// The sweep command: points, shards, resuming, what goes wrong.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <map>
#include <sstream>

#include "tests/program/program.hpp"

namespace tokenfab::program {
namespace {

const std::string two_axes = R"("axes": {
  "pue": {"pointer": "/sites/site/cooling/pue", "values": [1.1, 1.25, 1.01]},
  "/workloads/load/request_rate": ["2 /s", "4 /s"]
})";

/// A sweep of the small scenario.
std::string sweep_text(const std::string& rest) {
  return "{\"sweep_version\": 1, \"name\": \"s\", \"base\": \"base.json\", " + rest + "}";
}

Finished sweep_well(const Sandbox& sandbox, const std::string& rest, const std::string& out,
                    const std::vector<std::string>& arguments = {}) {
  sandbox.write("base.json", small_scenario());
  sandbox.write("sweep.json", sweep_text(rest));
  std::vector<std::string> all{"sweep", "sweep.json", "--out", out};
  all.insert(all.end(), arguments.begin(), arguments.end());
  auto finished = sandbox.run(all);
  INFO(finished.err);
  REQUIRE(finished.code == ok);
  return finished;
}

std::string csv_of(const Sandbox& sandbox, const std::string& database) {
  const auto finished = sandbox.run({"sweep", "csv", database});
  INFO(finished.err);
  REQUIRE(finished.code == ok);
  return finished.out;
}

/// Rows of simple CSV by column name.
std::vector<std::map<std::string, std::string>> rows_of(const std::string& csv) {
  std::istringstream lines(csv);
  std::vector<std::string> names;
  std::vector<std::map<std::string, std::string>> rows;
  for (std::string line; std::getline(lines, line);) {
    std::vector<std::string> cells(1);
    bool is_quoted = false;
    for (const char c : line) {
      is_quoted = c == '"' ? !is_quoted : is_quoted;
      if (c == ',' && !is_quoted) {
        cells.emplace_back();
      } else if (c != '"' && c != '\r') {
        cells.back() += c;
      }
    }
    if (names.empty()) {
      names = cells;
      continue;
    }
    auto& row = rows.emplace_back();
    REQUIRE(cells.size() == names.size());
    for (std::size_t i = 0; i < cells.size(); ++i) {
      row[names[i]] = cells[i];
    }
  }
  return rows;
}

void refuse(const std::string& rest, const std::vector<std::string>& words) {
  const Sandbox sandbox;
  sandbox.write("base.json", small_scenario());
  sandbox.write("sweep.json", sweep_text(rest));
  const auto finished = sandbox.run({"sweep", "sweep.json", "--out", "r.sqlite"});
  INFO(rest);
  CHECK(finished.code == scenario_invalid);
  CHECK(finished.out.empty());
  expect_words(finished.err, words);
  CHECK(sandbox.files().empty());
}

}  // namespace

TEST_CASE("sweep: every point is a row, those that cannot work with their reason") {
  const Sandbox sandbox;
  const auto told = sweep_well(sandbox, two_axes, "r.sqlite");
  expect_words(told.out, {"6 points, 6 runs", "4 ok", "2 infeasible", "cheapest point"});
  const auto rows = rows_of(csv_of(sandbox, "r.sqlite"));
  REQUIRE(rows.size() == 6);
  CHECK(rows[0].at("pue") == "1.1");
  CHECK(rows[1].at("request_rate") == "4");
  CHECK(rows[0].at("status") == "ok");
  CHECK(std::stod(rows[2].at("sites/site/pue")) == Approx(1.25));
  CHECK(rows[4].at("status") == "infeasible");
  expect_words(rows[4].at("reason"), {"cannot be lower than"});
  CHECK(rows[0].at("seed") != rows[1].at("seed"));
}

TEST_CASE("sweep: a point is what run makes of the same values and seed") {
  const Sandbox sandbox;
  sweep_well(sandbox, two_axes, "r.sqlite");
  const auto rows = rows_of(csv_of(sandbox, "r.sqlite"));
  const auto plain = sandbox.run({"run", "base.json", "--set", "/sites/site/cooling/pue=1.25",
                                  "--set", "/workloads/load/request_rate=4 /s", "--seed",
                                  rows[3].at("seed"), "--format", "json", "--out", "plain"});
  REQUIRE(plain.code == ok);
  for (const auto* name : {"cost_per_mtok_output_usd", "ttft_p99_s", "energy_site_j"}) {
    expect_words(plain.out, {"\"" + std::string(name) + "\": " + rows[3].at(name)});
  }
}

TEST_CASE("sweep: the rows do not depend on processes, shards and interruptions") {
  const Sandbox sandbox;
  const auto replicated = two_axes + R"(, "replications": 3)";
  sweep_well(sandbox, replicated, "one.sqlite", {"--jobs", "1"});
  sweep_well(sandbox, replicated, "many.sqlite", {"--jobs", "4"});
  const auto expected = csv_of(sandbox, "one.sqlite");
  CHECK(csv_of(sandbox, "many.sqlite") == expected);
  std::vector<std::string> merge{"sweep", "merge", "all.sqlite"};
  for (const std::string task : {"5", "6", "7"}) {  // as in a job array of Slurm
    ::setenv("SLURM_ARRAY_TASK_ID", task.c_str(), 1);
    ::setenv("SLURM_ARRAY_TASK_MIN", "5", 1);
    ::setenv("SLURM_ARRAY_TASK_COUNT", "3", 1);
    sweep_well(sandbox, replicated, task + ".sqlite");
    merge.push_back(task + ".sqlite");
  }
  ::unsetenv("SLURM_ARRAY_TASK_ID");
  REQUIRE(sandbox.run(merge).code == ok);
  CHECK(csv_of(sandbox, "all.sqlite") == expected);
  const auto again = sweep_well(sandbox, replicated, "one.sqlite", {"--resume"});
  expect_words(again.out, {"0 of them here", "nothing left to run"});
  CHECK(csv_of(sandbox, "one.sqlite") == expected);
}

TEST_CASE("sweep: a part is resumed to the whole") {
  const Sandbox sandbox;
  sweep_well(sandbox, two_axes, "whole.sqlite");
  sweep_well(sandbox, two_axes, "r.sqlite", {"--shard", "1/2"});
  const auto rest = sweep_well(sandbox, two_axes, "r.sqlite", {"--resume"});
  expect_words(rest.out, {"3 of them here"});
  CHECK(csv_of(sandbox, "r.sqlite") == csv_of(sandbox, "whole.sqlite"));
}

TEST_CASE("sweep: nothing that is there is overwritten") {
  const Sandbox sandbox;
  sweep_well(sandbox, two_axes, "r.sqlite");
  const auto before = sandbox.read("r.sqlite");
  const auto twice = sandbox.run({"sweep", "sweep.json", "--out", "r.sqlite"});
  CHECK(twice.code == scenario_invalid);
  expect_words(twice.err, {"r.sqlite", "--resume"});
  sandbox.write("sweep.json", sweep_text(R"("axes": {"/sites/site/cooling/pue": [1.3]})"));
  const auto other = sandbox.run({"sweep", "sweep.json", "--out", "r.sqlite", "--resume"});
  CHECK(other.code == scenario_invalid);
  expect_words(other.err, {"r.sqlite", "sweep"});
  CHECK((sandbox.read("r.sqlite") == before));
}

TEST_CASE("sweep: constraints and kept metrics") {
  const Sandbox sandbox;
  sweep_well(sandbox, two_axes + R"(, "constraints": ["pue >= 1.1", "request_rate * pue < 3 /s"],
                            "metrics": ["pue", "cost_*"])",
             "r.sqlite");
  const auto rows = rows_of(csv_of(sandbox, "r.sqlite"));
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].count("cost_per_mtok_usd") == 1);
  CHECK(rows[0].count("ttft_p99_s") == 0);
}

TEST_CASE("sweep: common seeds make replications of all points alike") {
  const Sandbox sandbox;
  sweep_well(sandbox, two_axes + R"(, "seeds": "common", "replications": 2)", "r.sqlite");
  const auto rows = rows_of(csv_of(sandbox, "r.sqlite"));
  REQUIRE(rows.size() == 12);
  CHECK(rows[0].at("seed") == "1");
  CHECK(rows[2].at("seed") == "1");
  CHECK(rows[1].at("seed") == rows[3].at("seed"));
}

TEST_CASE("sweep: all mistakes of a file are told at once, and nothing is written") {
  refuse(R"("axs": {}, "replications": 0, "seeds": "same", "metrics": ["pu"])",
         {"did you mean \"axes\"", "/replications", "per_point or common", "did you mean \"pue\"",
          "axes are missing"});
  refuse(R"("axes": {"/sites/site/cooling/peu": [1.2], "/services/chat/router": ["nearest"]})",
         {"did you mean \"pue\"", "peu", "nearest", "router"});
  refuse(R"("axes": {"/sites/site/cooling/pue": [1.2, "3 kW"]})", {"pue = 3 kW"});
  refuse(R"("axes": {"/sites/site/cooling/pue": []})", {"the list is empty"});
  refuse(R"("axes": {}")", {"sweep.json"});
  refuse(R"("axes": {
              "a": {"pointer": "/sites/site/cooling/pue",
                    "linear": {"from": 1.1, "to": 2, "points": 1000}},
              "b": {"pointer": "/b", "linear": {"from": 0.0, "to": 1, "points": 1000}},
              "c": {"pointer": "/c", "linear": {"from": 0.0, "to": 1, "points": 1000}}})",
         {"1000000000 runs", "1000 a, 1000 b, 1000 c"});
  refuse(two_axes + R"(, "constraints": ["pue > 9", "puu < 1"])", {"did you mean \"pue\""});
  refuse(two_axes + R"(, "constraints": ["pue > 9"])", {"none of the 6 points"});
  refuse(two_axes + R"(, "set": {"/services/chat/rooter": {"model": "x"}})",
         {"did you mean \"router\""});
}

TEST_CASE("sweep: a missing base, a database that is none, and wrong words") {
  const Sandbox sandbox;
  sandbox.write("sweep.json", sweep_text(two_axes));
  const auto no_base = sandbox.run({"sweep", "sweep.json", "--out", "r.sqlite"});
  CHECK(no_base.code == scenario_invalid);
  expect_words(no_base.err, {"base.json"});
  sandbox.write("base.json", small_scenario());
  sandbox.write("text.sqlite", "this is no database, however long it is");
  const auto no_database = sandbox.run({"sweep", "sweep.json", "--out", "text.sqlite", "--resume"});
  CHECK(no_database.code == data_invalid);
  CHECK(sandbox.read("text.sqlite") == "this is no database, however long it is");
  CHECK(sandbox.run({"sweep", "csv", "text.sqlite"}).code == data_invalid);
  CHECK(sandbox.run({"sweep", "sweep.json", "--shard", "3/2"}).code == usage);
  const auto scenario = sandbox.run({"sweep", "base.json", "--out", "r.sqlite"});
  CHECK(scenario.code == scenario_invalid);
  expect_words(scenario.err, {"this is a scenario", "1 problem"});
  CHECK(sandbox.run({"sweep"}).code == usage);
  CHECK(sandbox.run({"sweep", "sweep.json", "--jobs", "0"}).code == usage);
}

TEST_CASE("sweep: a dry run writes nothing and says what there is to do") {
  const Sandbox sandbox;
  const auto told = sweep_well(sandbox, two_axes, "r.sqlite", {"--dry-run", "--shard", "2/2"});
  expect_words(told.out, {"6 points, 6 runs, 3 of them here (part 2 of 2)", "pue: 3 values"});
  CHECK(sandbox.files().empty());
}

TEST_CASE("sweep: the sweeps that are shipped are ones") {
  const Sandbox sandbox;
  int count = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(TOKENFAB_SOURCE_DIR "/scenarios/sweeps")) {
    const auto finished = sandbox.run({"sweep", entry.path().string(), "--dry-run"});
    INFO(entry.path() << "\n" << finished.err);
    CHECK(finished.code == ok);
    ++count;
  }
  CHECK(count > 0);
}

}  // namespace tokenfab::program

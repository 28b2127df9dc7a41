// SPDX-License-Identifier: Apache-2.0
// Sweep files that no person wrote: nested without end, not numbers, endless lists.
#include <catch2/catch.hpp>

#include "tests/program/program.hpp"

namespace tokenfab::program {
namespace {

/// Words that the refusal of a sweep of these axes holds; nothing is written.
void refuse(const Sandbox& sandbox, const std::string& rest, const std::vector<std::string>& words,
            int code = scenario_invalid) {
  sandbox.write("sweep.json",
                R"({"sweep_version": 1, "name": "s", "base": "base.json", )" + rest + "}");
  const auto finished = sandbox.run({"sweep", "sweep.json", "--out", "r.sqlite"});
  INFO(rest.substr(0, 200) << "\n" << finished.err);
  CHECK(finished.code == code);
  CHECK(finished.out.empty());
  expect_words(finished.err, words);
  CHECK(sandbox.files().empty());
}

std::string repeated(const std::string& text, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) {
    all += text;
  }
  return all;
}

std::string pue_axis(const std::string& values) {
  return R"("axes": {"/sites/site/cooling/pue": )" + values + "}";
}

}  // namespace

TEST_CASE("hostile sweep: what is no JSON") {
  const Sandbox sandbox;
  sandbox.write("base.json", small_scenario());
  refuse(sandbox, pue_axis(repeated("[", 64) + repeated("]", 64)), {"sweep.json:1", "nested"});
  refuse(sandbox, pue_axis(repeated("[", 100'000)), {"sweep.json:1"});
  for (const std::string number : {"NaN", "-Infinity", "1e999"}) {
    refuse(sandbox, pue_axis("[1.1, " + number + "]"), {"sweep.json:1:"});
  }
  refuse(sandbox, R"("axes": {"/a": [1], "/a": [2]})", {"/a", "duplicate key"});
  refuse(sandbox, pue_axis("[\"\xff\xfe\"]"), {"sweep.json:1:"});
  sandbox.write("empty.json", "");
  CHECK(sandbox.run({"sweep", "empty.json"}).code == scenario_invalid);
  CHECK(sandbox.run({"sweep", "."}).code == scenario_invalid);
}

TEST_CASE("hostile sweep: values of another kind than the field") {
  const Sandbox sandbox;
  sandbox.write("base.json", small_scenario());
  refuse(sandbox, pue_axis(R"([{"a": {"b": [1]}}, [], null, true])"), {"pue"});
  refuse(sandbox, pue_axis(R"(["nan", "inf", "-inf"])"), {"pue"});
  refuse(sandbox, R"("axes": [1], "metrics": {}, "constraints": 3, "set": [], "seed": -1)",
         {"/axes", "/metrics", "/set", "/seed"});
  refuse(sandbox, R"("axes": {"a": {"pointer": "/x", "linear": {"from": "nan", "to": "inf W",
    "points": 5}}})",
         {"/axes/a/linear", "from one number to another"});
  refuse(sandbox,
         R"("axes": {"a": {"pointer": "/x", "linear": {"from": -1.7e308, "to": 1.7e308,
    "points": 5}}})",
         {"/axes/a/linear", "too wide"});
  refuse(sandbox, R"("base": "base.json", "axes": {"/": [1], "x": [1], "": {}})",
         {"base", "duplicate key"});
}

TEST_CASE("hostile sweep: more than there is memory for") {
  const Sandbox sandbox;
  sandbox.write("base.json", small_scenario());
  refuse(sandbox, R"("samples": 1000000000, )" + pue_axis("[1.1]"), {"/samples", "10000000"});
  refuse(sandbox, R"("samples": 9999999, "axes": {
    "a": {"pointer": "/a", "values": [1, 2]},
    "b": {"pointer": "/b", "latin_hypercube": {"from": 1, "to": 2}}})",
         {"/axes/b/latin_hypercube", "which leaves 9999998"});
  refuse(sandbox, R"("axes": {
    "b": {"pointer": "/b", "linear": {"from": 1.5, "to": 2, "points": 1000000000}}})",
         {"/axes/b/linear/points", "from 2 to 10000000"});
  refuse(sandbox,
         pue_axis("[1.1]") + R"(, "constraints": [")" + repeated("1 + ", 200'000) + R"(pue > 0"])",
         {"/constraints", "4096 characters at most"});
  refuse(sandbox, pue_axis("[1.1]") + R"(, "constraints": [")" + repeated("(", 4000) + R"("])",
         {"/constraints", "too many levels"});
}

}  // namespace tokenfab::program

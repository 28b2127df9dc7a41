// SPDX-License-Identifier: Apache-2.0
// The scenarios of the repository: every one is valid, and those that take no time are played.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdio>
#include <cstdlib>

#include "tests/program/program.hpp"

namespace tokenfab::program {
namespace {

namespace fs = std::filesystem;

std::string shipped(const std::string& name) { return TOKENFAB_SOURCE_DIR "/scenarios/" + name; }

std::string data_folders() {
  const char* value = std::getenv("TOKENFAB_DATA");
  return value == nullptr ? "" : value;
}

TEST_CASE("shipped scenarios: all are valid") {
  Sandbox sandbox;
  sandbox.set_data_folders(data_folders());
  int count = 0;
  for (const auto& entry : fs::directory_iterator(TOKENFAB_SOURCE_DIR "/scenarios")) {
    if (entry.path().extension() != ".json") {
      continue;
    }
    const auto finished = sandbox.run({"validate", entry.path().string()});
    INFO(entry.path() << "\n" << finished.err);
    const bool lacks_data = finished.err.find("no such data file") != std::string::npos;
    CHECK(finished.code == (lacks_data ? scenario_invalid : ok));
    ++count;
  }
  CHECK(count >= 3);
}

TEST_CASE("shipped scenarios: main") {
  const Sandbox sandbox;
  const auto finished = sandbox.run({"run", shipped("main.json"), "--out", "out"});
  INFO(finished.err);
  REQUIRE(finished.code == ok);
  expect_words(finished.out, {"19,366 completed", "time to first token", "per million tokens"});
  CHECK(sandbox.files() == std::vector<std::string>{"out/report.json", "out/requests.csv",
                                                    "out/scenario.json", "out/series.csv"});
}

TEST_CASE("shipped scenarios: bench-million, its first twenty thousand requests") {
  const Sandbox sandbox;
  const auto finished = sandbox.run({"run", shipped("bench-million.json"), "--out", "out", "--set",
                                     "/workloads/load/num_prompts=20000"});
  INFO(finished.err);
  REQUIRE(finished.code == ok);
  expect_words(finished.out, {"20,000 completed"});
}

TEST_CASE("shipped scenarios: azure-conversation") {
  const auto finished = [] {
    Sandbox sandbox;  // gone before the skip below
    sandbox.set_data_folders(data_folders());
    return sandbox.run({"run", shipped("azure-conversation.json"), "--out", "out"});
  }();
  if (finished.code == scenario_invalid &&
      finished.err.find("no such data file") != std::string::npos) {
    std::puts("skipped: no folder of TOKENFAB_DATA has the Azure 2023 conversation trace");
    std::exit(77);
  }
  INFO(finished.err);
  REQUIRE(finished.code == ok);
  expect_words(finished.out, {"19,366 completed"});
}

}  // namespace
}  // namespace tokenfab::program

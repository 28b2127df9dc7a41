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
  // What a scenario leaves behind finds the trace that lay beside it.
  sandbox.set_data_folders(TOKENFAB_SOURCE_DIR "/scenarios:" + data_folders());
  int count = 0;
  for (const auto& entry : fs::recursive_directory_iterator(TOKENFAB_SOURCE_DIR "/scenarios")) {
    const auto name = entry.path().filename();
    // Others beside the scenarios: sweeps, the gallery's index, baseline and policy.
    const bool is_other = entry.path().parent_path().filename() == "sweeps" ||
                          name == "index.json" || name == "expected.json" || name == "policy.json";
    if (entry.path().extension() != ".json" || is_other) {
      continue;
    }
    const auto finished = sandbox.run({"validate", entry.path().string()});
    INFO(entry.path() << "\n" << finished.err);
    const bool lacks_data = finished.err.find("no such data file") != std::string::npos;
    CHECK(finished.code == (lacks_data ? scenario_invalid : ok));
    if (!lacks_data) {
      // What a run leaves behind as scenario.json must be a scenario itself.
      const auto resolved = sandbox.run({"show", entry.path().string(), "--resolved"});
      sandbox.write("resolved.json", resolved.out);
      const auto again = sandbox.run({"validate", "resolved.json"});
      INFO(again.err);
      CHECK(again.code == ok);
    }
    ++count;
  }
  CHECK(count >= 9);
}

TEST_CASE("shipped scenarios: main") {
  const Sandbox sandbox;
  const auto finished = sandbox.run({"run", shipped("main.json"), "--out", "out"});
  INFO(finished.err);
  REQUIRE(finished.code == ok);
  expect_words(finished.out, {"19,366 completed", "time to first token", "per million tokens"});
  CHECK(sandbox.files() == std::vector<std::string>{"out/events.csv", "out/fleet.csv",
                                                    "out/report.json", "out/requests.csv",
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

TEST_CASE("shipped scenarios: the first two hours of agents-day") {
  const Sandbox sandbox;
  const auto finished =
      sandbox.run({"run", shipped("agents-day.json"), "--out", "out", "--set", "/horizon=2 h",
                   "--set", "/start=2026-03-03T09:00", "--set",
                   "/assert=[\"daily_active_agents > 50\", \"cost_per_agent_day_usd > 0\", "
                   "\"revenue_per_agent_day_usd > 0\", \"chip_utilization <= 1\", "
                   "\"pools/code/main/replicas_mean >= 2\"]"});
  INFO(finished.err << finished.out);
  REQUIRE(finished.code == ok);
  expect_words(finished.out, {"luxury", "premium", "cheap", "bank", "startup", "questions"});
}

TEST_CASE("shipped scenarios: half a minute of deepseek-production, by flows") {
  const Sandbox sandbox;
  const auto finished = sandbox.run({"run", shipped("deepseek-production.json"), "--out", "out",
                                     "--set", "/horizon=30 s", "--set", "/warmup=10 s", "--set",
                                     "/services/chat/kv_transfer/mode=flow", "--set",
                                     "/workloads/chats/concurrency=4000"});
  INFO(finished.err);
  REQUIRE(finished.code == ok);
  expect_words(finished.out, {"4,000 in flight"});
}

TEST_CASE("shipped scenarios: video-factory") {
  const Sandbox sandbox;
  const auto finished = sandbox.run({"run", shipped("video-factory.json"), "--out", "out"});
  INFO(finished.err);
  REQUIRE(finished.code == ok);
  expect_words(finished.out, {"video", "per image", "per second of video", "premium"});
}

/// The scenario's own asserts hold, and so do these.
void play_plant(const std::string& scenario, std::vector<std::string> settings,
                const std::string& asserts) {
  const Sandbox sandbox;
  std::vector<std::string> arguments{"run", shipped(scenario), "--out", "out"};
  if (!asserts.empty()) {
    settings.push_back("/assert=[" + asserts + "]");
  }
  for (const auto& setting : settings) {
    arguments.insert(arguments.end(), {"--set", setting});
  }
  const auto finished = sandbox.run(arguments);
  INFO(finished.err << finished.out);
  REQUIRE(finished.code == ok);
}

TEST_CASE("shipped scenarios: a year of the 100 MW site, Frontier, and the main job's plant") {
  play_plant("plant-year-100mw.json", {}, "");
  play_plant("frontier-power.json", {}, "");
  play_plant("main-physical.json", {}, R"("requests_completed == 19366", "pue > 1.1")");
}

TEST_CASE("shipped scenarios: four climates") { play_plant("four-climates.json", {}, ""); }

TEST_CASE("shipped scenarios: the hottest half hour of heat-wave, and its cure") {
  const std::string noon = "/start=2025-08-12T14:00";
  play_plant("heat-wave.json", {noon, "/horizon=30 min"},
             R"("clock_mean < 0.99", "chip_temperature_max_degc >= 84.9")");
  play_plant("heat-wave.json",
             {noon, "/horizon=10 min", "/sites/dallas/cooling/dry_cooler/pad_effectiveness=0.7"},
             R"("clock_mean == 1", "chip_temperature_max_degc < 80", "wue_l_per_kwh > 1")");
}

TEST_CASE("shipped scenarios: grid-outage until the second outage, with and without generators") {
  const std::string horizon = "/horizon=70 min";
  const std::string calm = "/workloads/load/request_rate=20 /s";
  play_plant(
      "grid-outage.json", {horizon, calm},
      R"("generator_starts == 2", "room_temperature_max_degc < 26", "requests_failed == 0")");
  play_plant("grid-outage.json", {horizon, calm, "/sites/chicago/energy/genset=null"},
             R"("blackouts == 1", "thermal_shutdowns == 1", "replica_failures == 16")");
}

TEST_CASE("shipped scenarios: training runs keep what they promise") {
  play_plant("llama3-405b-16k.json", {}, "");
  play_plant("supernode-910c-training.json", {}, "");
  play_plant("swf-easy.json", {}, R"("jobs_completed == 1000")");
  // arXiv:2412.19437, table 1: 2.664 M GPU hours, here of the chips at work, within 5 %.
  play_plant("deepseek-v3-2048.json", {},
             R"("jobs/pretrain/chip_time_useful_s > 9.11e9",)"
             R"("jobs/pretrain/chip_time_useful_s < 10.07e9", "jobs_completed == 4")");
}

TEST_CASE("shipped scenarios: more nodes fail than are spare, also while nobody has them") {
  const std::string cluster = "/sites/hangzhou/clusters/h800";
  play_plant(
      "deepseek-v3-2048.json",
      {cluster + "/nodes=260",
       cluster + R"(/faults={"model": "components", "components": {"a": {"mtbf": "100 d"}}})"},
      R"("chip_time_idle_s > 0", "jobs_completed == 4", "job_wait_max_s < 1 min")");
}

TEST_CASE("shipped scenarios: an hour and a half of mixed-day") {
  play_plant("mixed-day.json", {"/horizon=90 min"},
             R"("jobs/curate/jobs_completed == 1", "jobs/research/job_preemptions > 0",)"
             R"("jobs/pretrain/training_steps > 10", "cost_per_mtok_training_usd > 0")");
}

/// Plays a trace to its end; skips the test where no folder has it.
void play_trace(const std::string& scenario, const std::string& trace,
                const std::string& completed) {
  const auto finished = [&] {
    Sandbox sandbox;  // gone before the skip below
    sandbox.set_data_folders(data_folders());
    return sandbox.run({"run", shipped(scenario), "--out", "out"});
  }();
  if (finished.code == scenario_invalid &&
      finished.err.find("no such data file") != std::string::npos) {
    std::printf("skipped: no folder of TOKENFAB_DATA has the %s trace\n", trace.c_str());
    std::fflush(stdout);
    std::exit(77);
  }
  INFO(finished.err);
  REQUIRE(finished.code == ok);
  expect_words(finished.out, {completed});
}

TEST_CASE("shipped scenarios: azure-conversation") {
  play_trace("azure-conversation.json", "Azure 2023 conversation", "19,366 completed");
}

TEST_CASE("shipped scenarios: mooncake-disaggregated") {
  play_trace("mooncake-disaggregated.json", "Mooncake conversation", "12,031 completed");
}

}  // namespace
}  // namespace tokenfab::program

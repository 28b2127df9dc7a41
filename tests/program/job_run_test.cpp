// SPDX-License-Identifier: Apache-2.0
// Commands on scenarios of jobs: run, validate, show, compare, explain, list, and job traces.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/program/job_scenario.hpp"

namespace tokenfab::program {
namespace {

using Json = nlohmann::json;

/// The queue's jobs from a file instead.
std::string traced(const std::string& file) {
  auto text = job_scenario();
  const auto begin = text.find("    \"queue\"");
  return text.substr(0, begin) + "    \"queue\": {\"model\": \"job_trace\", \"path\": \"" + file +
         "\",\n              \"cluster\": \"site/h100\"}\n  }\n}\n";
}

/// id submit wait run used cpu mem req est reqmem status user group exe queue part prev think
std::string swf_row(int id, const std::string& submit, int run, int chips) {
  return std::to_string(id) + " " + submit + " -1 " + std::to_string(run) + " " +
         std::to_string(chips) + " -1 -1 " + std::to_string(chips) + " -1 -1 1 1 1 1 1 -1 -1 -1\n";
}

TEST_CASE("job commands: validate, run, and the resolved scenario gives the same result") {
  const Sandbox sandbox;
  const auto finished = run_well(sandbox, job_scenario());
  CHECK(finished.err.empty());
  expect_words(finished.out, {"13 completed", "effective training time", "chip time of site/h100"});
  const auto report = Json::parse(sandbox.read("out/report.json"));
  const auto& metrics = report.at("metrics");
  CHECK(metrics.at("jobs_completed") == 13);
  CHECK(metrics.at("training_steps") == 50);
  CHECK(metrics.at("chip_hours").get<double>() > 0);
  CHECK(metrics.at("training_tokens_per_s_per_chip").get<double>() > 0);
  CHECK(metrics.count("mttf_s") == 0);                               // nothing broke
  CHECK(report.at("jobs").at("train").count("jobs_rejected") == 0);  // it is known to fit
  CHECK(report.at("jobs").at("queue").at("jobs_rejected") == 0);
  const auto shown = sandbox.run({"show", "scenario.json", "--resolved"});
  sandbox.write("resolved.json", shown.out);
  CHECK(sandbox.run({"validate", "resolved.json"}).code == ok);
  const auto compared = sandbox.run({"compare", "scenario.json", "resolved.json"});
  INFO(compared.out);
  CHECK(compared.code == ok);
  const auto origins = sandbox.run({"show", "scenario.json", "--resolved", "--origins"});
  expect_words(origins.out, {"\"tensor_parallel_size\": 2", "scenario.json:28:"});
}

TEST_CASE("job commands: compare tells what another layout changes") {
  const Sandbox sandbox;
  sandbox.write("a.json", job_scenario());
  sandbox.write("b.json", replaced(job_scenario(), "\"full\"", "\"none\""));
  const auto compared = sandbox.run({"compare", "a.json", "b.json"});
  CHECK(compared.code == 10);
  expect_words(compared.out, {"step_time_s", "cost_per_mtok_training_usd"});
}

TEST_CASE("job commands: what is left undone at the horizon is a warning") {
  const Sandbox sandbox;
  const auto finished = run_well(
      sandbox, replaced(job_scenario(), "\"jobs\": {",
                        "\"horizon\": \"6 min\", \"jobs\": {\"later\": {\"after\": "
                        "{\"train\": {}}, \"cluster\": \"site/h100\", \"fixed\": "
                        "{\"chips\": 1, \"duration\": \"1 h\"}}, \"full\": {\"cluster\": "
                        "\"site/h100\", \"fixed\": {\"chips\": 32, \"duration\": \"1 h\"}},"
                        " "));
  expect_words(
      finished.err,
      {"warning: unfinished: job train: 0 of 50", "warning: unfinished: job later",
       "warning: jobs_waiting: 1 of the 1 jobs of train still waited for chips of site/h100"});
  const auto report = Json::parse(sandbox.read("out/report.json"));
  CHECK(report.at("warnings").size() == 4);  // and one of the queue
}

TEST_CASE("job commands: dry run and progress") {
  const Sandbox sandbox;
  sandbox.write("scenario.json", job_scenario());
  const auto dry = sandbox.run({"run", "scenario.json", "--dry-run"});
  CHECK(dry.code == ok);
  CHECK(sandbox.files().empty());
  expect_words(dry.out,
               {"site/h100: 4 of 4 nodes for jobs, 32 chips; scheduler easy, placement first_fit",
                "network fat_tree, closed forms: scale-up 8 chips at 450 GB/s, leaf 16 chips",
                "train: 8 chips on 1 nodes", "50 steps of 65,536 tokens",
                "no interruptions at random", "queue: 12 jobs for site/h100"});
  const auto broken = sandbox.run({"run", "scenario.json", "--dry-run", "--set",
                                   "/sites/site/clusters/h100/faults={\"model\": \"exponential\", "
                                   "\"node_mtbf\": \"10 d\"}"});
  expect_words(broken.out, {"an interruption every", "% effective training time"});
  const auto played = sandbox.run({"run", "scenario.json", "--out", "out", "--progress", "json",
                                   "--set", "/plant_interval=100 ms"});
  const auto line = Json::parse(played.err.substr(0, played.err.find('\n')));
  CHECK(line.count("jobs") == 1);
  CHECK(line.count("fraction") == 1);
  CHECK(line.count("cost_usd") == 1);
}

TEST_CASE("job commands: explain, list and schema know the fields") {
  const Sandbox sandbox;
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases{
      {{"explain", "/jobs/*/training/layout/tensor_parallel_size"}, "Chips that share every layer"},
      {{"explain", "/jobs/*/training/checkpoint/interval"}, "Work between two checkpoints"},
      {{"explain", "/sites/*/clusters/*/network/fat_tree/nodes_per_leaf"}, "at one leaf"},
      {{"explain", "/workloads/*/job_mix/activity"}, "arXiv:2412.08602"},
      {{"explain", "mttf_s"}, "unit      s"},
      {{"explain", "jobs_waiting"}, "A warning: "},
      {{"explain", "effective_training_time_ratio"}, "Time of training steps that count"},
      {{"list", "schedulers"}, "easy"},
      {{"list", "placements"}, "topology_aware"},
      {{"list", "networks"}, "llama3-24k"},
      {{"list", "training_engines"}, "megatron-core-2025"},
      {{"list", "failure_rates"}, "llama3-h100"},
      {{"list", "collectives"}, "nccl"},
      {{"completion", "bash"}, "schedulers"},
      {{"schema"}, "\"pipeline_schedule\""}};
  for (const auto& [arguments, word] : cases) {
    const auto finished = sandbox.run(arguments);
    INFO(arguments.back() << finished.err);
    CHECK(finished.code == ok);
    const bool is_found = finished.out.find(word) != std::string::npos;
    CHECK(is_found);
  }
}

TEST_CASE("job traces: what is missing is dropped, what is too large rejected, both counted") {
  const Sandbox sandbox;
  sandbox.write("queue.swf", "; MaxProcs: 64\n" + swf_row(1, "0", 60, 8) + swf_row(2, "10", -1, 8) +
                                 swf_row(3, "20", 60, -1) + swf_row(4, "30", 0, 8) +
                                 swf_row(5, "40", 60, 64) + swf_row(6, "50", 60, 32));
  const auto finished = run_well(sandbox, traced("queue.swf"));
  expect_words(finished.err,
               {"/workloads/queue: 1 of the rows of queue.swf are left out",
                "the largest job of queue.swf takes 64 chips, site/h100 has 32 for jobs"});
  const auto queue = Json::parse(sandbox.read("out/report.json")).at("jobs").at("queue");
  CHECK(queue.at("jobs_completed") == 2);
  CHECK(queue.at("jobs_dropped") == 3);
  CHECK(queue.at("jobs_rejected") == 1);
}

TEST_CASE("job traces: bad data is told with its line, all files at once") {
  const Sandbox sandbox;
  sandbox.write("bad.swf", swf_row(1, "0", 60, 8) + "2 10 nonsense\n" + swf_row(3, "x", 60, 8));
  expect_refused(sandbox, traced("bad.swf"), data_invalid, {"bad.swf:2", "bad.swf:3"});
  auto two = traced("bad.swf");
  two = replaced(two, "\"workloads\": {",
                 "\"workloads\": {\"other\": {\"model\": \"job_trace\", \"path\": \"worse.swf\", "
                 "\"cluster\": \"site/h100\"},");
  sandbox.write("worse.swf", "1 2 3\n");
  expect_refused(sandbox, two, data_invalid, {"bad.swf:2", "worse.swf:1"});
  expect_refused(sandbox, traced("none.swf"), scenario_invalid,
                 {"/workloads/queue/path", "none.swf", "no such data file"});
  expect_refused(sandbox, replaced(traced("bad.swf"), "\"path\"", "\"format\": \"sfw\", \"path\""),
                 scenario_invalid, {"/workloads/queue/format", "did you mean \"swf\"?"});
}

}  // namespace
}  // namespace tokenfab::program

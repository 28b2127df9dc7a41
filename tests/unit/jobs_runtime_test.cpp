// SPDX-License-Identifier: Apache-2.0
// Jobs on a cluster of four nodes of eight chips, played whole: dates derived by hand.
#include <map>
#include <sstream>

#include "tests/property/scenario_runs.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

struct Factory {
  std::string jobs{};
  std::string cluster{};  // more keys of the cluster, each with a comma before
  std::string more{};     // more keys of the scenario, each with a comma after
  std::string horizon = R"("horizon": "1 h",)";
  int nodes = 4;
  std::string interval = "60 s";

  Played play() const {
    const auto site = [&](const std::string& name) {
      return fmt::format(R"("{}": {{"energy": {{"grid": {{
  "tariff": {{"model": "flat", "price": "0.1 USD/kWh"}},
  "carbon": {{"model": "flat", "intensity": "400 g/kWh"}}}}}}, "storage_bandwidth": "10 GB/s",
  "clusters": {{"c": {{"node": {{"use": "hgx-h100"}}, "nodes": {} {}}}}}}})",
                         name, nodes, cluster);
    };
    return tokenfab::testing::play(fmt::format(
        R"({{"scenario_version": 1, "name": "jobs", {} {} "plant_interval": "{}",
"sites": {{{}, {}}}, "models": {{"m": {{"use": "llama-3.1-8b"}}}}, "jobs": {{{}}}}})",
        horizon, more, interval, site("s"), site("t"), jobs));
  }
};

std::string fixed(int chips, int seconds, const std::string& more = "",
                  const std::string& run = "") {
  return fmt::format(R"({{"cluster": "s/c", {} "fixed": {{"chips": {}, "duration": "{} s" {}}}}})",
                     more, chips, seconds, run);
}

std::string losses(const std::string& list) {
  return fmt::format(R"(, "faults": {{"model": "scheduled", "losses": {{{}}}}})", list);
}

/// Two nodes, two replicas; 20 s until the first step, 30.1 s from a loss to the next one.
std::string training(int steps, const std::string& more = "", const std::string& checkpoint = "") {
  return fmt::format(
      R"({{"cluster": "s/c", "training": {{"model": "m", "steps": {}, {} "layout": {{
  "tensor_parallel_size": 8, "data_parallel_size": 2, "micro_batch_size": 1,
  "global_batch_size": 8, "sequence_length": 4096, "sharding": "zero1", "recompute": "full"}},
  "checkpoint": {{ {} "size": "1 GB", "restart": {{"detection": "10 s", "scheduling": "5 s",
    "process_start": "15 s"}}}}}}}})",
      steps, more, checkpoint.empty() ? R"("policy": "none",)" : checkpoint);
}

double end_of(const Played& played, const std::string& job) {
  return played.metric("/jobs/" + job + "/job_end_s");
}
double of_job(const Played& played, const std::string& name, const std::string& metric) {
  return played.metric("/jobs/" + name + "/" + metric);
}

}  // namespace

TEST_CASE("jobs runtime: a stage begins when those before it have ended") {
  const auto played =
      Factory{R"("a": )" + fixed(8, 100) + R"(, "b": )" +
              fixed(8, 50, R"("submit": "50 s", "after": {"a": {}},)") + R"(, "c": )" +
              fixed(8, 10, R"("submit": "170 s", "after": {"a": {}, "b": {}},)")}
          .play();
  CHECK(end_of(played, "a") == 100);
  CHECK(of_job(played, "b", "job_start_s") == 100);
  CHECK(end_of(played, "b") == 150);
  CHECK(of_job(played, "c", "job_start_s") == 170);
}

TEST_CASE("jobs runtime: what a stage leaves is brought to the site of the next one") {
  const auto played = Factory{R"("a": )" + fixed(8, 100) +
                              R"(, "b": {"cluster": "t/c", "after": {"a": {"volume": "100 GB"}},
  "fixed": {"duration": "5 s"}}, "c": {"cluster": "t/c", "after": {"a": {}},
  "fixed": {"duration": "5 s"}})"}
                          .play();
  CHECK(of_job(played, "b", "job_start_s") == Approx(110).epsilon(0.02));  // at 10 GB/s
  CHECK(of_job(played, "c", "job_start_s") == 100);
}

TEST_CASE("jobs runtime: a slow node stretches a fixed job") {
  const auto played =
      Factory{R"("a": )" + fixed(16, 100),
              losses(R"("l": {"at": "20 s", "node": 1, "slowdown": 2, "repair_time": "40 s"})")}
          .play();
  CHECK(end_of(played, "a") == Approx(120).epsilon(1e-12));  // 40 s at half the speed
}

TEST_CASE("jobs runtime: a slowdown outlives another fault's repair") {
  const auto played =
      Factory{R"("a": )" + fixed(32, 100, R"("submit": "40 s",)"),
              losses(R"("l": {"at": "10 s", "node": 1, "slowdown": 2, "repair_time": "1 h"},
  "m": {"at": "20 s", "node": 1, "repair_time": "10 s"})")}
          .play();
  CHECK(end_of(played, "a") == Approx(240));
}

TEST_CASE("jobs runtime: a job that loses a rack begins anew, or goes on where it was") {
  const auto rack = losses(R"("l": {"at": "50 s", "node": 0, "nodes": 2, "repair_time": "30 s"})");
  const auto anew = Factory{R"("a": )" + fixed(16, 100), rack}.play();
  CHECK(end_of(anew, "a") == 150);
  CHECK(of_job(anew, "a", "interruptions") == 1);
  CHECK(of_job(anew, "a", "chip_time_lost_s") == Approx(50 * 16));
  const auto on = Factory{R"("a": )" + fixed(16, 100, "", R"(, "resumes": true)"), rack}.play();
  CHECK(end_of(on, "a") == 100);
  CHECK(of_job(on, "a", "chip_time_lost_s") == 0);
}

TEST_CASE("jobs runtime: a job that ends as its node breaks has ended") {
  const auto played = Factory{R"("a": )" + fixed(8, 50),
                              losses(R"("l": {"at": "50 s", "node": 0, "repair_time": "1 s"})")}
                          .play();
  CHECK(end_of(played, "a") == 50);
  CHECK(of_job(played, "a", "interruptions") == 0);
}

TEST_CASE("jobs runtime: chips that break before the first job comes") {
  const auto played = Factory{R"("a": )" + fixed(32, 50, R"("submit": "20 s",)"),
                              losses(R"("l": {"at": "10 s", "node": 0, "repair_time": "30 s"})")}
                          .play();
  CHECK(end_of(played, "a") == 90);
}

TEST_CASE("jobs runtime: priority takes the chips of preemptible jobs") {
  const auto played =
      Factory{R"("low": )" + fixed(32, 100, R"("preemptible": true,)") + R"(, "high": )" +
                  fixed(8, 10, R"("submit": "30 s", "priority": 1,)"),
              R"(, "scheduler": {"model": "priority", "preemption": true})"}
          .play();
  CHECK(end_of(played, "high") == 40);
  CHECK(end_of(played, "low") == 140);
  CHECK(of_job(played, "low", "job_preemptions") == 1);
  CHECK(of_job(played, "low", "chip_time_lost_s") == Approx(30 * 32));
}

TEST_CASE("jobs runtime: quotas are those of the users of the jobs") {
  const auto played = Factory{R"("a": )" + fixed(8, 10, R"("user": "ann",)") + R"(, "b": )" +
                                  fixed(8, 10, R"("user": "ann",)") + R"(, "c": )" +
                                  fixed(8, 10, R"("user": "bob",)"),
                              R"(, "scheduler": {"model": "fair_share", "quotas": {"ann": 8}})"}
                          .play();
  CHECK(end_of(played, "a") == 10);
  CHECK(end_of(played, "b") == 20);
  CHECK(end_of(played, "c") == 10);
}

TEST_CASE("jobs runtime: jobs larger than the cluster are counted, and end no run") {
  Factory factory{R"("a": )" + fixed(8, 10)};
  factory.more = R"("workloads": {"mix": {"model": "job_mix", "cluster": "s/c",
  "job_rate": "1 /s", "num_jobs": 30, "sizes": {"64": 1}}},)";
  factory.horizon = "";
  const auto played = factory.play();
  CHECK(played.metric("/metrics/jobs_rejected") == 30);
  CHECK(played.metric("/metrics/jobs_completed") == 1);
  CHECK(played.metric("/metrics/jobs_waiting") == 0);
}

TEST_CASE("jobs runtime: data jobs read, work and write back") {
  const auto data = [](const std::string& rate, const std::string& kept) {
    Factory factory{fmt::format(
        R"("a": {{"cluster": "s/c", "data": {{"nodes": 2, "volume": "100 GB",
  "rate_per_node": "{}", "kept_share": {}}}}})",
        rate, kept)};
    factory.horizon = "";
    return end_of(factory.play(), "a");
  };
  CHECK(data("100 GB/s", "0") == Approx(10).epsilon(0.02));  // as fast as it is read
  CHECK(data("1 GB/s", "0") == Approx(50));                  // as fast as two nodes work
  CHECK(data("1 GB/s", "0.5") == Approx(55).epsilon(0.02));  // 50 GB are written back
}

TEST_CASE("jobs runtime: a slow node holds up data jobs, a slow clock does not") {
  const auto job = std::string(R"("a": {"cluster": "s/c", "data": {"nodes": 2, "volume": "100 GB",
  "rate_per_node": "1 GB/s", "kept_share": 0}})");
  const auto slow =
      Factory{job, losses(R"("l": {"at": "0 s", "node": 0, "slowdown": 2, "repair_time": "1 h"})")};
  CHECK(end_of(slow.play(), "a") == Approx(100));
}

TEST_CASE("jobs runtime: a job that is cut by the horizon is running, one that never began waits") {
  Factory factory{R"("a": )" + fixed(32, 100) + R"(, "b": )" + fixed(32, 100)};
  factory.horizon = R"("horizon": "60 s",)";
  const auto played = factory.play();
  CHECK(played.metric("/metrics/jobs_running") == 1);
  CHECK(played.metric("/metrics/jobs_waiting") == 1);
  CHECK(of_job(played, "a", "chip_time_useful_s") == Approx(60 * 32));
}

TEST_CASE("jobs runtime: training ends after its start and its steps") {
  const auto played = Factory{R"("a": )" + training(100)}.play();
  const double step_s = of_job(played, "a", "step_time_s");
  CHECK(end_of(played, "a") == Approx(20 + 100 * step_s));
  CHECK(of_job(played, "a", "chip_time_restarting_s") == Approx(20 * 16));
  CHECK(of_job(played, "a", "chip_time_useful_s") == Approx(100 * step_s * 16));
}

TEST_CASE("jobs runtime: a spare that breaks or is slow hurts nobody") {
  for (const auto* slowdown : {"0", "3"}) {
    const auto played =
        Factory{R"("a": )" + training(100, R"("spare_nodes": 1,)"),
                losses(fmt::format(
                    R"("l": {{"at": "30 s", "node": 2, "slowdown": {}, "repair_time": "1 h"}})",
                    slowdown))}
            .play();
    CHECK(end_of(played, "a") == Approx(20 + 100 * of_job(played, "a", "step_time_s")));
    CHECK(of_job(played, "a", "interruptions") == 0);
    CHECK(of_job(played, "a", "chip_time_lost_s") == 0);
  }
}

TEST_CASE("jobs runtime: a spare takes over for a node that breaks") {
  Factory factory{R"("a": )" + training(100, R"("spare_nodes": 1,)"),
                  losses(R"("l": {"at": "30 s", "node": 0, "repair_time": "1 h"})")};
  factory.nodes = 3;
  const auto played = factory.play();
  CHECK(end_of(played, "a") == Approx(30 + 30.1 + 100 * of_job(played, "a", "step_time_s")));
  CHECK(of_job(played, "a", "interruptions") == 1);
  CHECK(of_job(played, "a", "chip_time_lost_s") == Approx(10 * 16));
}

TEST_CASE("jobs runtime: without spares it waits for the repair, elastic ones go on with less") {
  const auto broken = losses(R"("l": {"at": "30 s", "node": 1, "repair_time": "100 s"})");
  Factory rigid{R"("a": )" + training(400), broken};
  rigid.nodes = 2;
  const auto waited = rigid.play();
  CHECK(end_of(waited, "a") == Approx(130 + 30.1 + 400 * of_job(waited, "a", "step_time_s")));
  CHECK(of_job(waited, "a", "job_wait_mean_s") == 0);
  Factory elastic{R"("a": )" + training(400, R"("elastic": true,)"), broken};
  elastic.nodes = 2;
  const auto shrunk = elastic.play();
  CHECK(of_job(shrunk, "a", "interruptions") == 1);
  CHECK(end_of(shrunk, "a") < end_of(waited, "a"));
  // At 60.1 s with half of its chips until 130 s, saved, then with all.
  CHECK(of_job(shrunk, "a", "chip_time_restarting_s") == Approx(20 * 16 + 30.1 * 8 + 30.1 * 16));
}

TEST_CASE("jobs runtime: training that lost its spares for good begins again without them") {
  Factory factory{R"("a": )" + training(100, R"("spare_nodes": 1,)"),
                  losses(R"("l": {"at": "30 s", "node": 2, "repair_time": "1 h"},
  "m": {"at": "50 s", "node": 0, "repair_time": "0 s"})")};
  factory.nodes = 3;
  const auto played = factory.play();
  CHECK(end_of(played, "a") == Approx(50 + 30.1 + 100 * of_job(played, "a", "step_time_s")));
}

TEST_CASE("jobs runtime: copies in memory survive one node, not two") {
  const auto run = [](int nodes, int at_s) {
    const auto text = training(
        1000, "",
        R"("policy": "fixed", "interval": "10 s", "mode": "in_memory", "durable_every": 100000,)");
    Factory factory{R"("a": )" + text,
                    losses(fmt::format(R"("l": {{"at": "{} s", "node": 0, "nodes": {},
  "repair_time": "1 h"}})",
                                       at_s, nodes))};
    return of_job(factory.play(), "a", "chip_time_lost_s") / 16;
  };
  CHECK(run(1, 70) < 11);
  CHECK(run(2, 70) == Approx(50).epsilon(0.02));
}

TEST_CASE("jobs runtime: jobs that learn from the answers of one workload take turns") {
  Factory factory;
  const auto rl = training(6, R"("rollout": {"workload": "answers", "steps_per_rollout": 2},)");
  factory.jobs = R"("a": )" + rl + R"(, "b": )" + rl;
  factory.nodes = 6;
  factory.more = R"("services": {"chat": {"model": "m", "pools": {"main": {"cluster": "t/c",
  "engine": {"tensor_parallel_size": 8}}}}}, "workloads": {"answers": {"service": "chat",
  "model": "synthetic", "request_rate": "10 /s", "num_prompts": 3,
  "isl": {"model": "uniform", "low": 100, "high": 100},
  "osl": {"model": "uniform", "low": 50, "high": 50}}},)";
  const auto played = factory.play();
  CHECK(played.metric("/metrics/training_steps") == 12);
  CHECK(played.metric("/metrics/requests_completed") == 2 * 3 * 3);
  CHECK(played.metric("/metrics/jobs_completed") == 2);
  CHECK(of_job(played, "a", "chip_time_waiting_s") > 0);
}

TEST_CASE("jobs runtime: the meter sees the phases of a step, and the same energy however often") {
  const auto run = [](const std::string& interval) {
    Factory factory{R"("a": )" + training(200)};
    factory.interval = interval;
    factory.horizon = R"("horizon": "60 s",)";
    factory.more = fmt::format(R"("output": {{"series": "{}"}},)", interval);
    return factory.play();
  };
  const auto fine = run("0.01 s");
  const auto coarse = run("30 s");
  CHECK(fine.metric("/metrics/energy_it_j") ==
        Approx(coarse.metric("/metrics/energy_it_j")).epsilon(1e-9));
  CHECK(of_job(fine, "a", "energy_site_j") ==
        Approx(of_job(coarse, "a", "energy_site_j")).epsilon(1e-9));
  const auto most = [](const Played& played) {
    double peak = 0;
    std::istringstream lines(played.series);
    for (std::string line; std::getline(lines, line);) {
      if (line.find(",s,") != std::string::npos) {
        const auto from = line.find(",s,") + 3;
        peak = std::max(peak, std::stod(line.substr(from)));
      }
    }
    return peak;
  };
  CHECK(most(fine) > 1.02 * most(coarse));
}

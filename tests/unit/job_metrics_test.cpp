// SPDX-License-Identifier: Apache-2.0
// Metrics of jobs from raw numbers by hand; what has no meaning is absent.
#include "sim/metrics/job_metrics.hpp"

#include "sim/scenario/job_warnings.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;

namespace {

/// A training job that held 3 of 4 chip-hours, and a workload of jobs without any completed.
RunResult small_result() {
  RunResult result;
  result.duration = Duration::from_seconds(3600);
  auto& pool = result.pools.emplace_back();
  pool.service = "site.c";
  pool.name = "jobs";
  pool.site = "site";
  pool.cluster = "c";
  pool.is_jobs = true;
  auto& cluster = result.jobs["site/c"];
  cluster.queue_seconds = 1800;
  cluster.chip_time.useful = cluster.chip_time.total = 4 * 3600;
  auto& train = cluster.sources["train"];
  train.is_declared = true;
  train.submitted = train.running = 1;
  train.interruptions = 2;
  train.chip_time.useful = 3 * 3600;
  train.energy_dynamic_j = 5e6;
  TrainingResult trained;
  trained.steps = 100;
  trained.tokens = 2e6;
  trained.step_time_s = 30;
  trained.mfu = 0.4;
  trained.useful_s = 3000;
  trained.elapsed_s = 3600;
  trained.interruptions = 2;
  train.training = trained;
  auto& queue = cluster.sources["queue"];
  queue.submitted = 3;
  queue.rejected = 1;
  queue.waiting = 2;
  queue.dropped = {{"no chips", 4}};
  queue.chip_time.useful = 3600;
  result.stages["train"].began = Instant();
  return result;
}

Summary summary_of(const RunResult& result) {
  Attribution attribution;
  attribution.pools = {{8e6, 4, 40}};
  Summary summary;
  summarize_jobs(result, attribution, summary);
  return summary;
}

}  // namespace

TEST_CASE("job metrics: shares by chip time held, rates by chip and by token") {
  const auto summary = summary_of(small_result());
  const auto& train = summary.jobs.at("train");
  CHECK(*train.get("chip_hours") == Approx(3));
  CHECK(*train.get("cost_total_usd") == Approx(30));  // 3 of 4 chip-hours
  CHECK(*train.get("cost_per_chip_hour_usd") == Approx(10));
  CHECK(*train.get("cost_per_mtok_training_usd") == Approx(15));
  CHECK(*train.get("energy_site_j") == Approx(6e6));
  CHECK(*train.get("energy_dynamic_j") == Approx(5e6));
  CHECK(*train.get("energy_per_training_token_j") == Approx(3));
  CHECK(*train.get("training_tokens_per_s_per_chip") == Approx(2e6 / 10800));
  CHECK(*train.get("mttf_s") == Approx(1800));
  CHECK(*train.get("effective_training_time_ratio") == Approx(3000.0 / 3600));
  const auto& factory = summary.factory;
  CHECK(*factory.get("chip_hours") == Approx(4));
  CHECK(*factory.get("mttf_s") == Approx(1800));
  CHECK(*factory.get("chip_time_useful_s") == Approx(4 * 3600));
  CHECK(*factory.get("jobs_dropped") == 4);
  CHECK(*summary.clusters.at("site/c").get("job_queue_mean") == Approx(0.5));
}

TEST_CASE("job metrics: what has no meaning is absent") {
  auto result = small_result();
  const auto summary = summary_of(result);
  const auto& train = summary.jobs.at("train");
  CHECK(!train.get("jobs_rejected"));  // declared jobs are known to fit,
  CHECK(!train.get("jobs_dropped"));   // and come from no file
  CHECK(!train.get("job_wait_mean_s"));
  CHECK(!train.get("makespan_s"));
  CHECK(!train.get("job_end_s"));
  CHECK(*train.get("job_start_s") == 0);
  const auto& queue = summary.jobs.at("queue");
  CHECK(*queue.get("jobs_rejected") == 1);
  CHECK(!queue.get("mttf_s"));
  CHECK(!queue.get("training_tokens"));
  CHECK(!queue.get("step_time_s"));
  result.jobs.at("site/c").sources.at("train").training->interruptions = 0;
  CHECK(!summary_of(result).jobs.at("train").get("mttf_s"));
  result.jobs.at("site/c").sources.at("train").training->steps = 0;
  CHECK(!summary_of(result).factory.get("effective_training_time_ratio"));
}

TEST_CASE("job warnings: what is left undone") {
  ScenarioConfig config;
  auto& job = config.jobs["train"];
  job.training.emplace().steps = 400;
  auto result = small_result();
  result.stages["deploy"];
  const auto warnings = job_warnings(config, result);
  REQUIRE(warnings.size() == 3);
  CHECK(warnings[0] ==
        "jobs_waiting: 2 of the 3 jobs of queue still waited for chips of site/c when the run "
        "ended");
  CHECK(warnings[1] ==
        "unfinished: job train: 100 of 400 training steps (25 %) were done when the run ended");
  CHECK(warnings[2] == "unfinished: job deploy: its turn had not come when the run ended");
}

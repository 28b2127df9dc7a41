// SPDX-License-Identifier: Apache-2.0
// A small factory of jobs against its approved metrics, and what makes these sane.
#include "tests/golden/approved.hpp"

namespace tokenfab {
namespace {

const std::string scenario = "tests/golden/jobs.json";

}  // namespace

TEST_CASE("golden: metrics of a small factory of jobs") {
  golden::require_approved(golden::play(scenario).factory, "jobs");
}

TEST_CASE("golden: invariants of a small factory of jobs") {
  const auto summary = golden::play(scenario);
  const auto metric = [&](const char* name) {
    const auto value = summary.factory.get(name);
    INFO(name);
    REQUIRE(value.has_value());
    return *value;
  };
  // 40 of the queue, the data and the training; all steps, all answers.
  REQUIRE(metric("jobs_completed") == 42);
  REQUIRE(metric("jobs_waiting") + metric("jobs_running") + metric("jobs_rejected") == 0);
  REQUIRE(metric("training_steps") == 1500);
  REQUIRE(metric("training_tokens") == 1500.0 * 64 * 4096);
  REQUIRE(metric("requests_completed") == 100);
  // Useful, lost and so on: all chips at all times, in one place each.
  double chip_s = 0;
  for (const char* part : {"useful", "lost", "checkpointing", "restarting", "waiting", "spare",
                           "idle", "repairing", "serving"}) {
    chip_s += metric(fmt::format("chip_time_{}_s", part).c_str());
  }
  REQUIRE(chip_s == Approx(48 * metric("duration_s")));
  REQUIRE(metric("interruptions") >= 1);  // the loss at 40 minutes, of a node that works
  REQUIRE(metric("mttf_s") >= metric("training_steps") * metric("step_time_s"));
  // Stages follow each other.
  const auto of = [&](const char* job, const char* name) {
    return summary.jobs.at(job).get(name).value();
  };
  REQUIRE(of("train", "job_start_s") >= of("clean", "job_end_s"));
  REQUIRE(of("evaluate", "job_start_s") >= of("train", "job_end_s"));
  REQUIRE(of("deploy", "job_end_s") >= of("evaluate", "job_end_s"));
  // What jobs cost is part of the whole; what the weights cost makes tokens dearer.
  double jobs_usd = 0;
  for (const auto& [name, metrics] : summary.jobs) {
    jobs_usd += metrics.get("cost_total_usd").value_or(0);
  }
  REQUIRE(jobs_usd > 0);
  REQUIRE(jobs_usd < metric("cost_total_usd"));
  const auto& chat = summary.services.at("chat");
  REQUIRE(*chat.get("cost_per_mtok_with_training_usd") > *chat.get("cost_per_mtok_usd"));
}

}  // namespace tokenfab

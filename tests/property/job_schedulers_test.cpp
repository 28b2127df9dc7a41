// SPDX-License-Identifier: Apache-2.0
// Laws of the job schedulers on random traces, and equality with rules written down naively, start
// by start.
#include <cmath>
#include <string>
#include <vector>

#include "models/scheduler/job_conservative.hpp"
#include "models/scheduler/job_easy.hpp"
#include "sim/core/random.hpp"
#include "tests/job_files.hpp"
#include "tests/job_play.hpp"
#include "tests/property/naive_schedule.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

constexpr std::int64_t hosts = 32;

/// Draws dates and lengths in few values, so that many coincide; `overrun`: some jobs outlive
/// their estimates.
std::vector<NaiveJob> random_jobs(std::uint64_t seed, std::size_t count, bool exact, bool overrun) {
  RandomStream random(seed, 0, "jobs", "trace");
  const auto draw = [&](std::int64_t most) {
    return 1 + static_cast<std::int64_t>(random.uniform() * static_cast<double>(most));
  };
  std::vector<NaiveJob> jobs(count);
  std::int64_t date = 0;
  const std::int64_t gap = 2 + static_cast<std::int64_t>(seed % 7);
  for (auto& job : jobs) {
    job.submit = date += draw(2 * gap) - 1;
    job.run = draw(30);
    job.hosts = random.uniform() < 0.2 ? draw(hosts) : draw(hosts / 4);
    job.estimate = exact ? job.run : job.run + draw(40) - 1;
    if (overrun && random.uniform() < 0.2) {
      job.estimate = draw(job.run);
    }
  }
  return jobs;
}

std::vector<JobRow> rows_of(const std::vector<NaiveJob>& jobs) {
  std::vector<JobRow> rows;
  for (const auto& job : jobs) {
    JobRow& row = rows.emplace_back();
    row.submit = job_seconds(job.submit);
    row.run = job_seconds(job.run);
    row.estimate = job_seconds(job.estimate);
    row.chips = job.hosts;
  }
  return rows;
}

std::vector<NaiveJob> naive_of(const std::vector<JobRow>& rows) {
  std::vector<NaiveJob> jobs;
  for (const auto& row : rows) {
    const auto whole = [](Duration span) { return std::llround(span.seconds()); };
    jobs.push_back(
        {whole(row.submit), whole(row.run), whole(row.estimate.value_or(row.run)), row.chips});
  }
  return jobs;
}

std::vector<std::int64_t> begins_of(JobScheduler& scheduler, const std::vector<NaiveJob>& jobs,
                                    std::int64_t nodes) {
  JobPlay play(scheduler, {{static_cast<std::uint32_t>(nodes), 1, 1, 1}});
  play.play(rows_of(jobs));
  std::vector<std::int64_t> begins;
  for (const auto& begin : play.begins) {
    begins.push_back(begin ? std::llround(begin->seconds()) : -1);
  }
  return begins;
}

const char* name_of(NaiveRule rule) {
  return rule == NaiveRule::Fcfs ? "fcfs" : rule == NaiveRule::Easy ? "easy" : "conservative";
}

void expect_equal(const std::vector<NaiveJob>& jobs, std::int64_t nodes, NaiveRule rule) {
  const auto scheduler = make_plain<JobScheduler>("scheduler", name_of(rule));
  CHECK(begins_of(*scheduler, jobs, nodes) == NaiveSchedule(jobs, nodes, rule).begins);
}

}  // namespace

TEST_CASE("job schedulers: start by start as the naive rules on random traces") {
  const auto rule = GENERATE(NaiveRule::Fcfs, NaiveRule::Easy, NaiveRule::Conservative);
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const bool overrun = rule != NaiveRule::Conservative && seed % 2 == 1;
    INFO(name_of(rule) << ", seed " << seed);
    expect_equal(random_jobs(seed, 120, seed % 5 == 0, overrun), hosts, rule);
  }
}

TEST_CASE("job schedulers: start by start as the naive rules on gen1k and HPC2N") {
  expect_equal(naive_of(read_jobs("gen1k.swf", "swf")), 1024, NaiveRule::Easy);
  expect_equal(naive_of(read_jobs("HPC2N-2002-alea-head3170.swf.gz", "swf")), 240, NaiveRule::Easy);
}

TEST_CASE("job schedulers: start by start as the naive rules on gen10k") {
  expect_equal(naive_of(read_jobs("gen10k.swf.gz", "swf")), 1024, NaiveRule::Easy);
}

TEST_CASE("job schedulers: backfilling keeps its promises") {
  const auto rule = GENERATE(NaiveRule::Easy, NaiveRule::Conservative);
  int promises = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    INFO(name_of(rule) << ", seed " << seed);
    // Estimates are upper bounds: promises move only forward in time.
    const auto jobs = random_jobs(seed, 120, seed % 2 == 0, false);
    const auto first = NaiveSchedule(jobs, hosts, rule).first_promises();
    const auto scheduler = make_plain<JobScheduler>("scheduler", name_of(rule));
    const auto begins = begins_of(*scheduler, jobs, hosts);
    for (std::size_t i = 0; i < first.size(); ++i) {
      CHECK((first[i] < 0 || begins[i] <= first[i]));
      promises += first[i] > jobs[i].submit ? 1 : 0;
    }
  }
  CHECK(promises > 200);
}

namespace {

/// Jobs of many kinds on nodes of 8 chips: parts of chips, priorities, users.
std::vector<JobRow> mixed_jobs(std::uint64_t seed) {
  RandomStream random(seed, 0, "jobs", "mixed");
  const auto draw = [&](std::int64_t most) {
    return static_cast<std::int64_t>(random.uniform() * static_cast<double>(most));
  };
  std::vector<JobRow> rows(150);
  std::int64_t date = 0;
  for (auto& row : rows) {
    row.submit = job_seconds(date += draw(8));
    row.run = job_seconds(1 + draw(40));
    row.estimate = row.run * (1 + draw(3));
    row.chips = 1 + (random.uniform() < 0.3 ? draw(64) : draw(8));
    if (random.uniform() < 0.3) {
      row.chips = 1;
      row.chip_share = 0.1 * static_cast<double>(1 + draw(9));
    }
    row.priority = static_cast<double>(draw(3));
    row.user = std::to_string(draw(4));
  }
  return rows;
}

}  // namespace

TEST_CASE("job schedulers: every job runs to its end and chips are never short") {
  const std::string id = GENERATE("fcfs", "easy", "conservative", "priority", "fair_share");
  const std::string placement = GENERATE("first_fit", "best_fit", "topology_aware");
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    INFO(id << " on " << placement << ", seed " << seed);
    const auto rows = mixed_jobs(seed);
    const JobCluster cluster{{8, 8, 2, 4}, placement, seed % 2 == 0};
    const auto scheduler = make_plain<JobScheduler>("scheduler", id);
    JobPlay play(*scheduler, cluster);  // the inventory checks itself
    play.play(rows);
    CHECK(play.waiting() == 0);
    CHECK(play.free_chips() == 64);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      CHECK(play.begins[i].value_or(Instant(-job_seconds(1))) >= Instant(rows[i].submit));
    }
    const auto again = make_plain<JobScheduler>("scheduler", id);
    JobPlay second(*again, cluster);
    second.play(rows);
    CHECK(second.begins == play.begins);
    // A cluster that is not asked anything new decides nothing new.
    scheduler->decide(play.now() + job_seconds(1), play);
    CHECK(play.free_chips() == 64);
  }
}

TEST_CASE("job schedulers: one kind of job makes all orders of submission the same") {
  // Without priorities, users, estimates or parts, priority and fair share with one user are EASY.
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    const auto jobs = random_jobs(seed, 120, false, seed % 2 == 0);
    const auto easy = begins_of(*make_plain<JobScheduler>("scheduler", "easy"), jobs, hosts);
    for (const char* id : {"priority", "fair_share"}) {
      INFO(id << ", seed " << seed);
      CHECK(begins_of(*make_plain<JobScheduler>("scheduler", id), jobs, hosts) == easy);
    }
  }
}

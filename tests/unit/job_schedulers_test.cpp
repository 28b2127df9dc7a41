// SPDX-License-Identifier: Apache-2.0
// Job schedulers on cases small enough to do by hand.
#include <limits>
#include <string>
#include <vector>

#include "models/scheduler/job_ends.hpp"
#include "models/scheduler/job_fair_share.hpp"
#include "models/scheduler/job_priority.hpp"
#include "models/scheduler/job_profile.hpp"
#include "models/scheduler/job_queue.hpp"
#include "sim/core/random.hpp"
#include "tests/job_play.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

JobRow row(std::int64_t submit, std::int64_t run, std::int64_t chips, std::int64_t estimate) {
  JobRow row;
  row.submit = job_seconds(submit);
  row.run = job_seconds(run);
  row.chips = chips;
  row.estimate = job_seconds(estimate);
  return row;
}

JobRow of_user(JobRow row, std::string user) {
  row.user = std::move(user);
  return row;
}

JobRow of_priority(JobRow row, double priority) {
  row.priority = priority;
  return row;
}

std::vector<std::int64_t> begins(const JobPlay& play) {
  std::vector<std::int64_t> seconds;
  for (const auto& begin : play.begins) {
    seconds.push_back(std::llround(begin.value_or(Instant(job_seconds(-1))).seconds()));
  }
  return seconds;
}

std::vector<std::int64_t> play(JobScheduler& scheduler, const std::vector<JobRow>& rows,
                               std::uint32_t nodes) {
  JobPlay played(scheduler, {{nodes, 1, 1, 1}});
  played.play(rows);
  return begins(played);
}

std::vector<std::int64_t> play(const std::string& id, const std::vector<JobRow>& rows,
                               std::uint32_t nodes) {
  return play(*make_plain<JobScheduler>("scheduler", id), rows, nodes);
}

using Dates = std::vector<std::int64_t>;

}  // namespace

TEST_CASE("job queue: the next within limits, old places are kept") {
  JobQueue queue;
  RandomStream random(1, 0, "queue", "jobs");
  std::vector<std::tuple<ChipParts, Duration, bool>> model;
  for (int step = 0; step < 3000; ++step) {
    const auto draw = [&](double most) {
      return static_cast<std::int64_t>(random.uniform() * most);
    };
    const auto job = static_cast<JobIndex>(
        model.empty() || draw(2) == 0 ? model.size()
                                      : static_cast<std::size_t>(draw(1e9)) % model.size());
    if (job == model.size()) {
      model.emplace_back(1 + draw(9), job_seconds(draw(9)), true);
      queue.add(job, std::get<0>(model[job]), std::get<1>(model[job]));
    } else if (std::get<2>(model[job])) {
      queue.remove(job);
      std::get<2>(model[job]) = false;
    } else if (draw(4) == 0) {
      queue.add(job, std::get<0>(model[job]), std::get<1>(model[job]));
      std::get<2>(model[job]) = true;
    }
    const QueueLimits limits{1 + draw(9), job_seconds(draw(9)), draw(9)};
    const auto from = static_cast<JobIndex>(draw(static_cast<double>(model.size())));
    std::optional<JobIndex> expected;
    for (JobIndex i = from; i < model.size() && !expected; ++i) {
      const auto& [parts, estimate, is_there] = model[i];
      if (is_there && parts <= limits.parts &&
          (estimate <= limits.estimate || parts <= limits.extra_parts)) {
        expected = i;
      }
    }
    REQUIRE(queue.next(from, limits) == expected);
  }
}

TEST_CASE("job ends: sums over many, all of one date together") {
  JobEnds ends;
  for (JobIndex job = 0; job < 1000; ++job) {
    ends.add(Instant(job_seconds(job * 7 % 500)), job, 2);  // two jobs per date
  }
  for (JobIndex job = 0; job < 1000; job += 4) {
    ends.remove(Instant(job_seconds(job * 7 % 500)), job);
  }
  std::map<std::int64_t, ChipParts> dates;
  for (JobIndex job = 0; job < 1000; ++job) {
    dates[job * 7 % 500] += job % 4 == 0 ? 0 : 2;
  }
  ChipParts sum = 0;
  for (const auto& [date, parts] : dates) {
    if (parts > 0) {
      const auto release = ends.first_with(sum + 1);
      REQUIRE(release);
      CHECK(release->date == Instant(job_seconds(date)));
      CHECK(release->parts == sum + parts);
    }
    sum += parts;
  }
  CHECK(sum == 1500);
  CHECK(!ends.first_with(sum + 1));
}

TEST_CASE("job profile: a gap must be long enough") {
  JobProfile profile;
  profile.start(Instant(), 10);
  const auto at = [](std::int64_t s) { return Instant(job_seconds(s)); };
  profile.add(at(0), at(100), -8);
  profile.add(at(120), at(150), -6);
  CHECK(profile.first_with(at(0), 2, job_seconds(1000)) == at(0));
  CHECK(profile.first_with(at(0), 5, job_seconds(20)) == at(100));
  CHECK(profile.first_with(at(0), 5, job_seconds(21)) == at(150));
  CHECK(profile.first_with(at(0), 4, job_seconds(21)) == at(100));
  CHECK(profile.first_with(at(110), 5, job_seconds(11)) == at(150));
  CHECK(!profile.first_with(at(0), 11, job_seconds(1)));
  profile.forget_before(at(130));
  CHECK(profile.first_with(at(130), 4, job_seconds(1)) == at(130));
}

TEST_CASE("job schedulers: FCFS waits, EASY fills, conservative keeps every promise") {
  // Ten hosts. 0 runs on 6 until 100. 1 needs 8: it is the head, promised 100, leaving 2 then.
  // 2 (2 hosts, says 90 s) ends by 100. 3 (2 hosts, 500 s) is what the head leaves. 4 (2 hosts, 500
  // s) would delay the head once 3 has the rest.
  const std::vector<JobRow> rows = {row(0, 100, 6, 100), row(1, 50, 8, 50), row(2, 50, 2, 90),
                                    row(3, 500, 2, 500), row(4, 500, 2, 500)};
  CHECK(play("fcfs", rows, 10) == Dates{0, 100, 100, 150, 150});
  CHECK(play("easy", rows, 10) == Dates{0, 100, 2, 3, 150});
  CHECK(play("conservative", rows, 10) == Dates{0, 100, 2, 3, 150});
  // Behind the head of 8, 2 needs 10 and 3 would delay 2 but not the head.
  const std::vector<JobRow> chain = {row(0, 100, 6, 100), row(1, 50, 8, 50), row(2, 50, 10, 50),
                                     row(3, 500, 2, 500)};
  CHECK(play("easy", chain, 10) == Dates{0, 100, 503, 3});
  CHECK(play("conservative", chain, 10) == Dates{0, 100, 150, 200});
}

TEST_CASE("job schedulers: ends come before submissions, equal dates keep the file's order") {
  const std::vector<JobRow> rows = {row(0, 10, 4, 10), row(10, 5, 4, 5), row(10, 5, 4, 5)};
  for (const char* id : {"fcfs", "easy", "conservative", "priority", "fair_share"}) {
    CHECK(play(id, rows, 4) == Dates{0, 10, 15});
  }
}

TEST_CASE("job schedulers: jobs that outlive their estimates delay, and nothing breaks") {
  // 0 says 10 and runs 100; the head of 4 waits for it; 2 fits beside 0 but not beside the head.
  const std::vector<JobRow> rows = {row(0, 100, 3, 10), row(1, 10, 4, 10), row(2, 5, 1, 50),
                                    row(20, 5, 1, 5)};
  CHECK(play("easy", rows, 4) == Dates{0, 100, 110, 110});
  CHECK(play("conservative", rows, 4) == Dates{0, 100, 110, 110});
}

TEST_CASE("job schedulers: a job that does not fit any more waits for nodes to come back") {
  for (const char* id : {"easy", "conservative", "fcfs"}) {
    INFO(id);
    struct Floor : JobFloor {
      double free = 4;
      std::vector<JobIndex> started;
      double free_chips() const override { return free; }
      bool start(JobIndex job) override {
        started.push_back(job);
        free -= job == 0 ? 4 : 1;
        return true;
      }
      void preempt(JobIndex) override {}
    } floor;
    const auto scheduler = make_plain<JobScheduler>("scheduler", id);
    scheduler->start({4, {}});
    JobDemand large;
    large.chips = 4;
    large.estimate = job_seconds(10);
    JobDemand small = large;
    small.chips = 1;
    floor.free = 2;
    scheduler->capacity_changed(2, Instant());
    scheduler->submitted(0, large, Instant());
    scheduler->submitted(1, small, Instant());
    scheduler->decide(Instant(), floor);
    CHECK(floor.started.size() == (std::string(id) == "fcfs" ? 0 : 1));
    if (floor.started.size() == 1) {
      scheduler->ended(1, Instant(job_seconds(5)));
    }
    floor.free = 4;
    scheduler->capacity_changed(4, Instant(job_seconds(5)));
    scheduler->decide(Instant(job_seconds(5)), floor);
    CHECK(floor.started.front() == (std::string(id) == "fcfs" ? 0U : 1U));
    CHECK(std::count(floor.started.begin(), floor.started.end(), 0U) == 1);
  }
}

TEST_CASE("job priority: greater first, preemption of the lowest and the youngest, no more") {
  JobPriority scheduler({true, Backfill::Easy});
  JobPlay played(scheduler, {{10, 1, 1, 1}, "first_fit", true});
  // 0, 1, 2 fill 10 chips at priorities 0, 0, 1. 3 (priority 2, 4 chips): 1 began last of the
  // lowest, its 5 chips do. It runs again when 3 ends at 30.
  played.play({of_priority(row(0, 100, 3, 100), 0), of_priority(row(1, 100, 5, 100), 0),
               of_priority(row(2, 100, 2, 100), 1), of_priority(row(20, 10, 4, 10), 2)});
  CHECK(begins(played) == Dates{0, 30, 2, 20});
  CHECK(played.preemptions == 1);

  JobPriority gentle({false, Backfill::None});
  CHECK(play(gentle,
             {of_priority(row(0, 100, 10, 100), 0), of_priority(row(1, 10, 10, 10), 0),
              of_priority(row(2, 10, 10, 10), 5)},
             10) == Dates{0, 110, 100});
}

TEST_CASE("job priority: too few chips to take, so none are taken") {
  JobPriority scheduler({});
  JobPlay played(scheduler, {{10, 1, 1, 1}, "first_fit", true});
  // 3 needs 8; of lower priority only 0 runs, with 4.
  played.play({of_priority(row(0, 50, 4, 50), 0), of_priority(row(0, 100, 6, 100), 3),
               of_priority(row(10, 10, 8, 10), 2)});
  CHECK(played.preemptions == 0);
  CHECK(begins(played) == Dates{0, 0, 100});
}

TEST_CASE("job fair share: users take turns, the one with less usage goes first") {
  FairShareConfig config;
  config.backfill = Backfill::None;
  FairShare scheduler(config);
  // One chip. User 0 ran 100 s; then the jobs of user 1 go first until it has had as much.
  const auto dates = play(scheduler,
                          {of_user(row(0, 100, 1, 100), "0"), of_user(row(1, 60, 1, 60), "0"),
                           of_user(row(2, 60, 1, 60), "1"), of_user(row(3, 60, 1, 60), "1"),
                           of_user(row(4, 60, 1, 60), "0")},
                          1);
  CHECK(dates == Dates{0, 220, 100, 160, 280});
}

TEST_CASE("job fair share: shares weigh, quotas bound and hold nobody back, usage fades") {
  FairShareConfig config;
  config.backfill = Backfill::None;
  config.shares = {{"big", 3}};
  config.quotas = {{"big", 2}};
  FairShare scheduler(config);
  scheduler.user_joined(0, "big");
  scheduler.user_joined(1, "small");
  // Four chips. "big" has a quota of 2, so its third job waits for its first, and "small" runs.
  CHECK(play(scheduler,
             {of_user(row(0, 10, 1, 10), "0"), of_user(row(0, 20, 1, 20), "0"),
              of_user(row(0, 5, 1, 5), "0"), of_user(row(0, 5, 1, 5), "1")},
             4) == Dates{0, 0, 10, 0});

  FairShareConfig fading;
  fading.backfill = Backfill::None;
  fading.half_life = Seconds(10);
  FairShare second(fading);
  // User 0 used 100 chip-seconds until 100, of which 0.1 % is left at 200; user 1 used 30 just now.
  CHECK(play(second,
             {of_user(row(0, 100, 1, 100), "0"), of_user(row(170, 30, 1, 30), "1"),
              of_user(row(171, 10, 1, 10), "1"), of_user(row(172, 10, 1, 10), "0")},
             1) == Dates{0, 170, 210, 200});
}

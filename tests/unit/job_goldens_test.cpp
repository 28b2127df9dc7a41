// SPDX-License-Identifier: Apache-2.0
// FCFS and EASY against printed figures of two synthetic traces and of NASA's iPSC log. The data
// comes with TOKENFAB_DATA; without it the cases print "skipped".
#include "tests/job_files.hpp"
#include "tests/job_play.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

struct Golden {
  const char* trace;
  const char* scheduler;
  std::uint32_t hosts;
  double wait_mean_s;
  double wait_max_s;
  double makespan_s;
  double bounded_slowdown;
};

/// The printed means of NASA's log are over all of its jobs, those of zero run time included, which
/// are dropped here: none of them waits, and each counts as a slowdown of 1.
void expect(const Golden& golden, std::size_t dropped = 0) {
  INFO(golden.trace << ' ' << golden.scheduler);
  const auto rows = read_jobs(golden.trace, "swf");
  const auto scheduler = make_plain<JobScheduler>("scheduler", golden.scheduler);
  JobPlay play(*scheduler, {{golden.hosts, 1, 1, 1}});
  play.play(rows);
  auto figures = figures_of(rows, play);
  const double kept = static_cast<double>(rows.size()) / static_cast<double>(rows.size() + dropped);
  figures.wait_mean_s *= kept;
  figures.bounded_slowdown_mean = 1 + (figures.bounded_slowdown_mean - 1) * kept;
  // As many digits as are printed.
  CHECK(std::abs(figures.wait_mean_s - golden.wait_mean_s) < 0.0005);
  CHECK(figures.wait_max_s == golden.wait_max_s);
  CHECK(figures.makespan_s == golden.makespan_s);
  CHECK(std::abs(figures.bounded_slowdown_mean - golden.bounded_slowdown) < 0.00005);
}

}  // namespace

TEST_CASE("job goldens: gen1k") {
  expect({"gen1k.swf", "fcfs", 1024, 11780.868, 23730, 227254, 26.1357});
  expect({"gen1k.swf", "easy", 1024, 1159.135, 18370, 209055, 2.5002});
}

TEST_CASE("job goldens: gen10k") {
  expect({"gen10k.swf.gz", "fcfs", 1024, 87589.829, 134585, 1512384, 187.1404});
}

TEST_CASE("job goldens: NASA iPSC/860") {
  expect({"NASA-iPSC-1993-3.1-cln.swf.gz", "fcfs", 128, 8.005, 23753, 7949022, 1.0260}, 173);
}

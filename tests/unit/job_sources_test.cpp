// SPDX-License-Identifier: Apache-2.0
// Sources of jobs: traces played faster, jobs made up, and the sample log of the scenarios.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "models/workload/job_mix.hpp"
#include "models/workload/job_trace.hpp"
#include "tests/job_files.hpp"
#include "tests/job_play.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;
using Catch::Matchers::Contains;

namespace {

JobInputs inputs_of(const std::string& name) {
  JobInputs inputs;
  inputs.stream = [name](std::string_view purpose) { return RandomStream(1, 0, name, purpose); };
  return inputs;
}

std::vector<JobRow> drawn(const JobMixConfig& config, const std::string& name) {
  JobMix source(config);
  source.open(inputs_of(name));
  std::vector<JobRow> rows;
  for (JobRow row; source.next(row);) {
    rows.push_back(row);
  }
  return rows;
}

/// A load of about 0.85 on 1,024 nodes, as it came out: mean size 61 chips, and the few long runs
/// of wide jobs weigh most.
JobMixConfig sample_config() {
  JobMixConfig config;
  config.job_rate = PerSecond(0.0067);
  config.num_jobs = 1000;
  config.sizes = {{"1", 0.2},  {"2", 0.1},  {"4", 0.1},   {"8", 0.1},    {"16", 0.1},
                  {"32", 0.1}, {"64", 0.1}, {"128", 0.1}, {"256", 0.06}, {"512", 0.04}};
  config.run_median = Seconds(1200);
  config.run_p90 = Seconds(6000);
  config.run_max = Seconds(12 * 3600);
  config.estimate_factor = 5;
  for (int user = 1; user <= 20; ++user) {
    config.users[fmt::format("{:02}", user)] = 1.0 / user;
  }
  return config;
}

/// In whole seconds; estimates in whole minutes, rounded up.
std::string sample_swf() {
  std::string text =
      "; Version: 2.2\n"
      "; Note: made up by Tokenfab's job_mix, seed 1; tests/unit/job_sources_test.cpp writes it\n"
      "; MaxProcs: 1024\n; MaxNodes: 1024\n; UnixStartTime: 0\n";
  for (const JobRow& row : drawn(sample_config(), "jobs-1k")) {
    const auto run = std::max(1LL, std::llround(row.run.seconds()));
    const auto minutes =
        static_cast<long long>(std::ceil(std::max(row.estimate->seconds(), 1.0 * run) / 60));
    text += fmt::format("{} {} -1 {} {} -1 -1 {} {} -1 1 {} 1 1 1 -1 -1 -1\n", row.id,
                        std::llround(row.submit.seconds()), run, row.chips, row.chips, minutes * 60,
                        std::stoi(row.user));
  }
  return text;
}

/// Gives rows that are at hand.
class Rows : public JobReader {
 public:
  explicit Rows(std::vector<JobRow> rows) : rows_(std::move(rows)) {}
  bool next(JobRow& row) override {
    if (given_ == rows_.size()) {
      return false;
    }
    row = rows_[given_++];
    return true;
  }
  const std::map<std::string, std::uint64_t>& dropped() const override { return dropped_; }

 private:
  std::vector<JobRow> rows_;
  std::size_t given_ = 0;
  std::map<std::string, std::uint64_t> dropped_{{"no chips", 3}};
};

}  // namespace

TEST_CASE("job sources: a trace played faster, as far as asked") {
  std::vector<JobRow> rows(3);
  rows[1].submit = rows[2].submit = job_seconds(30);
  rows[1].run = job_seconds(100);
  JobTraceConfig config;
  config.path = "x.swf";
  config.speedup = 4;
  config.num_jobs = 2;
  JobTrace source(config);
  CHECK(source.trace_file()->path == "x.swf");
  CHECK(source.dropped().empty());
  auto inputs = inputs_of("x");
  inputs.trace = std::make_unique<Rows>(rows);
  source.open(std::move(inputs));
  JobRow row;
  CHECK(source.next(row));
  REQUIRE(source.next(row));
  CHECK(row.submit == Duration::from_seconds(7.5));
  CHECK(row.run == job_seconds(100));
  CHECK(!source.next(row));
  CHECK(source.dropped().at("no chips") == 3);
}

TEST_CASE("job sources: made-up jobs have the statistics asked for") {
  JobMixConfig config;
  config.job_rate = PerSecond(0.1);
  config.num_jobs = 20'000;
  config.sizes = {{"1", 3}, {"8", 1}};
  config.run_median = Seconds(100);
  config.run_p90 = Seconds(1000);
  config.run_max = Seconds(1e6);
  config.estimate_factor = 3;
  config.users = {{"ada", 1}, {"bob", 3}};
  const auto rows = drawn(config, "mix");
  REQUIRE(rows.size() == 20'000);
  std::vector<double> runs;
  std::map<std::int64_t, int> sizes;
  std::map<std::string, int> users;
  double factors = 0;
  for (const auto& row : rows) {
    runs.push_back(row.run.seconds());
    ++sizes[row.chips];
    ++users[row.user];
    CHECK(*row.estimate >= row.run);
    CHECK(*row.estimate <= row.run * 3 + job_seconds(1));
    factors += row.estimate->seconds() / row.run.seconds() / 20'000;
  }
  std::sort(runs.begin(), runs.end());
  // Standard errors: gaps 0.7 %, median ln 10 / 1.28 * 1.25 / sqrt(n) = 1.6 %, shares 0.3 %.
  CHECK(rows.back().submit.seconds() == Approx(200'000).epsilon(0.03));
  CHECK(runs[10'000] == Approx(100).epsilon(0.06));
  CHECK(runs[18'000] == Approx(1000).epsilon(0.1));
  CHECK(sizes[8] == Approx(5000).epsilon(0.05));
  CHECK(users["bob"] == Approx(15'000).epsilon(0.03));
  CHECK(factors == Approx(2).epsilon(0.02));
  CHECK(drawn(config, "mix").back().submit == rows.back().submit);
  CHECK(!(drawn(config, "other").back().submit == rows.back().submit));
}

TEST_CASE("job sources: what is wrong with made-up jobs is told") {
  const auto fault = [](auto change) {
    JobMixConfig config;
    config.job_rate = PerSecond(1);
    change(config);
    try {
      JobMix source(config);
      return std::string();
    } catch (const std::invalid_argument& error) {
      return std::string(error.what());
    }
  };
  CHECK(fault([](auto&) {}).empty());
  CHECK_THAT(fault([](auto& c) { c.run_p90 = Seconds(1); }), Contains("must ascend"));
  CHECK_THAT(fault([](auto& c) { c.sizes = {{"eight", 1}}; }), Contains("\"eight\" is no number"));
  CHECK_THAT(fault([](auto& c) { c.sizes = {{"8", 0}}; }), Contains("sizes: no weight"));
  CHECK_THAT(fault([](auto& c) { c.sizes = {}; }), Contains("sizes: no size is given"));
  CHECK_THAT(fault([](auto& c) { c.users = {{"ada", 0}}; }), Contains("users: no weight"));
}

TEST_CASE("job sources: what all jobs of a source have in common, and how many come") {
  JobMixConfig mix;
  mix.job_rate = PerSecond(1);
  CHECK(JobMix(mix).traits().activity == 0.76);
  CHECK(!JobMix(mix).traits().is_preemptible);
  CHECK(!JobMix(mix).traits().resumes);
  CHECK(!JobMix(mix).expected_jobs());
  mix.activity = 0.5;
  mix.preemptible = true;
  mix.num_jobs = 7;
  CHECK(JobMix(mix).traits().activity == 0.5);
  CHECK(JobMix(mix).traits().is_preemptible);
  CHECK(JobMix(mix).expected_jobs() == 7U);
  JobTraceConfig trace;
  trace.resumes = true;
  trace.num_jobs = 9;
  CHECK(JobTrace(trace).traits().resumes);
  CHECK(JobTrace(trace).traits().activity == 0.76);
  CHECK(JobTrace(trace).expected_jobs() == 9U);
  const auto* activity = schema_of<JobTraceConfig>().find("activity");
  REQUIRE(activity != nullptr);
  CHECK(activity->range->high == 1);
  CHECK_THAT(activity->source, Contains("arXiv:2412.08602"));
}

TEST_CASE("job sources: the sample log is what job_mix draws") {
  // After a change of the generator: copy the file written here over the one in scenarios/.
  const auto text = sample_swf();
  std::ofstream(std::filesystem::path(TOKENFAB_BINARY_DIR) / "jobs-1k.swf") << text;
  std::ifstream file(TOKENFAB_SOURCE_DIR "/scenarios/jobs-1k.swf");
  const std::string kept{std::istreambuf_iterator<char>(file), {}};
  CHECK((kept == text));
  const auto rows = rows_of_jobs(*open_job_trace(ByteStream::from_memory("jobs", text), "swf"));
  CHECK(rows.size() == 1000);
  double work = 0;
  for (const auto& row : rows) {
    work += row.run.seconds() * static_cast<double>(row.chips);
    CHECK(*row.estimate >= row.run);
  }
  CHECK(work / rows.back().submit.seconds() / 1024 == Approx(0.85).margin(0.05));
  // EASY shortens the queue that strict order leaves.
  const auto wait = [&](const char* id) {
    const auto scheduler = make_plain<JobScheduler>("scheduler", id);
    JobPlay play(*scheduler, {{1024, 1, 1, 1}});
    play.play(rows);
    return figures_of(rows, play).wait_mean_s;
  };
  CHECK(wait("easy") < 0.5 * wait("fcfs"));
}

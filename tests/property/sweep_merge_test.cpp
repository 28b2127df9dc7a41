// SPDX-License-Identifier: Apache-2.0
#include "sim/database/sweep_merge.hpp"

#include <numeric>

#include "sim/core/errors.hpp"
#include "tests/sweep_samples.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

/// A database of those runs, added in a shuffled order as several processes would answer.
std::string database_of(const ScratchFolder& folder, const std::string& name,
                        std::vector<std::int64_t> runs, RandomStream& random) {
  for (std::size_t i = runs.size(); i > 1; --i) {
    std::swap(runs[i - 1], runs[random.next_u64() % i]);
  }
  auto database = SweepDatabase::create(folder.file(name), sample_description());
  add_samples(database, runs);
  database.commit();
  return folder.file(name);
}

std::vector<std::int64_t> every(std::int64_t step, std::int64_t first = 0) {
  std::vector<std::int64_t> runs;
  for (auto run = first; run < sample_description().run_count(); run += step) {
    runs.push_back(run);
  }
  return runs;
}

template <class Error, class Work>
void expect_refused(Work work, const std::vector<std::string>& words) {
  std::string message = "nothing was thrown";
  try {
    work();
  } catch (const Error& error) {
    message = error.what();
  }
  INFO(message);
  for (const auto& word : words) {
    INFO(word);
    REQUIRE(message.find(word) != std::string::npos);
  }
}

}  // namespace

TEST_CASE("sweep merge: shards in any order are the whole sweep") {
  const ScratchFolder folder;
  RandomStream random(5, 0, "test", "merge");
  const auto whole = dump_of(database_of(folder, "whole", every(1), random));
  for (std::int64_t shards = 1; shards <= 7; ++shards) {
    std::vector<std::string> parts;
    for (std::int64_t shard = 0; shard < shards; ++shard) {
      const auto name = fmt::format("{}-{}", shard, shards);
      parts.push_back(database_of(folder, name, every(shards, shard), random));
      std::swap(parts.back(), parts[random.next_u64() % parts.size()]);
    }
    const auto out = folder.file(fmt::format("merged-{}", shards));
    const auto outcome = merge_sweeps(out, parts);
    REQUIRE(outcome.missing() == 0);
    REQUIRE(outcome.runs == 24);
    REQUIRE(dump_of(out) == whole);
    REQUIRE(missing_text(outcome) == "all 24 runs are there");
  }
  for (const auto& name : folder.files()) {
    REQUIRE(name.find('.') == std::string::npos);  // nothing of a merge is left
    REQUIRE(name.find("-wal") == std::string::npos);
  }
  REQUIRE(SweepDatabase::open(folder.file("merged-3")).find_run(4));
}

TEST_CASE("sweep merge: equal runs count once, missing ones are told, a merge can be merged") {
  const ScratchFolder folder;
  RandomStream random(6, 0, "test", "merge");
  const auto a = database_of(folder, "a", every(2), random);
  const auto b = database_of(folder, "b", every(3), random);
  auto outcome = merge_sweeps(folder.file("ab"), {a, b});
  REQUIRE(outcome.repeated == 4);
  REQUIRE(outcome.missing() == 8);
  REQUIRE(missing_text(outcome) == "8 of 24 runs are missing: 1, 5, 7, 11, 13, 17, 19, 23");
  const auto rest = database_of(folder, "c", every(6, 1), random);
  const auto last = database_of(folder, "d", every(6, 5), random);
  outcome = merge_sweeps(folder.file("abcd"), {folder.file("ab"), rest, last});
  REQUIRE(outcome.missing() == 0);
  REQUIRE(dump_of(folder.file("abcd")) == dump_of(database_of(folder, "e", every(1), random)));
}

TEST_CASE("sweep merge: what does not belong together is refused, and then there is no file") {
  const ScratchFolder folder;
  RandomStream random(7, 0, "test", "merge");
  const auto a = database_of(folder, "a", every(2), random);
  auto description = sample_description();
  const auto out = folder.file("out");
  {
    auto other = SweepDatabase::create(folder.file("b"), description);
    auto answer = sample_answer(description, 4);
    answer.metrics[3].second += 1e-12;
    other.add(sample_run(description, 4), answer);
    other.commit();
  }
  {
    description.sha256 = "1234567890abcdef";
    auto other = SweepDatabase::create(folder.file("c"), description);
  }
  {
    description = sample_description();
    description.program = "9.9";
    auto other = SweepDatabase::create(folder.file("d"), description);
  }
  std::fclose(std::fopen(folder.file("e").c_str(), "w"));
  const auto before = folder.files();
  expect_refused<ConfigError>(
      [&] {
        merge_sweeps(out, {a, folder.file("b")});
      },
      {"b: run 4 differs from that of ", "a: ttft_p99_s is ", " and "});
  expect_refused<ConfigError>(
      [&] {
        merge_sweeps(out, {a, folder.file("c"), folder.file("d")});
      },
      {"c: is of sweep", "(1234567890ab)", "(5aab)",
       "d: was played by "
       "tokenfab 9.9"});
  expect_refused<DataError>(
      [&] {
        merge_sweeps(out, {a, folder.file("e"), folder.file("f")});
      },
      {"e: this is no sweep database", "f: there is no such file"});
  expect_refused<ConfigError>([&] { merge_sweeps(a, {a, a}); }, {"exists already"});
  REQUIRE(folder.files() == before);
}

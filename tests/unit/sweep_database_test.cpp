// SPDX-License-Identifier: Apache-2.0
#include "sim/database/sweep_database.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <numeric>
#include <set>

#include "sim/core/errors.hpp"
#include "sim/database/sweep_csv.hpp"
#include "tests/sweep_samples.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;
using sqlite::Connection;

namespace {

std::vector<std::int64_t> numbers(std::int64_t count, std::int64_t first = 0) {
  std::vector<std::int64_t> all(static_cast<std::size_t>(count));
  std::iota(all.begin(), all.end(), first);
  return all;
}

/// The message that it throws as an Error.
template <class Error, class Work>
std::string message_of(Work work) {
  try {
    work();
  } catch (const Error& error) {
    return error.what();
  }
  return "nothing was thrown";
}

bool has(const std::string& text, const std::string& part) {
  INFO(text);
  INFO(part);
  REQUIRE(text.find(part) != std::string::npos);
  return true;
}

}  // namespace

TEST_CASE("sweep database: the lowest point is that of the mean, over runs that are ok") {
  const ScratchFolder folder;
  auto database = SweepDatabase::create(folder.file("x.sqlite"), sample_description(2));
  REQUIRE_FALSE(database.lowest_mean("pue"));
  const auto add = [&](std::int64_t number, RunStatus status, double value) {
    RunAnswer answer;
    answer.status = status;
    answer.metrics = {{"pue", value}};
    database.add(sample_run(database.description(), number), answer);
  };
  add(0, RunStatus::Ok, 1.0);  // the luckiest run, of a point whose mean is 1.5
  add(1, RunStatus::Ok, 2.0);
  add(2, RunStatus::Ok, 1.25);
  add(3, RunStatus::Ok, 1.5);
  add(4, RunStatus::AssertFailed, 1.0);
  const auto lowest = database.lowest_mean("pue");
  REQUIRE(lowest);
  REQUIRE(lowest->mean == 1.375);
  REQUIRE(lowest->runs == 2);
  using Values = std::vector<std::pair<std::string, std::string>>;
  REQUIRE(lowest->values == Values{{"chip", "h100-sxm"}, {"power", "500 W"}});
  REQUIRE_FALSE(database.lowest_mean("nothing"));
}

TEST_CASE("sweep database: runs are read back as they were added") {
  const ScratchFolder folder;
  const auto path = folder.file("x.sqlite");
  const auto description = sample_description();
  {
    auto database = SweepDatabase::create(path, description);
    add_samples(database, {5, 0, 1, 2, 6, 20});
    database.commit();
  }
  REQUIRE(folder.files() == std::vector<std::string>{"x.sqlite"});
  const auto database = SweepDatabase::open(path);
  REQUIRE(database.description() == description);
  std::vector<std::int64_t> read;
  database.for_each_run([&](const StoredRun& stored) {
    const auto run = sample_run(description, stored.run.run);
    read.push_back(run.run);
    REQUIRE(stored.run.point == run.point);
    REQUIRE(stored.run.replication == run.replication);
    REQUIRE(stored.run.seed == run.seed);
    REQUIRE(stored.run.values.size() == 2);
    REQUIRE(stored.run.values[0].text == run.values[0].text);
    REQUIRE(!stored.run.values[0].number);
    REQUIRE(stored.run.values[1].number == run.values[1].number);
    REQUIRE(stored.answer == sample_answer(description, run.run));
  });
  REQUIRE(read == std::vector<std::int64_t>{0, 1, 2, 5, 6, 20});
  REQUIRE(database.find_run(5)->answer == sample_answer(description, 5));
  REQUIRE(!database.find_run(3));
  const auto finished = database.finished();
  REQUIRE(finished.size() == 24);
  REQUIRE((finished[6] && !finished[7]));
  REQUIRE(database.metrics().front().unit == "1");
  REQUIRE(database.metrics().back().name == "services/chat/ttft_p99_s");
  REQUIRE(database.metrics().back().unit == "s");
}

TEST_CASE("sweep database: tables are strict, references hold, names of columns do not clash") {
  const ScratchFolder folder;
  const auto path = folder.file("x.sqlite");
  auto description = sample_description();
  description.axes[0].name = "Seed";
  description.axes[1].name = "ttft_p99_s";
  {
    auto database = SweepDatabase::create(path, description);
    add_samples(database, numbers(24));
    database.commit();
  }
  const Connection connection(path, Connection::Access::Write);
  REQUIRE(connection.integer("SELECT count(*) FROM pragma_table_list WHERE type = 'table' AND "
                             "name NOT LIKE 'sqlite_%' AND NOT strict") == 0);
  REQUIRE(connection.text("PRAGMA journal_mode") == "wal");
  REQUIRE_THROWS(connection.execute("UPDATE runs SET seed = 'x'"));
  REQUIRE_THROWS(connection.execute("UPDATE runs SET status = 'lost'"));
  REQUIRE(connection.text("PRAGMA integrity_check") == "ok");
  REQUIRE(connection.integer("SELECT count(*) FROM pragma_foreign_key_check") == 0);
  REQUIRE(connection.text("SELECT axis_Seed FROM results WHERE run = 3") == "h100-sxm");
  REQUIRE(connection.integer("SELECT axis_ttft_p99_s FROM results WHERE run = 3") == 500);
  REQUIRE(connection.integer("SELECT pue * 100 FROM results WHERE run = 3") == 125);
}

TEST_CASE("sweep database: an infinite number is kept, what is no number is left out") {
  const ScratchFolder folder;
  auto database = SweepDatabase::create(folder.file("x"), sample_description());
  auto answer = sample_answer(database.description(), 0);
  answer.metrics = {{"pue", std::numeric_limits<double>::infinity()},
                    {"mfu", std::numeric_limits<double>::quiet_NaN()}};
  answer.costs.push_back(answer.costs.front());  // summed, as RunAnswer has it
  database.add(sample_run(database.description(), 0), answer);
  const auto read = database.find_run(0)->answer;
  REQUIRE(read.metrics.size() == 1);
  REQUIRE(*read.find("pue") == std::numeric_limits<double>::infinity());
  REQUIRE(read.costs.front().amount_usd == 6);
}

TEST_CASE("sweep database: nothing that is there is overwritten") {
  const ScratchFolder folder;
  const auto description = sample_description();
  for (const std::string name : {"x", "y-wal", "z-journal"}) {
    std::fclose(std::fopen(folder.file(name).c_str(), "w"));
    const auto path = folder.file(name.substr(0, 1));
    const auto before = folder.files();
    const auto message = message_of<ConfigError>([&] { SweepDatabase::create(path, description); });
    REQUIRE(has(message, name == "x" ? "--resume goes on with it" : "remove it"));
    REQUIRE(folder.files() == before);
  }
  REQUIRE(has(message_of<ConfigError>([&] { SweepDatabase::create("/dev/null/x", description); }),
              "cannot be made"));
}

TEST_CASE("sweep database: one writer, and readers that see what is committed") {
  const ScratchFolder folder;
  const auto path = folder.file("x");
  const auto description = sample_description();
  auto writer = SweepDatabase::create(path, description);
  add_samples(writer, {0, 1});
  writer.commit();
  const auto committed = dump_of(writer);
  add_samples(writer, {2});
  REQUIRE(dump_of(path) == committed);
  REQUIRE(has(message_of<ConfigError>([&] { SweepDatabase::open_to_resume(path, description); }),
              "another process is writing"));
  writer.commit();
  REQUIRE(SweepDatabase::open(path).finished()[2]);
  REQUIRE_THROWS_AS(add_samples(writer, {1}), std::runtime_error);
  add_samples(writer, {3});  // a run that is refused leaves nothing behind
  writer.commit();
  REQUIRE(SweepDatabase::open(path).find_run(3)->answer == sample_answer(description, 3));
}

TEST_CASE("sweep database: goes on with the same sweep only") {
  const ScratchFolder folder;
  const auto path = folder.file("x");
  const auto description = sample_description();
  {
    auto database = SweepDatabase::create(path, description);
    add_samples(database, numbers(10));
    database.commit();
  }
  auto other = description;
  other.sha256 = "77";
  const auto refused = [&] {
    return message_of<ConfigError>([&] { SweepDatabase::open_to_resume(path, other); });
  };
  REQUIRE(has(refused(), "its base scenario was changed"));
  other.definition = "{}";
  REQUIRE(has(refused(), "the sweep file was changed"));
  other = description;
  other.program = "0.2.0";
  REQUIRE(has(refused(), "played by tokenfab 0.1.0 (test), this is 0.2.0"));
  {
    auto database = SweepDatabase::open_to_resume(path, description);
    REQUIRE(database.finished()[9]);
    add_samples(database, numbers(14, 10));
    database.commit();
  }
  {
    auto database = SweepDatabase::create(folder.file("y"), description);
    add_samples(database, numbers(24));
    database.commit();
  }
  REQUIRE(dump_of(path) == dump_of(folder.file("y")));
}

TEST_CASE("sweep database: a process that is killed loses what it had not committed") {
  const ScratchFolder folder;
  const auto path = folder.file("x");
  const auto child = ::fork();
  if (child == 0) {
    try {
      auto database = SweepDatabase::create(path, sample_description());
      add_samples(database, numbers(10));
      database.commit();
      add_samples(database, numbers(5, 10));
      ::kill(::getpid(), SIGKILL);
    } catch (const std::exception&) {
      ::_exit(1);
    }
  }
  ::waitpid(child, nullptr, 0);
  REQUIRE(folder.files() == std::vector<std::string>{"x", "x-shm", "x-wal"});
  auto database = SweepDatabase::open_to_resume(path, sample_description());
  const auto finished = database.finished();
  REQUIRE(std::count(finished.begin(), finished.begin() + 10, true) == 10);
  for (std::int64_t run = 10; run < 24; ++run) {
    if (!finished[static_cast<std::size_t>(run)]) {
      add_samples(database, {run});
    }
  }
  auto whole = SweepDatabase::create(folder.file("y"), sample_description());
  add_samples(whole, numbers(24));
  REQUIRE(dump_of(database) == dump_of(whole));
}

TEST_CASE("sweep database: is read where nothing can be written") {
  if (::geteuid() != 0) {
    std::puts("skipped: only root can become somebody who may not write here");
    std::exit(77);
  }
  const ScratchFolder folder;
  const auto path = folder.file("x");
  {
    auto database = SweepDatabase::create(path, sample_description());
    add_samples(database, numbers(3));
    database.commit();
  }
  std::filesystem::permissions(folder.name(), std::filesystem::perms(0555));
  const auto expected = dump_of(path);
  const auto child = ::fork();
  if (child == 0) {
    const bool is_read = ::setuid(65534) == 0 && dump_of(path) == expected;
    ::_exit(is_read ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  REQUIRE(status == 0);
  REQUIRE(folder.files() == std::vector<std::string>{"x"});
}

TEST_CASE("sweep csv: one row per run, quoted where needed") {
  const ScratchFolder folder;
  auto description = sample_description();
  description.axes[0].name = "chip, used";
  auto database = SweepDatabase::create(folder.file("x"), description);
  RunAnswer answer;
  answer.metrics = {{"pue", 1.25}, {"pools/a/mfu", 0.1}};
  database.add(sample_run(description, 1), answer);
  answer.metrics = {{"requests_completed", 1e22}, {"pue", 1.0}};
  answer.status = RunStatus::AssertFailed;
  answer.reason = "pue < 1, \"pue\"";
  database.add(sample_run(description, 8), answer);
  std::string text;
  write_sweep_csv(database, [&text](std::string_view part) { text += part; });
  REQUIRE(text ==
          "run,point,replication,seed,status,reason,\"chip, used\",power,requests_completed,pue,"
          "pools/a/mfu\n"
          "1,0,1,1001,ok,,h100-sxm,400,,1.25,0.1\n"
          "8,4,0,1008,assert_failed,\"pue < 1, \"\"pue\"\"\",b200,400,1e+22,1,\n");
}

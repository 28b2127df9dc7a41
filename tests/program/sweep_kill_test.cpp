// SPDX-License-Identifier: Apache-2.0
// A sweep that is killed at random moments: its database stays whole, loses nothing that was in it,
// and is resumed to what an undisturbed sweep writes.
#include <signal.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "sim/core/random.hpp"
#include "sim/database/sqlite.hpp"
#include "tests/program/program.hpp"
#include "tests/with_catch.hpp"

namespace tokenfab::program {
namespace {

constexpr std::int64_t runs = 60;

void write_sweep(const Sandbox& sandbox) {
  sandbox.write("base.json", small_scenario());
  sandbox.write("sweep.json", R"({
  "sweep_version": 1, "name": "killed", "base": "base.json", "replications": 5,
  "axes": {
    "/sites/site/cooling/pue": [1.01, 1.1, 1.2, 1.3],
    "/workloads/load/request_rate": ["2 /s", "4 /s", "8 /s"]
  }
})");
}

std::string csv_of(const Sandbox& sandbox, const std::string& database) {
  const auto finished = sandbox.run({"sweep", "csv", database});
  INFO(finished.err);
  REQUIRE(finished.code == ok);
  return finished.out;
}

pid_t start(const Sandbox& sandbox, const std::string& out) {
  return sandbox.start({"sweep", "sweep.json", "--out", out, "--resume", "--jobs", "2"});
}

/// How many runs the database holds; it must be whole. 0 where there is none yet.
std::int64_t whole_runs(const std::string& path) {
  if (!std::filesystem::exists(path)) {
    return 0;
  }
  const sqlite::Connection database(path, sqlite::Connection::Access::Read);
  REQUIRE(database.text("PRAGMA integrity_check") == "ok");
  REQUIRE(database.integer("SELECT count(*) FROM pragma_foreign_key_check") == 0);
  // Every run with all of its rows.
  REQUIRE(database.integer("SELECT count(*) FROM runs WHERE status = 'ok' AND "
                           "(NOT EXISTS (SELECT 1 FROM metrics m WHERE m.run = runs.run) OR "
                           "NOT EXISTS (SELECT 1 FROM energy_ledger e WHERE e.run = runs.run))") ==
          0);
  return database.integer("SELECT count(*) FROM runs");
}

void kill_and_resume(int times, std::uint64_t seed) {
  const Sandbox sandbox;
  write_sweep(sandbox);
  REQUIRE(sandbox.wait(start(sandbox, "whole.sqlite")).code == ok);
  const auto expected = csv_of(sandbox, "whole.sqlite");
  RandomStream random(seed, 0, "test", "kill");
  int sweeps = 0;
  std::int64_t before = 0;
  std::string name = "r0.sqlite";
  for (int killed = 0; killed < times;) {
    const auto process = start(sandbox, name);
    std::this_thread::sleep_for(
        std::chrono::microseconds(static_cast<std::int64_t>(200'000 * random.uniform())));
    ::kill(process, SIGKILL);
    const auto finished = sandbox.wait(process);
    const auto path = (sandbox.folder() / name).string();
    const auto there = whole_runs(path);
    INFO(name << " after " << killed << " kills");
    REQUIRE(there >= before);
    before = there;
    if (finished.code == -SIGKILL) {
      ++killed;
    } else {
      REQUIRE(finished.code == ok);
      REQUIRE(csv_of(sandbox, name) == expected);
      name = "r" + std::to_string(++sweeps) + ".sqlite";
      before = 0;
    }
  }
  REQUIRE(sandbox.wait(start(sandbox, name)).code == ok);
  REQUIRE(whole_runs((sandbox.folder() / name).string()) == runs);
  REQUIRE(csv_of(sandbox, name) == expected);
}

}  // namespace

TEST_CASE("sweep: killed at random moments and resumed, nothing is lost") { kill_and_resume(3, 1); }

// Seconds; ctest -L system.
TEST_CASE("sweep: killed twenty times", "[.system]") { kill_and_resume(20, 2); }

}  // namespace tokenfab::program

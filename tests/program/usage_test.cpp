// SPDX-License-Identifier: Apache-2.0
// The command line: usage errors, listings, dry runs, output folders, interruptions.
#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "tests/program/program.hpp"

namespace tokenfab::program {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

TEST_CASE("usage: wrong words exit 2 and say what is wrong") {
  const Sandbox sandbox;
  sandbox.write("scenario.json", small_scenario());
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases{
      {{}, "Usage: tokenfab"},
      {{"frobnicate"}, "frobnicate"},
      {{"run"}, "scenario is required"},
      {{"validate"}, "scenario is required"},
      {{"list"}, "required"},
      {{"run", "scenario.json", "--bogus"}, "--bogus"},
      {{"run", "scenario.json", "scenario.json"}, "scenario.json"},
      {{"run", "scenario.json", "--format", "xml"}, "--format"},
      {{"run", "scenario.json", "--progress", "loud"}, "--progress"},
      {{"run", "scenario.json", "--seed", "abc"}, "--seed"},
      {{"run", "scenario.json", "--seed"}, "--seed"},
      {{"run", "scenario.json", "--out"}, "--out"},
      {{"run", "scenario.json", "--set"}, "--set"},
      {{"run", "scenario.json", "--set", "name=x"}, "expected /json/pointer=VALUE"},
      {{"run", "scenario.json", "--set", "/name"}, "expected /json/pointer=VALUE"},
      {{"run", "scenario.json", "--set", ""}, "--set"},
      {{"list", "chips", "--format", "yaml"}, "--format"},
      {{"list", "toasters"}, "known: capex, chips"},
      {{"list", "chip"}, "did you mean \"chips\"?"},
      {{"list", "coolins"}, "did you mean \"coolings\"?"},
  };
  for (const auto& [arguments, word] : cases) {
    const auto finished = sandbox.run(arguments);
    INFO((arguments.empty() ? "" : arguments.back()));
    expect_words(finished.err, {word});
    CHECK(finished.code == usage);
    CHECK(finished.out.empty());
    CHECK(sandbox.files().empty());
  }
}

TEST_CASE("usage: a negative seed is out of range") {
  const Sandbox sandbox;
  expect_refused(sandbox, small_scenario(), scenario_invalid, {"--seed", "-3", "out of range"},
                 {"--seed", "-3"});
}

TEST_CASE("usage: help and version go to standard output") {
  const Sandbox sandbox;
  for (const auto& arguments : std::vector<std::vector<std::string>>{
           {"--help"}, {"-h"}, {"run", "--help"}, {"validate", "--help"}, {"list", "--help"}}) {
    const auto finished = sandbox.run(arguments);
    CHECK(finished.code == ok);
    CHECK(finished.err.empty());
    expect_words(finished.out, {arguments.size() == 1 ? "Start here:" : "Options:"});
  }
  const auto version = sandbox.run({"--version"});
  CHECK(version.code == ok);
  expect_words(version.out, {"tokenfab ", "SimGrid "});
}

TEST_CASE("usage: every list, as text and as JSON") {
  const Sandbox sandbox;
  for (const auto& [what, id] :
       std::vector<std::pair<std::string, std::string>>{{"chips", "h100-sxm"},
                                                        {"nodes", "hgx-h100"},
                                                        {"models", "llama-3.1-70b"},
                                                        {"engines", "vllm"},
                                                        {"capex", "us-ai-dense"},
                                                        {"error_bands", "median error "},
                                                        {"figures", "25000 to 40000) USD"},
                                                        {"regions", "cn-xinjiang"},
                                                        {"rents", "neocloud 1.69 USD/h"},
                                                        {"token_prices", "output 0.28 USD/Mtok"},
                                                        {"tariffs", "flat"},
                                                        {"carbons", "flat"},
                                                        {"routers", "round_robin"},
                                                        {"coolings", "constant_pue"},
                                                        {"powers", "constant_efficiency"},
                                                        {"distributions", "lognormal"},
                                                        {"workloads", "synthetic"}}) {
    INFO(what);
    const auto text = sandbox.run({"list", what});
    CHECK(text.code == ok);
    CHECK(text.err.empty());
    expect_words(text.out, {id});
    const auto json = sandbox.run({"list", what, "--format", "json"});
    CHECK(json.code == ok);
    const auto rows = Json::parse(json.out);
    CHECK(rows.is_array());
    const std::size_t headings = what == "chips" || what == "nodes" ? 1 : 0;
    CHECK(rows.size() + headings ==
          static_cast<std::size_t>(std::count(text.out.begin(), text.out.end(), '\n')));
    for (const auto& row : rows) {
      CHECK(!row.at("id").get<std::string>().empty());
      CHECK(!row.at("summary").get<std::string>().empty());
    }
  }
}

TEST_CASE("usage: every table is explained by its first entry") {
  const Sandbox sandbox;
  for (const auto* table :
       {"capex", "error_bands", "figures", "regions", "rents", "token_prices"}) {
    const auto rows = Json::parse(sandbox.run({"list", table, "--format", "json"}).out);
    const auto name = fmt::format("{}/{}", table, rows.at(0).at("id").get<std::string>());
    const auto finished = sandbox.run({"explain", name});
    CHECK(finished.code == ok);
    CHECK(finished.err.empty());
    expect_words(finished.out, {name, "Sources\n"});
  }
}

TEST_CASE("usage: validate") {
  const Sandbox sandbox;
  sandbox.write("good.json", small_scenario());
  const auto good = sandbox.run({"validate", "good.json"});
  CHECK(good.code == ok);
  CHECK(good.out == "good.json: valid\n");
  CHECK(good.err.empty());
  auto text = replaced(small_scenario(), "1.25", "0.5");
  text = replaced(text, "\"isl\": 500", "\"isl\": -1");
  sandbox.write("bad.json", text);
  const auto bad = sandbox.run({"validate", "bad.json"});
  CHECK(bad.code == scenario_invalid);
  CHECK(bad.out.empty());
  expect_words(bad.err, {"bad.json:12:", "bad.json:32:", "tokenfab: 2 problems"});
  const auto fixed = sandbox.run({"validate", "bad.json", "--set", "/sites/site/cooling/pue=1.3",
                                  "--set", "/workloads/load/isl=1"});
  CHECK(fixed.code == ok);
  CHECK(sandbox.files().empty());
}

TEST_CASE("usage: a dry run estimates and writes nothing") {
  const Sandbox sandbox;
  sandbox.write("scenario.json", small_scenario());
  for (const auto& arguments : std::vector<std::vector<std::string>>{
           {"run", "scenario.json", "--dry-run"},
           {"run", "scenario.json", "--dry-run", "--out", "out"}}) {
    const auto finished = sandbox.run(arguments);
    CHECK(finished.code == ok);
    CHECK(finished.err.empty());
    expect_words(finished.out,
                 {"small: fits", "KV capacity per replica: ", " tokens in ", "at most about ",
                  " requests/s", "50 requests, about ", " s to play"});
    CHECK(sandbox.files().empty());
    CHECK_FALSE(fs::exists(sandbox.folder() / "out"));
  }
}

TEST_CASE("usage: --format json prints report.json and nothing else") {
  const Sandbox sandbox;
  const auto finished = run_well(sandbox, small_scenario(), {"--format", "json"});
  CHECK(finished.out == sandbox.read("out/report.json"));
}

TEST_CASE("usage: without --out the results lie under results/NAME") {
  const Sandbox sandbox;
  sandbox.write("scenario.json", small_scenario());
  CHECK(sandbox.run({"run", "scenario.json"}).code == ok);
  CHECK(sandbox.files() ==
        std::vector<std::string>{"results/small/events.csv", "results/small/fleet.csv",
                                 "results/small/report.json", "results/small/requests.csv",
                                 "results/small/scenario.json", "results/small/series.csv"});
}

TEST_CASE("usage: output that cannot be written") {
  const Sandbox sandbox;
  sandbox.write("scenario.json", small_scenario());
  sandbox.write("taken", "a file");
  for (const auto* out : {"taken", "taken/below", "/proc/nowhere"}) {
    const auto finished = sandbox.run({"run", "scenario.json", "--out", out});
    INFO(out);
    expect_words(finished.err, {out, "cannot be written: "});
    CHECK(finished.code == scenario_invalid);
    CHECK(finished.out.empty());
  }
  fs::create_directories(sandbox.folder() / "out/report.json/full");
  const auto blocked = sandbox.run({"run", "scenario.json", "--out", "out"});
  CHECK(blocked.code == scenario_invalid);
  expect_words(blocked.err, {"out/report.json", "cannot be written: "});
  for (const auto& name : sandbox.files()) {
    CHECK_FALSE(name.ends_with(".tmp"));
  }
  if (::geteuid() != 0) {  // root may write everywhere
    fs::create_directory(sandbox.folder() / "locked");
    fs::permissions(sandbox.folder() / "locked", fs::perms::owner_read | fs::perms::owner_exec);
    const auto locked = sandbox.run({"run", "scenario.json", "--out", "locked"});
    CHECK(locked.code == scenario_invalid);
    expect_words(locked.err, {"locked/", "cannot be written: Permission denied"});
  }
}

/// More work than any test waits for, with all kinds of files.
std::vector<std::string> long_run(const Sandbox& sandbox) {
  sandbox.write("scenario.json", small_scenario());
  return {"run", "scenario.json", "--out", "out", "--set", "/workloads/load/num_prompts=100000000"};
}

void wait_for_files(const Sandbox& sandbox) {
  for (int i = 0; i < 500 && sandbox.files().size() < 2; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  REQUIRE(sandbox.files().size() >= 2);
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
}

TEST_CASE("usage: interrupted runs leave nothing and exit 6") {
  for (const int signal : {SIGINT, SIGTERM}) {
    const Sandbox sandbox;
    const auto process = sandbox.start(long_run(sandbox));
    wait_for_files(sandbox);
    REQUIRE(::kill(process, signal) == 0);
    const auto finished = sandbox.wait(process);
    CHECK(finished.code == interrupted);
    CHECK(finished.out.empty());
    expect_words(finished.err, {"interrupted"});
    CHECK(sandbox.files().empty());
  }
}

TEST_CASE("usage: an interruption is noticed though no request ends") {
  const Sandbox sandbox;
  auto arguments = long_run(sandbox);
  for (const auto* setting :
       {"/stepping=iteration", "/workloads/load/osl=100000", "/workloads/load/num_prompts=2000"}) {
    arguments.insert(arguments.end(), {"--set", setting});
  }
  const auto process = sandbox.start(arguments);
  wait_for_files(sandbox);
  REQUIRE(::kill(process, SIGINT) == 0);
  std::this_thread::sleep_for(std::chrono::seconds(1));
  ::kill(process, SIGKILL);
  CHECK(sandbox.wait(process).code == interrupted);
}

TEST_CASE("usage: a killed run leaves no file under its final name") {
  const Sandbox sandbox;
  const auto process = sandbox.start(long_run(sandbox));
  wait_for_files(sandbox);
  REQUIRE(::kill(process, SIGKILL) == 0);
  CHECK(sandbox.wait(process).code == -SIGKILL);
  for (const auto& name : sandbox.files()) {
    INFO(name);
    CHECK(name.ends_with(".tmp"));
  }
}

TEST_CASE("usage: progress as JSON lines") {
  const Sandbox sandbox;
  auto arguments = long_run(sandbox);
  arguments.insert(arguments.end(), {"--progress", "json", "--format", "json"});
  const auto process = sandbox.start(arguments);
  std::this_thread::sleep_for(std::chrono::milliseconds(1300));
  REQUIRE(::kill(process, SIGINT) == 0);
  const auto finished = sandbox.wait(process);
  CHECK(finished.out.empty());
  std::istringstream lines(finished.err);
  int objects = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("tokenfab: interrupted")) {
      continue;
    }
    const auto progress = Json::parse(line);
    CHECK(progress.at("requests").get<std::int64_t>() > 0);
    CHECK(progress.at("simulated_s").is_number());
    CHECK(progress.at("events").is_number_integer());
    ++objects;
  }
  CHECK(objects >= 2);
}

}  // namespace
}  // namespace tokenfab::program

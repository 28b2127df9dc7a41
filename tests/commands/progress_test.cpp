// SPDX-License-Identifier: Apache-2.0
// Progress: JSON lines for CI, one line that is written over on a terminal.
#include "tools/progress.hpp"

#include <pty.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/program/program.hpp"
#include "tests/with_catch.hpp"

namespace tokenfab::program {
namespace {

using Json = nlohmann::json;

// So many events that a line is told before the last one.
const std::vector<std::string> longer{"--set", "/workloads/load/num_prompts=80000", "--set",
                                      "/output={\"requests\": false}"};

TEST_CASE("progress: the last JSON line says what the report says") {
  const Sandbox sandbox;
  auto words = longer;
  words.insert(words.end(), {"--progress", "json"});
  const auto finished = run_well(sandbox, small_scenario(), words);
  std::istringstream lines(finished.err);
  std::vector<Json> told;
  for (std::string line; std::getline(lines, line);) {
    told.push_back(Json::parse(line));
  }
  REQUIRE(told.size() >= 2);
  for (std::size_t i = 0; i < told.size(); ++i) {
    CHECK(told[i].at("done").get<bool>() == (i + 1 == told.size()));
    for (const auto* rising :
         {"elapsed_s", "simulated_s", "requests", "events", "fraction", "energy_j", "cost_usd"}) {
      INFO(rising);
      CHECK((i == 0 || told[i].at(rising) >= told[i - 1].at(rising)));
    }
    CHECK(told[i].at("eta_s") >= 0);
    if (i > 0 && i + 1 < told.size()) {
      CHECK(told[i].at("elapsed_s").get<double>() - told[i - 1].at("elapsed_s").get<double>() >
            0.4);  // at most twice a second
    }
  }
  const auto report = Json::parse(sandbox.read("out/report.json")).at("metrics");
  const auto value = [&](const char* name) { return report.at(name).get<double>(); };
  CHECK(told.back().at("fraction") == 1);
  CHECK(told.back().at("requests") == value("requests_completed"));
  CHECK(told.back().at("cost_per_mtok_usd") == value("cost_per_mtok_usd"));
  CHECK(told.back().at("cost_usd") == value("cost_total_usd"));
  CHECK(told.back().at("energy_j") == value("energy_site_j"));
}

TEST_CASE("progress: what is billed so far, over the tokens so far") {
  // 90 s of a run of 100 s. Elapsed 9 s: 1 s left. 2 USD over 4 Mtok.
  RunProgress progress;
  progress.now = Instant(Duration::from_seconds(90));
  progress.fraction = 0.9;
  progress.requests_completed = 7;
  progress.cost_usd = 2;
  progress.cost_per_mtok_usd = 0.5;
  progress.energy_j = 7.2e6;
  CHECK(tools::progress_text(progress, 9) ==
        "90 %, 1 s left, 90 s simulated, 7 requests, $0.5 per million tokens, 2 kWh");
  const auto json = Json::parse(tools::progress_json(progress, 9, false));
  CHECK(json.at("eta_s").get<double>() == Approx(1));
  CHECK(json.at("cost_per_mtok_usd") == 0.5);
  CHECK(json.count("jobs") == 0);
  RunProgress early;  // nothing is known yet
  CHECK(tools::progress_text(early, 1) == "0 s simulated, 0 requests, $0 so far, 0 kWh");
  CHECK(Json::parse(tools::progress_json(early, 1, false)).count("eta_s") == 0);
  CHECK(tools::cut_to("12345", 3) == "123");
  CHECK(tools::cut_to("12345", 80) == "12345");
}

/// All that the program writes to a terminal of so many columns.
std::string on_terminal(const Sandbox& sandbox, unsigned short columns,
                        std::vector<std::string> words) {
  words.insert(words.begin(), TOKENFAB_BINARY_DIR "/tokenfab");
  std::vector<char*> arguments;
  for (auto& word : words) {
    arguments.push_back(word.data());
  }
  arguments.push_back(nullptr);
  winsize size{24, columns, 0, 0};
  int terminal = 0;
  const pid_t child = ::forkpty(&terminal, nullptr, nullptr, &size);
  if (child == 0) {
    if (::chdir(sandbox.folder().c_str()) == 0) {
      ::execv(arguments[0], arguments.data());
    }
    ::_exit(99);
  }
  REQUIRE(child > 0);
  std::string text;
  char buffer[4096];
  for (ssize_t count = 0; (count = ::read(terminal, buffer, sizeof buffer)) > 0;) {
    text.append(buffer, static_cast<std::size_t>(count));
  }
  ::close(terminal);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WEXITSTATUS(status) == ok);
  return text;
}

TEST_CASE("progress: one line on a terminal, never longer than it") {
  const Sandbox sandbox;
  sandbox.write("scenario.json", small_scenario());
  auto words = longer;
  words.insert(words.begin(), {"run", "scenario.json"});
  const auto wide = on_terminal(sandbox, 120, words);
  expect_words(wide,
               {"\r", " %, ", " s left", " requests", " per million tokens", " kWh", "100 %"});
  const auto narrow = on_terminal(sandbox, 40, words);
  const auto lines = narrow.substr(0, narrow.find('\n'));
  std::istringstream updates(lines);
  for (std::string update; std::getline(updates, update, '\r');) {
    INFO(update);
    CHECK(update.size() < 40);
  }
  expect_words(narrow, {" s left", "100 %"});
  words.insert(words.end(), {"--progress", "none"});
  const bool is_silent = on_terminal(sandbox, 80, words).find(" s left") == std::string::npos;
  CHECK(is_silent);
}

TEST_CASE("progress: nothing where standard error is no terminal") {
  const Sandbox sandbox;
  CHECK(run_well(sandbox, small_scenario(), longer).err.empty());
}

}  // namespace
}  // namespace tokenfab::program

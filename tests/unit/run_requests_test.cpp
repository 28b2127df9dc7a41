// SPDX-License-Identifier: Apache-2.0
// Runs of a study that crash: each becomes an answer with its reason, and the others are unharmed.
#include "sim/sweep/run_requests.hpp"

#include <unistd.h>

#include <csignal>
#include <stdexcept>

#include "sim/core/check.hpp"
#include "tests/line_scenario.hpp"
#include "tests/with_catch.hpp"

namespace tokenfab {
namespace {

ScenarioRequest sound_request() {
  return {"line.json", testing::LineScenario().text(), {}, std::nullopt, {}};
}

/// Catch2 would tell of the signal itself.
void end_by(int signal) {
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

ScenarioRequest crashing_request(std::size_t index) {
  switch (index) {
    case 1:
      end_by(SIGSEGV);
      break;
    case 2:
      check_failed("index == 0", "replica.cpp", 12, "replica 2 of\n8");
    case 3:
      throw std::runtime_error("thrown where nobody expects it");
    case 4:
      ::_exit(7);
    case 5:
      end_by(SIGKILL);
      break;
    default:
      break;
  }
  return sound_request();
}

}  // namespace

TEST_CASE("run requests: one that crashes is an answer, the others are unharmed") {
  constexpr std::size_t count = 7;
  for (const std::size_t processes : {1, 7}) {
    std::vector<RunAnswer> answers(count);
    std::size_t heard = 0;
    const bool is_done =
        run_requests(count, processes, crashing_request, [&](std::size_t index, RunAnswer answer) {
          answers[index] = std::move(answer);
          ++heard;
        });
    REQUIRE(is_done);
    REQUIRE(heard == count);
    for (const std::size_t sound : {0, 6}) {
      INFO(answers[sound].reason);
      REQUIRE(answers[sound].status == RunStatus::Ok);
      REQUIRE(answers[sound].find("cost_total_usd") != nullptr);
      REQUIRE(answers[sound] == answers[0]);
    }
    for (std::size_t crashed = 1; crashed < count - 1; ++crashed) {
      INFO(crashed << ": " << answers[crashed].reason);
      REQUIRE(answers[crashed].status == RunStatus::Crashed);
      REQUIRE(answers[crashed].reason.find('\n') == std::string::npos);
      REQUIRE(answers[crashed].metrics.empty());
    }
    REQUIRE(answers[1].reason == "the run was ended by signal 11");
    REQUIRE(answers[2].reason.find("index == 0") != std::string::npos);
    REQUIRE(answers[2].reason.find("replica 2 of 8") != std::string::npos);
    REQUIRE(answers[3].reason == "the run ended without an answer, exit code 1");
    REQUIRE(answers[4].reason == "the run ended without an answer, exit code 7");
    REQUIRE(answers[5].reason == "the run was ended by signal 9");
  }
}

TEST_CASE("run requests: mistakes of a scenario are answers too") {
  auto misnamed = sound_request();
  misnamed.overrides = {{"/sites/site/colling", "1.2"}};
  auto missing = sound_request();
  missing.text.reset();
  missing.path = "no/such/scenario.json";
  const auto answers = answers_of_requests({misnamed, missing, sound_request()}, 2);
  REQUIRE(answers[0].status == RunStatus::Invalid);
  REQUIRE(answers[0].reason.find("did you mean \"cooling\"") != std::string::npos);
  REQUIRE(answers[1].status == RunStatus::Invalid);
  REQUIRE(answers[1].reason.find("no/such/scenario.json") != std::string::npos);
  REQUIRE(answers[2].status == RunStatus::Ok);
}

}  // namespace tokenfab

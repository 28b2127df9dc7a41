// SPDX-License-Identifier: Apache-2.0
// Works in processes of their own.
#include "sim/process/child_pool.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <stdexcept>

#include "tests/with_catch.hpp"

using namespace tokenfab;

TEST_CASE("child pool: answers in the order of the works, failures by their message") {
  std::vector<std::function<std::string()>> works;
  for (int i = 0; i < 5; ++i) {
    works.emplace_back([i] { return std::string(static_cast<std::size_t>(100'000 * i), 'x'); });
  }
  works.emplace_back([]() -> std::string { throw std::runtime_error("no such chip"); });
  works.emplace_back([] {
    std::raise(SIGKILL);
    return std::string("never");
  });
  std::size_t seen = 0;
  const auto answers = answers_of_children(works, 3, [&seen](std::size_t done) { seen = done; });
  REQUIRE(seen == works.size());
  for (std::size_t i = 0; i < 5; ++i) {
    REQUIRE(answers[i].text.size() == 100'000 * i);
    REQUIRE(answers[i].failure.empty());
  }
  REQUIRE(answers[5].failure == "no such chip");
  REQUIRE(answers[6].failure == "the run ended without an answer");
  REQUIRE(answers_of_children({}, 1).empty());
}

TEST_CASE("child pool: a watcher that wants no more ends the children") {
  const std::vector<ChildWork> works{
      [](int pipe) { return write_all(pipe, "first") ? 3 : 4; },
      [](int) {
        ::pause();
        return 0;
      },
  };
  std::string text;
  int code = 0;
  const auto take = [&](std::size_t index, const ChildEnd& end) {
    REQUIRE(index == 0);
    text = end.text;
    code = WEXITSTATUS(end.status);
  };
  REQUIRE_FALSE(run_children(works, 2, take, [](std::size_t done) { return done < 1; }));
  REQUIRE(text == "first");
  REQUIRE(code == 3);
}

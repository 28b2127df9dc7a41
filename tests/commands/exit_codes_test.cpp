// SPDX-License-Identifier: Apache-2.0
// Every exit code, provoked once.
#include "tools/exit_codes.hpp"

#include <signal.h>

#include <chrono>
#include <cstdlib>
#include <thread>

#include "tests/program/program.hpp"
#include "tests/with_catch.hpp"

namespace tokenfab::program {
namespace {

int interrupted_code(const Sandbox& sandbox) {
  const auto process = sandbox.start(
      {"run", "scenario.json", "--out", "long", "--set", "/workloads/load/num_prompts=100000000"});
  for (int i = 0; i < 500 && sandbox.files().empty(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  ::kill(process, SIGINT);
  return sandbox.wait(process).code;
}

/// The program's own, with its output on a device that is full.
int code_on_full_device() {
  const int status = std::system(TOKENFAB_BINARY_DIR "/tokenfab --version >/dev/full 2>/dev/null");
  return WEXITSTATUS(status);
}

TEST_CASE("exit codes: each can be provoked") {
  const Sandbox sandbox;
  sandbox.write("scenario.json", small_scenario());
  sandbox.write("trace.json", trace_scenario("bad.csv"));
  sandbox.write("bad.csv", "arrived_at,num_prefill_tokens,num_decode_tokens\n0,minus one,5\n");
  const auto code_of = [&](std::vector<std::string> words) { return sandbox.run(words).code; };
  const std::string too_large = "/services/chat/pools/main/engine/tensor_parallel_size=1";
  for (const auto& [code, meaning] : tools::exit_code_meanings()) {
    INFO(code << " " << meaning);
    int found = -1;
    switch (code) {
      case tools::exit_ok:
        found = code_of({"validate", "scenario.json"});
        break;
      case tools::exit_internal:
        found = code_on_full_device();
        break;
      case tools::exit_usage:
        found = code_of({"run"});
        break;
      case tools::exit_scenario:
        found = code_of({"validate", "scenario.json", "--set", "/workloads/load/isl=-1"});
        break;
      case tools::exit_data:
        found = code_of({"run", "trace.json"});
        break;
      case tools::exit_infeasible:
        found = code_of({"run", "scenario.json", "--set", too_large});
        break;
      case tools::exit_interrupted:
        found = interrupted_code(sandbox);
        break;
      case tools::exit_false:
        found = code_of({"run", "scenario.json", "--out", "out", "--set",
                         "/assert=[\"requests_completed < 1\"]"});
        CHECK(!sandbox.read("out/report.json").empty());
        break;
    }
    CHECK(found == code);
  }
}

TEST_CASE("exit codes: a full disk under standard output is no success") {
  const auto command = TOKENFAB_BINARY_DIR "/tokenfab list metrics >/dev/full 2>/dev/null";
  CHECK(WEXITSTATUS(std::system(command)) == tools::exit_internal);
}

}  // namespace
}  // namespace tokenfab::program

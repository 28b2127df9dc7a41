// SPDX-License-Identifier: Apache-2.0
// tokenfab curve: files, rows, refusals.
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <sstream>

#include "tests/program/program.hpp"

namespace tokenfab::program {
namespace {

/// One service in closed loop on one cluster.
std::string curve_scenario() {
  return R"({
  "scenario_version": 1, "name": "chat",
  "sites": {"site": {
    "energy": {"grid": {"tariff": {"model": "flat", "price": "0.091 USD/kWh"},
                        "carbon": {"model": "flat", "intensity": "370 g/kWh"}}},
    "clusters": {"cluster": {"node": {"use": "hgx-h100"}, "nodes": 1}}}},
  "models": {"model": {"use": "llama-3.1-70b"}},
  "services": {"chat": {"model": "model", "pools": {"pool": {"cluster": "site/cluster",
    "engine": {"tensor_parallel_size": 8}}}}},
  "workloads": {"load": {"model": "synthetic", "service": "chat", "request_rate": "1 /s",
    "num_prompts": 10, "isl": 256, "osl": 64}},
  "horizon": "1 h", "assert": ["ttft_p99_s < 1 us"]
})";
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    lines.push_back(line);
  }
  return lines;
}

std::size_t count_of(const std::vector<std::string>& lines, const std::string& word) {
  return static_cast<std::size_t>(std::count_if(
      lines.begin(), lines.end(),
      [&word](const std::string& line) { return line.find(word) != std::string::npos; }));
}

Finished curve(const Sandbox& sandbox, const std::string& text,
               const std::vector<std::string>& more) {
  sandbox.write("scenario.json", text);
  std::vector<std::string> arguments{"curve", "scenario.json"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return sandbox.run(arguments);
}

TEST_CASE("curve: two chips, two levels, a row for every view and point, whatever --jobs") {
  const Sandbox sandbox;
  const std::vector<std::string> words{"--chips", "h100-sxm,ascend-910b",    "--concurrency",
                                       "4,1",     "--tensor-parallel",       "1,8",
                                       "--views", "rental,listed,own,energy"};
  auto arguments = words;
  arguments.insert(arguments.end(), {"--jobs", "1", "--out", "one"});
  const auto finished = curve(sandbox, curve_scenario(), arguments);
  INFO(finished.err);
  REQUIRE(finished.code == ok);
  expect_words(finished.out, {"llama-3.1-70b, bf16 weights, 256 tokens in, 64 out",
                              "left out, without a price or a point: ascend-910b", "cheapest: ",
                              "least energy: ", "frontier (rental)", "leave no room"});
  const auto rows = lines_of(sandbox.read("one/curve.csv"));
  // Four views x two chips x two sizes x two levels, and the header; 70 billion weights of two
  // bytes do not fit a chip.
  CHECK(rows.size() == 33);
  CHECK(count_of(rows, ",true,") == 4 * 2 * 2 - 2 * 2);  // each has one of the two rents
  CHECK(count_of(rows, "leave no room") == 16);
  CHECK(count_of(rows, "h100-sxm,hgx-h100,rental,1.3,vLLM,") == 4);
  CHECK(count_of(rows, "ascend-910b,atlas-800t-a2,listed,0.332394,vLLM,") == 4);
  auto again = words;
  again.insert(again.end(), {"--jobs", "3", "--out", "three"});
  CHECK(curve(sandbox, curve_scenario(), again).code == ok);
  for (const char* file :
       {"curve.csv", "curve-rental.svg", "curve-listed.svg", "curve-own.svg", "curve-energy.svg"}) {
    CHECK(sandbox.read(std::string("one/") + file) == sandbox.read(std::string("three/") + file));
  }
  CHECK(sandbox.files().size() == 10);
  expect_words(sandbox.read("one/curve-own.svg"),
               {"h100-sxm, vLLM unversioned, 2025-10", "</svg>"});
}

TEST_CASE("curve: nodes and engines by name, costs of all tokens") {
  const Sandbox sandbox;
  const auto finished =
      curve(sandbox, curve_scenario(),
            {"--nodes", "hgx-h200", "--engines", "vllm-0.12,sglang-0.5.9", "--concurrency", "2",
             "--tensor-parallel", "8", "--views", "own", "--tokens", "total"});
  INFO(finished.err);
  REQUIRE(finished.code == ok);
  expect_words(finished.out, {"hgx-h200 vllm-0.12", "hgx-h200 sglang-0.5.9",
                              "USD per million tokens", "results/chat-curve"});
  CHECK(sandbox.files() == std::vector<std::string>{"results/chat-curve/curve-own.svg",
                                                    "results/chat-curve/curve.csv"});
}

TEST_CASE("curve: pictures of an earlier call do not stay") {
  const Sandbox sandbox;
  const std::vector<std::string> words{"--chips", "h100-sxm", "--concurrency", "1", "--out", "c"};
  auto first = words;
  first.insert(first.end(), {"--views", "own,energy"});
  REQUIRE(curve(sandbox, curve_scenario(), first).code == ok);
  auto second = words;
  second.insert(second.end(), {"--views", "own"});
  REQUIRE(curve(sandbox, curve_scenario(), second).code == ok);
  CHECK(sandbox.files() == std::vector<std::string>{"c/curve-own.svg", "c/curve.csv"});
}

TEST_CASE("curve: every unknown name at once, with the nearest") {
  const Sandbox sandbox;
  const auto finished = curve(
      sandbox, curve_scenario(),
      {"--chips", "h10-sxm,h200", "--nodes", "hgx-h20O", "--views", "rentals", "--engines", "vlm"});
  CHECK(finished.code == usage);
  CHECK(finished.out.empty());
  expect_words(finished.err, {"did you mean \"h100-sxm\"?", "hgx-h20O", "did you mean \"hgx-h20\"?",
                              "did you mean \"rental\"?", "did you mean \"vllm\"?"});
  CHECK(sandbox.files().empty());
  CHECK(curve(sandbox, curve_scenario(), {"--concurrency", "0"}).code == usage);
  CHECK(curve(sandbox, curve_scenario(), {"--tensor-parallel", "two"}).code == usage);
}

TEST_CASE("curve: only of one service of a language model under a synthetic load") {
  const Sandbox sandbox;
  const auto two_services = replaced(curve_scenario(), R"("services": {"chat")",
                                     R"("services": {"other": {"model": "model", "pools": {"pool": {
"cluster": "site/cluster", "engine": {"tensor_parallel_size": 8}}}}, "chat")");
  const auto two_nodes = replaced(two_services, R"("nodes": 1)", R"("nodes": 2)");
  const auto refused = curve(sandbox, two_nodes, {});
  CHECK(refused.code == scenario_invalid);
  expect_words(refused.err, {"a cost curve is drawn of one service, found 2"});
  const auto image =
      replaced(replaced(curve_scenario(), R"("models": {"model": {"use": "llama-3.1-70b"}})",
                        R"("diffusion_models": {"model": {"use": "flux.1-dev"}})"),
               R"("engine": {"tensor_parallel_size": 8})", R"("diffusion_engine": {})");
  const auto workload =
      replaced(image, R"("isl": 256, "osl": 64)", R"("item": {"width": 1024, "height": 1024})");
  const auto finished = curve(sandbox, workload, {});
  CHECK(finished.code == scenario_invalid);
  CHECK(sandbox.files().empty());
}

TEST_CASE("curve: nothing that fits is no result") {
  const Sandbox sandbox;
  const auto finished = curve(
      sandbox, curve_scenario(),
      {"--chips", "h100-sxm", "--concurrency", "1", "--tensor-parallel", "1", "--out", "none"});
  CHECK(finished.code == infeasible);
  expect_words(finished.err, {"h100-sxm: weights"});
  CHECK(sandbox.files().empty());
}

}  // namespace
}  // namespace tokenfab::program

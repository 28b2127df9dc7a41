// SPDX-License-Identifier: Apache-2.0
// What must hold for every whole run: nobody is lost, bytes repeat, strangers do not matter, more
// costs more and faster is not slower. Every ledger is closed by CHECKs in the run itself.
#include <sstream>

#include "tests/property/random_scenario.hpp"
#include "tests/property/scenario_runs.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

/// One site, one pool of two 8B replicas with a small cache, 60 requests at 12 per second.
struct SmallScenario {
  int seed = 1;
  std::string site_price = "0.1 USD/kWh";
  std::string chip = R"({"use": "h100-sxm"})";
  std::string pool_extra;
  std::string more_services;
  std::string more_workloads;
  std::string top;

  std::string text() const {
    return fmt::format(
        R"({{"scenario_version": 1, "name": "small", "seed": {}, {}
"sites": {{"site": {{"energy": {{"grid": {{"tariff": {{"model": "flat", "price": "{}"}},
  "carbon": {{"model": "flat", "intensity": "400 g/kWh"}}}}}}, "storage_bandwidth": "10 GB/s",
  "clusters": {{"c": {{"node": {{"use": "hgx-h100", "chip": {}}}, "nodes": 2}}}}}}}},
"models": {{"m": {{"use": "llama-3.1-8b"}}}},
"services": {{"chat": {{"model": "m", "pools": {{"main": {{"cluster": "site/c", "replicas": 2, {}
  "engine": {{"tensor_parallel_size": 2, "max_num_seqs": 16}}}}}}}} {}}},
"workloads": {{"load": {{"model": "synthetic", "service": "chat", "request_rate": "12 /s",
  "num_prompts": 60, "isl": {{"model": "uniform", "low": 1, "high": 900}},
  "osl": {{"model": "uniform", "low": 1, "high": 250}}}} {}}},
"output": {{"series": "1 s"}}}})",
        seed, top, site_price, chip, pool_extra, more_services, more_workloads);
  }
};

/// The rows of one service, in the order they were written.
std::vector<std::string> rows_of(const std::string& requests, const std::string& service) {
  std::vector<std::string> rows;
  std::istringstream lines(requests);
  for (std::string line; std::getline(lines, line);) {
    if (line.find("," + service + ",") != std::string::npos) {
      rows.push_back(line);
    }
  }
  return rows;
}

}  // namespace

TEST_CASE("scenario: the same twice gives the same bytes") {
  for (std::uint64_t seed = 501; seed <= 512; ++seed) {
    const auto text = random_scenario(seed).text("request");
    const auto first = play(text);
    const auto second = play(text);
    REQUIRE(first.report_text == second.report_text);
    REQUIRE(first.requests == second.requests);
  }
  const auto series = play(SmallScenario{}.text()).series;
  REQUIRE(series.size() > 100);
  REQUIRE(series == play(SmallScenario{}.text()).series);
}

TEST_CASE("scenario: another seed gives another run") {
  SmallScenario scenario;
  const auto first = play(scenario.text());
  scenario.seed = 2;
  REQUIRE(play(scenario.text()).requests != first.requests);
}

TEST_CASE("scenario: every request has a row and one end") {
  for (std::uint64_t seed = 601; seed <= 640; ++seed) {
    INFO("seed " << seed);
    const auto played = play(random_scenario(seed).text("request"));
    double ended = 0;
    for (const auto* status : {"completed", "rejected", "failed", "in_flight"}) {
      ended += played.metric(std::string("/metrics/requests_") + status);
    }
    // The factory, like its services, counts every request once, and each has its row.
    REQUIRE(static_cast<double>(rows_of(played.requests, "chat").size()) == ended);
    double of_service = 0;
    for (const auto* status : {"completed", "rejected", "failed", "in_flight"}) {
      of_service += played.metric(std::string("/services/chat/requests_") + status);
    }
    REQUIRE(of_service == ended);
  }
}

TEST_CASE("scenario: an unrelated service leaves the request rows of the first alone") {
  SmallScenario scenario;
  const auto alone = play(scenario.text());
  scenario.more_services =
      R"(, "another": {"model": "m", "pools": {"main": {"cluster": "site/c", "replicas": 3,
         "engine": {"tensor_parallel_size": 4}}}, "router": "round_robin"})";
  scenario.more_workloads =
      R"(, "a-load": {"model": "synthetic", "service": "another", "concurrency": 9,
          "num_prompts": 80, "isl": 300, "osl": {"model": "uniform", "low": 1, "high": 90}})";
  const auto together = play(scenario.text());
  REQUIRE(rows_of(alone.requests, "chat").size() == 60);
  REQUIRE(rows_of(together.requests, "another").size() == 80);
  REQUIRE(rows_of(together.requests, "chat") == rows_of(alone.requests, "chat"));
}

TEST_CASE("scenario: more bandwidth or a higher peak is not slower over 20 seeds") {
  const std::vector<std::string> better{R"({"use": "h100-sxm", "memory_bandwidth": "4.5 TB/s"})",
                                        R"({"use": "h100-sxm", "peak_bf16": "1400 TFLOPS"})",
                                        R"({"use": "h100-sxm", "scale_up_bandwidth": "900 GB/s"})"};
  double base = 0;
  std::vector<double> faster(better.size(), 0);
  for (int seed = 1; seed <= 20; ++seed) {
    SmallScenario scenario;
    scenario.seed = seed;
    base += play(scenario.text()).metric("/metrics/e2el_mean_s");
    for (std::size_t i = 0; i < better.size(); ++i) {
      scenario.chip = better[i];
      faster[i] += play(scenario.text()).metric("/metrics/e2el_mean_s");
    }
  }
  for (const double sum : faster) {
    REQUIRE(sum <= base);
  }
  REQUIRE(faster.front() < 0.95 * base);  // decoding is bound by memory
}

TEST_CASE("scenario: dearer energy is dearer tokens, and nothing else changes") {
  SmallScenario scenario;
  double before = 0;
  std::string rows;
  for (const auto* price : {"0 USD/kWh", "0.05 USD/kWh", "0.2 USD/kWh", "2 USD/kWh"}) {
    scenario.site_price = price;
    const auto played = play(scenario.text());
    const double cost = played.metric("/metrics/cost_per_mtok_usd");
    REQUIRE(cost > before);
    REQUIRE((rows.empty() || rows == played.requests));
    before = cost;
    rows = played.requests;
  }
}

TEST_CASE("scenario: a run that waits for its weights still serves everybody") {
  // 2 x 16.06 GB at 10 GB/s: 3.21 s until both replicas have theirs. All 8 clients ask at once,
  // long before; nothing else is on the agenda when the last byte arrives.
  SmallScenario scenario;
  scenario.pool_extra = "\"cold_start\": true,";
  auto text = scenario.text();
  const std::string rate = "\"request_rate\": \"12 /s\"";
  text.replace(text.find(rate), rate.size(), "\"concurrency\": 8");
  const auto played = play(text);
  REQUIRE(played.metric("/metrics/requests_completed") == 60);
  REQUIRE(played.metric("/metrics/ttft_p99_s") == Approx(3.25).margin(0.1));
}

// SPDX-License-Identifier: Apache-2.0
// Warmup: what is older enters no latency and no service level, wherever it cuts a run of steps.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "sim/metrics/summary.hpp"
#include "sim/scenario/simulation.hpp"
#include "tests/run_in_child.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;

namespace {

using Overrides = std::vector<std::pair<std::string, std::string>>;

struct Outcome {
  std::map<std::string, double> values;  // metrics, and counts of what entered the statistics
  std::vector<std::pair<double, double>> requests;  // arrival, ttft
};

struct Rows : RequestSink {
  std::string text;
  void request(const RequestRecord& record) override {
    if (record.status == RequestStatus::Completed) {
      text += fmt::format("request {} {}\n", record.arrival.seconds(), record.ttft->seconds());
    }
  }
};

Outcome play(const Overrides& overrides) {
  const auto text = testing::run_in_child([&] {
    ScenarioRequest request;
    request.path = TOKENFAB_SOURCE_DIR "/scenarios/main.json";
    request.overrides = overrides;
    const auto scenario = load_scenario(request);
    Rows rows;
    RunOptions options;
    options.requests = &rows;
    struct NoSeries : SeriesSink {
      void series(const SeriesRecord&) override {}
    } no_series;
    options.series = &no_series;
    const auto result = simulate(scenario, options).result;
    auto out = rows.text;
    for (const auto& [name, value] : summarize(result).factory.ordered()) {
      out += fmt::format("{} {}\n", name, value);
    }
    const auto& latency = result.pools.front().latency;
    out += fmt::format("gaps {}\nanswers {}\nwarnings {}\n", latency.itl.count(),
                       latency.ttft.count(), result.warnings.size());
    return out;
  });
  Outcome outcome;
  std::istringstream lines(text);
  for (std::string name; lines >> name;) {
    if (name == "request") {
      std::pair<double, double> row;
      lines >> row.first >> row.second;
      outcome.requests.push_back(row);
    } else {
      lines >> outcome.values[name];
    }
  }
  return outcome;
}

Overrides with(Overrides overrides, const std::string& pointer, const std::string& value) {
  overrides.emplace_back(pointer, value);
  return overrides;
}

/// One request of 11 tokens at date 0, alone in the factory.
const Overrides one_request{{"/workloads/load",
                             R"({"model": "synthetic", "service": "chat", "concurrency": 1,
                                 "num_prompts": 1, "isl": 100, "osl": 11})"}};

const Overrides overload{{"/workloads/load/num_prompts", "3000"},
                         {"/workloads/load/request_rate", "30 /s"},
                         {"/services/chat/pools/main/engine/gpu_memory_utilization", "0.3"}};

}  // namespace

TEST_CASE("warmup: gaps count from the first step that begins in time") {
  const auto all = play(one_request);
  REQUIRE(all.values.at("gaps") == 10);
  REQUIRE(all.values.at("answers") == 1);
  const double first = all.requests.front().second;
  const double gap = all.values.at("tpot_mean_s");
  for (const auto& [place, gaps] :
       std::vector<std::pair<double, double>>{{-0.5, 10}, {0.5, 9}, {3.5, 6}, {8.5, 1}}) {
    const auto warmup = fmt::format("{} s", first + place * gap);
    for (const auto* stepping : {"request", "iteration"}) {
      const auto some = play(with(with(one_request, "/warmup", warmup), "/stepping", stepping));
      INFO(place << " " << stepping);
      REQUIRE(some.values.at("gaps") == gaps);
      REQUIRE(some.values.at("answers") == 0);
      REQUIRE(some.values.count("ttft_p50_s") == 0);
      REQUIRE(some.values.count("slo_attainment") == 0);
      REQUIRE(some.values.at("requests_completed") == 1);
      REQUIRE(some.values.at("output_tokens") == 11);
      REQUIRE(some.values.at("duration_s") == all.values.at("duration_s"));
    }
  }
  const auto none = play(with(one_request, "/warmup", "1 h"));
  REQUIRE(none.values.at("gaps") == 0);
  REQUIRE(none.values.at("warnings") == all.values.at("warnings") + 1);
}

TEST_CASE("warmup: percentiles are those of the requests that arrive after it") {
  const auto base = with({}, "/workloads/load/num_prompts", "3000");
  const auto all = play(base);
  const double warmup = 301.25;
  const auto some = play(with(base, "/warmup", fmt::format("{} s", warmup)));
  REQUIRE(all.requests == some.requests);
  std::vector<double> ttfts;
  double sum = 0;
  for (const auto& [arrival, ttft] : all.requests) {
    if (arrival >= warmup) {
      ttfts.push_back(ttft);
      sum += ttft;
    }
  }
  REQUIRE(ttfts.size() < all.requests.size());
  REQUIRE(some.values.at("answers") == static_cast<double>(ttfts.size()));
  std::sort(ttfts.begin(), ttfts.end());
  REQUIRE(some.values.at("ttft_mean_s") == Approx(sum / static_cast<double>(ttfts.size())));
  REQUIRE(some.values.at("ttft_p50_s") == Approx(ttfts[ttfts.size() / 2]).epsilon(0.01));
  REQUIRE(some.values.at("slo_attainment") == 1);
  REQUIRE(some.values.at("goodput_requests_per_s") ==
          Approx(static_cast<double>(ttfts.size()) / (all.values.at("duration_s") - warmup)));
  for (const auto* name : {"requests_completed", "input_tokens", "output_tokens", "duration_s",
                           "energy_site_j", "cost_total_usd", "output_tokens_per_s"}) {
    REQUIRE(all.values.at(name) == some.values.at(name));
  }
}

TEST_CASE("warmup: stepping changes nothing, also with preemptions and a horizon") {
  for (const double warmup : {0.0, 7.123, 40.0, 63.3}) {
    for (const auto* horizon : {"", "80 s"}) {
      auto base = with(overload, "/warmup", fmt::format("{} s", warmup));
      if (*horizon != 0) {
        base = with(base, "/horizon", horizon);
      }
      const auto fast = play(base);
      const auto slow = play(with(base, "/stepping", "iteration"));
      INFO(warmup << " " << horizon);
      REQUIRE(fast.values.at("preemptions") > 0);
      REQUIRE(fast.values.at("gaps") == slow.values.at("gaps"));
      REQUIRE(fast.values.size() == slow.values.size());
      for (const auto& [name, value] : fast.values) {
        INFO(name);
        REQUIRE(std::abs(value - slow.values.at(name)) <= 1e-9 * std::abs(value));
      }
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
// Made-up agent sessions against the Claude Code sessions they are fitted to, and what recorded
// prompts share. Marginal quantiles are the fit itself; sums over a session, context lengths and
// the share of a prompt sent before are not, so they measure it.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "models/catalog.hpp"
#include "models/workload/agents_workload.hpp"
#include "sim/data/open_sessions.hpp"
#include "sim/data/open_trace.hpp"
#include "tests/validation/measurements.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;

namespace {

struct Statistics {
  std::vector<double> requests;         // of a session
  std::vector<double> session_input_k;  // thousands of tokens
  std::vector<double> input;
  std::vector<double> output;
  std::vector<double> gap_s;
  double repeated_tokens = 0;  // of a prompt's beginning, sent before in the session
  double input_tokens = 0;
};

void add(Statistics& statistics, const Session& session) {
  std::map<std::uint64_t, std::uint64_t> sent;  // tokens by content
  double sum = 0;
  for (const auto& request : session.requests) {
    bool repeats = true;
    for (const auto& span : session.prompt_of(request)) {
      auto& known = sent[span.content];
      if (repeats) {
        statistics.repeated_tokens +=
            static_cast<double>(std::min<std::uint64_t>(known, span.tokens));
      }
      repeats = repeats && known >= span.tokens;
      known = std::max<std::uint64_t>(known, span.tokens);
    }
    sum += request.input_tokens;
    statistics.input.push_back(request.input_tokens);
    statistics.output.push_back(request.output_tokens);
    if (request.after_begin < request.after_end) {
      statistics.gap_s.push_back(request.gap.seconds());
    }
  }
  statistics.input_tokens += sum;
  statistics.session_input_k.push_back(sum / 1e3);
  statistics.requests.push_back(static_cast<double>(session.requests.size()));
}

Statistics recorded() {
  const auto path = validation::measurements_path("claude_code_sessions.jsonl.gz");
  REQUIRE(sniff_session_format(ByteStream(path)) == "claude_code");
  const auto reader = open_sessions(ByteStream(path), "claude_code");
  Statistics statistics;
  for (Session session; reader->next(session);) {
    add(statistics, session);
  }
  REQUIRE(statistics.requests.size() == 241);
  REQUIRE(statistics.input.size() == 16'944 + 363 - 6);  // six had no answer
  return statistics;
}

Statistics made_up(std::uint64_t sessions) {
  SessionGenerator generator(AgentsWorkloadConfig(), plugin_table());
  generator.open([](std::string_view purpose) { return RandomStream(1, 0, "fit", purpose); });
  Statistics statistics;
  Session session;
  for (std::uint64_t i = 0; i < sessions; ++i) {
    session.clear();
    generator.fill(i, session);
    add(statistics, session);
  }
  return statistics;
}

double mean_of(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) {
    sum += value;
  }
  return sum / static_cast<double>(values.size());
}

double quantile_of(std::vector<double>& values, double p) {
  const auto at =
      values.begin() + static_cast<std::ptrdiff_t>(p * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

/// Prints both sides; every quantile and the mean must agree within `factor`.
void compare(const char* name, std::vector<double>& data, std::vector<double>& model,
             double factor) {
  const auto check = [&](const char* what, double a, double b) {
    fmt::print("{:24} {:>5} {:>12.1f} {:>12.1f}\n", name, what, a, b);
    INFO(name << " " << what << " " << a << " " << b);
    REQUIRE((b <= a * factor && b >= a / factor));
  };
  check("p10", quantile_of(data, 0.1), quantile_of(model, 0.1));
  check("p50", quantile_of(data, 0.5), quantile_of(model, 0.5));
  check("p90", quantile_of(data, 0.9), quantile_of(model, 0.9));
  check("p99", quantile_of(data, 0.99), quantile_of(model, 0.99));
  check("mean", mean_of(data), mean_of(model));
}

}  // namespace

TEST_CASE("agents: made-up sessions look like the recorded ones") {
  auto data = recorded();
  auto model = made_up(10'000);
  fmt::print("{:24} {:>5} {:>12} {:>12}\n", "", "", "recorded", "made up");
  compare("requests of a session", data.requests, model.requests, 1.25);
  compare("output tokens", data.output, model.output, 1.25);
  compare("gap, s", data.gap_s, model.gap_s, 1.4);
  compare("input tokens", data.input, model.input, 1.3);
  compare("session input, ktokens", data.session_input_k, model.session_input_k, 1.4);
  const double recorded_share = data.repeated_tokens / data.input_tokens;
  const double model_share = model.repeated_tokens / model.input_tokens;
  fmt::print("{:24} {:>5} {:>12.4f} {:>12.4f}\n", "share sent before", "", recorded_share,
             model_share);
  REQUIRE(recorded_share == Approx(0.9626).margin(0.001));
  REQUIRE(model_share == Approx(recorded_share).margin(0.02));
}

// The statistics that the trace's publishers and our copy's README give: 36.6 % of blocks.
TEST_CASE("prompts: blocks of the Mooncake conversation trace repeat as published") {
  const auto reader = open_request_trace(
      validation::measurements_path("mooncake_conversation.jsonl.gz"), "mooncake");
  std::set<std::uint64_t> contents;
  std::uint64_t blocks = 0;
  std::uint64_t tokens = 0;
  for (RequestRow row; reader->next(row);) {
    for (const auto& span : row.prompt) {
      contents.insert(span.content);
      tokens += span.tokens;
      ++blocks;
    }
  }
  REQUIRE(blocks == 288'500);
  REQUIRE(contents.size() == 182'790);
  REQUIRE(tokens == 144'793'823);
}

TEST_CASE("prompts: RAGPulse is read whole, in order of arrival") {
  const auto path = validation::measurements_path("0_trace.jsonl.gz");
  REQUIRE(sniff_trace_format(ByteStream(path)) == "ragpulse");
  const auto summary = check_requests(path, "ragpulse");
  REQUIRE(summary.rows == 7'106);
  REQUIRE(summary.last_arrival.seconds() == 604'603);
  REQUIRE(static_cast<double>(summary.input_tokens) / 7'106 == Approx(2944).margin(1));
  REQUIRE(static_cast<double>(summary.output_tokens) / 7'106 == Approx(283).margin(1));
}

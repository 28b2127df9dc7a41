// SPDX-License-Identifier: Apache-2.0
// The fields of made-up sessions and their defaults, fitted to recorded ones.
#include <utility>

#include "models/workload/session_generator.hpp"

namespace tokenfab {
namespace {

using Points = std::map<std::string, double>;

PluginConfig quantiles(Points points) {
  auto config = std::make_shared<QuantileLengthConfig>();
  config->points = std::move(points);
  return {"quantiles", std::move(config)};
}

}  // namespace

ResumedConfig::ResumedConfig()
    : turns(quantiles({{"0", 3},
                       {"0.1", 4},
                       {"0.25", 6},
                       {"0.5", 18},
                       {"0.75", 37},
                       {"0.9", 67},
                       {"0.95", 92},
                       {"0.98", 140},
                       {"1", 182}})),
      first_tokens(quantiles({{"0", 68'436},
                              {"0.1", 82'957},
                              {"0.25", 96'004},
                              {"0.5", 140'149},
                              {"0.6", 213'385},
                              {"0.75", 297'447},
                              {"0.85", 395'062},
                              {"0.95", 512'489},
                              {"1", 837'120}})) {}

void ResumedConfig::describe(Describe<ResumedConfig>& d) {
  using C = ResumedConfig;
  const auto lengths = [&](const char* key, PluginConfig C::*member, const char* meaning) {
    d.plugin(key, member, "distribution", meaning).number_means("fixed").source(session_fit);
  };
  d.field("share", &C::share, "Share of sessions that resume an earlier one")
      .range(0, 1)
      .source(session_fit);
  lengths("turns", &C::turns, "Their requests");
  lengths("first_tokens", &C::first_tokens, "Further tokens of their first prompt");
}

SubagentConfig::SubagentConfig()
    : number(quantiles({{"0", 1}, {"0.45", 1.4}, {"0.5", 2}, {"0.7", 2.4}, {"0.75", 3}, {"1", 3}})),
      turns(quantiles({{"0", 4}, {"0.25", 7}, {"0.5", 11}, {"0.75", 13}, {"0.9", 17}, {"1", 24}})),
      first_tokens(quantiles(
          {{"0", 167}, {"0.25", 1199}, {"0.5", 2487}, {"0.75", 3294}, {"0.9", 3326}, {"1", 9536}})),
      growth_tokens(quantiles({{"0", 25},
                               {"0.25", 549},
                               {"0.5", 2148},
                               {"0.75", 5514},
                               {"0.9", 12'816},
                               {"0.95", 29'134},
                               {"1", 60'000}})) {}

void SubagentConfig::describe(Describe<SubagentConfig>& d) {
  using C = SubagentConfig;
  const auto lengths = [&](const char* key, PluginConfig C::*member, const char* meaning) {
    d.plugin(key, member, "distribution", meaning).number_means("fixed").source(session_fit);
  };
  d.field("launch_share", &C::launch_share, "Share of turns after which sub-agents are launched")
      .range(0, 1)
      .source(session_fit);
  lengths("number", &C::number, "Sub-agents launched at a time");
  lengths("turns", &C::turns, "Requests of a sub-agent");
  d.field("system_tokens", &C::system_tokens,
          "System prompt and tools of a sub-agent, the same for all")
      .range(0, 1e6)
      .source(session_fit);
  lengths("first_tokens", &C::first_tokens, "Further tokens of a sub-agent's first prompt");
  lengths("growth_tokens", &C::growth_tokens, "Tokens that come in with each of its turns");
}

void BranchConfig::describe(Describe<BranchConfig>& d) {
  using C = BranchConfig;
  d.field("launch_share", &C::launch_share, "Share of turns after which branches run in parallel")
      .range(0, 1)
      .source("none in the Claude Code sessions of kv-cache-tester @94f6046d");
  d.field("number", &C::number, "Branches at a time").range(1, 1000);
  d.field("tokens", &C::tokens, "Tokens that a branch adds to the context it shares").range(1, 1e6);
}

SessionGeneratorConfig::SessionGeneratorConfig()
    : turns(quantiles({{"0", 3},
                       {"0.05", 7},
                       {"0.1", 17},
                       {"0.25", 36},
                       {"0.5", 71},
                       {"0.75", 123},
                       {"0.9", 201},
                       {"0.95", 259},
                       {"0.98", 342},
                       {"1", 439}})),
      first_tokens(quantiles({{"0", 159},
                              {"0.05", 448},
                              {"0.1", 652},
                              {"0.25", 3153},
                              {"0.5", 4397},
                              {"0.75", 6889},
                              {"0.85", 29'064},
                              {"0.9", 42'714},
                              {"0.95", 54'564},
                              {"1", 64'131}})),
      growth_tokens(quantiles({{"0", 1},
                               {"0.1", 1},
                               {"0.25", 45},
                               {"0.5", 265},
                               {"0.75", 855},
                               {"0.85", 1667},
                               {"0.9", 2666},
                               {"0.95", 5476},
                               {"0.98", 9859},
                               {"0.99", 15'041},
                               {"0.995", 22'484},
                               {"0.999", 74'339},
                               {"1", 344'708}})),
      output_tokens(quantiles({{"0", 1},
                               {"0.05", 84},
                               {"0.1", 99},
                               {"0.25", 133},
                               {"0.5", 202},
                               {"0.75", 382},
                               {"0.85", 570},
                               {"0.9", 770},
                               {"0.95", 1301},
                               {"0.98", 2337},
                               {"0.99", 3454},
                               {"0.999", 7919},
                               {"1", 16'681}})),
      context_max(quantiles({{"0", 120'000},
                             {"0.2", 146'000},
                             {"0.7", 160'000},
                             {"0.93", 168'000},
                             {"0.94", 900'000},
                             {"1", 900'000}})),
      compacted_tokens(quantiles({{"0", 1000},
                                  {"0.1", 6350},
                                  {"0.25", 12'104},
                                  {"0.5", 22'743},
                                  {"0.75", 45'681},
                                  {"0.9", 73'909},
                                  {"1", 90'000}})),
      think_time_s({{"0", 0},
                    {"0.05", 7},
                    {"0.25", 36},
                    {"0.5", 134},
                    {"0.75", 539},
                    {"0.85", 1226},
                    {"0.9", 2211},
                    {"0.95", 3275},
                    {"0.99", 9223},
                    {"1", 77'589}}),
      tool_time_s({{"0", 0},
                   {"0.05", 3},
                   {"0.25", 5},
                   {"0.5", 8},
                   {"0.75", 18},
                   {"0.85", 39},
                   {"0.9", 79},
                   {"0.95", 162},
                   {"0.98", 598},
                   {"0.99", 659},
                   {"0.999", 3145},
                   {"1", 11'360}}) {}

}  // namespace tokenfab

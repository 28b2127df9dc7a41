// SPDX-License-Identifier: Apache-2.0
#include "models/workload/agents_workload.hpp"

#include <utility>

namespace tokenfab {

void AgentsWorkloadConfig::describe(Describe<AgentsWorkloadConfig>& d) {
  using C = SessionGeneratorConfig;
  using Points = std::map<std::string, double>;
  const auto lengths = [&](const char* key, PluginConfig C::*member, const char* meaning) {
    d.plugin(key, member, "distribution", meaning).number_means("fixed").source(session_fit);
  };
  describe_in(d);
  lengths("turns", &C::turns, "Requests of a session, without those of sub-agents and branches");
  d.field<std::uint32_t>("system_tokens", &C::system_tokens,
                         "System prompt and tools, the same at the head of every prompt")
      .range(0, 1e6)
      .source(session_fit);
  lengths("first_tokens", &C::first_tokens, "Further tokens of a session's first prompt");
  lengths(
      "growth_tokens", &C::growth_tokens,
      "Tokens that come in with each turn besides the answer: a tool's output, a human's words");
  lengths("output_tokens", &C::output_tokens, "Tokens of an answer");
  lengths("context_max", &C::context_max,
          "Prompt tokens of a session above which its context is compacted; one that begins above "
          "it has the largest");
  lengths("compacted_tokens", &C::compacted_tokens,
          "Tokens of a compacted context besides system_tokens");
  d.field<double>("think_share", &C::think_share,
                  "Share of turns that wait for a human (think_time_s), not for a tool")
      .range(0, 1)
      .source(session_fit);
  d.field<Points>("think_time_s", &C::think_time_s,
                  "A human's time between answer and next turn: probability (\"0\" to \"1\", both "
                  "included) -> seconds; linear in between")
      .range(0, 1e9)
      .source(session_fit);
  d.field<Points>("tool_time_s", &C::tool_time_s,
                  "A tool's time between answer and next turn, as think_time_s")
      .range(0, 1e9)
      .source(session_fit);
  d.object<ResumedConfig>("resumed", &C::resumed, "Sessions that begin with an earlier context");
  d.object<SubagentConfig>("subagents", &C::subagents, "Parallel agents that a turn launches");
  d.object<BranchConfig>("branches", &C::branches, "Parallel requests on a turn's context");
}

void AgentsWorkload::open(WorkloadInputs inputs) {
  generator_.open(inputs.stream);
  SessionWorkload::open(std::move(inputs));
}

std::optional<std::uint64_t> AgentsWorkload::expected_requests() const {
  const auto sessions = load().expected();
  return sessions ? std::optional(static_cast<std::uint64_t>(static_cast<double>(*sessions) *
                                                             generator_.mean_requests()))
                  : std::nullopt;
}

std::optional<double> AgentsWorkload::offered_rate_per_s() const {
  const auto sessions = load().rate_per_s();
  return sessions ? std::optional(*sessions * generator_.mean_requests()) : std::nullopt;
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// Agents at work, or people in a chat: made-up sessions of many turns in closed loop
// (session_generator.hpp), which begin as session_workload.hpp says. For a plain chat give `turns`,
// `first_tokens` and `growth_tokens` as a human writes them, "think_share": 1 and 0 as the shares
// of `resumed` and `subagents`.
#pragma once

#include "models/workload/session_generator.hpp"
#include "models/workload/session_workload.hpp"

namespace tokenfab {

struct AgentsWorkloadConfig : SessionLoadConfig, SessionGeneratorConfig {
  static void describe(Describe<AgentsWorkloadConfig>& d);
};

class AgentsWorkload final : public SessionWorkload {
 public:
  /// Throws std::invalid_argument for values that contradict each other.
  AgentsWorkload(const AgentsWorkloadConfig& config, const PluginTable& plugins)
      : SessionWorkload(config, "an agents workload"), generator_(config, plugins) {}

  void open(WorkloadInputs inputs) override;
  std::optional<std::uint64_t> expected_requests() const override;
  std::optional<double> offered_rate_per_s() const override;

 private:
  bool fill(std::uint64_t number, Session& session) override {
    generator_.fill(number, session);
    return true;
  }

  SessionGenerator generator_;
};

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// Makes up sessions of an agent: turns in a chain, each prompt the whole context so far. A context
// is what all sessions share (system prompt and tools), what the session began with, every answer
// so far and what came in with each turn (a tool's output or a human's words). Sessions that resume
// an earlier one begin with its context and are shorter. Where a context would grow over a limit it
// is compacted to a new, shorter text. After some turns sub-agents work in parallel
// with a shared system prompt and a context of their own, or branches in parallel on the same
// context; the next turn waits for all of them.
//
// The defaults are our fit to the Claude Code sessions of callanjfox/kv-cache-tester at 94f6046d:
// quantiles of the recorded requests (16,944 of 241 sessions). tests/validation compares what comes
// out. Left out: correlation between a session's draws (of turns and growth, say; resumed ones
// stand for the strongest), prompts that change in the middle, requests of sub-agents with
// sub-agents of their own.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/workload/length_distribution.hpp"
#include "models/workload/quantile_function.hpp"
#include "sim/api/field.hpp"
#include "sim/api/plugin.hpp"
#include "sim/api/session.hpp"
#include "sim/core/random.hpp"

namespace tokenfab {

inline constexpr const char* session_fit =
    "our fit to the Claude Code sessions of callanjfox/kv-cache-tester @94f6046d, 2026-11";

struct ResumedConfig {
  double share = 0.34;
  PluginConfig turns;
  PluginConfig first_tokens;

  ResumedConfig();
  static void describe(Describe<ResumedConfig>& d);
};

struct SubagentConfig {
  double launch_share = 0.0011;
  PluginConfig number;
  PluginConfig turns;
  std::uint32_t system_tokens = 8'900;
  PluginConfig first_tokens;
  PluginConfig growth_tokens;

  SubagentConfig();
  static void describe(Describe<SubagentConfig>& d);
};

struct BranchConfig {
  double launch_share = 0;
  std::int64_t number = 2;
  std::uint32_t tokens = 100;

  static void describe(Describe<BranchConfig>& d);
};

struct SessionGeneratorConfig {
  PluginConfig turns;
  std::uint32_t system_tokens = 14'400;
  PluginConfig first_tokens;
  PluginConfig growth_tokens;
  PluginConfig output_tokens;
  PluginConfig context_max;
  PluginConfig compacted_tokens;
  double think_share = 0.15;
  std::map<std::string, double> think_time_s;
  std::map<std::string, double> tool_time_s;
  ResumedConfig resumed;
  SubagentConfig subagents;
  BranchConfig branches;

  SessionGeneratorConfig();
};

class SessionGenerator {
 public:
  /// Throws std::invalid_argument for bad quantiles, naming their field.
  SessionGenerator(const SessionGeneratorConfig& config, const PluginTable& plugins);

  void open(const std::function<RandomStream(std::string_view purpose)>& stream);
  /// Fills a cleared session; the same for the same stream and the same calls before.
  void fill(std::uint64_t number, Session& session);

  /// Mean requests of a session, those of sub-agents and branches too.
  double mean_requests() const;

 private:
  using Lengths = std::unique_ptr<LengthDistribution>;

  /// A text that grows, after one that is shared.
  struct Context {
    std::uint64_t system = 0;  // content numbers
    std::uint64_t text = 0;
    std::uint32_t system_tokens = 0;
    std::uint64_t tokens = 0;  // of the text
  };

  std::uint32_t add_turn(Session& session, const Context& context, Duration pause);
  void compact_above(std::uint64_t limit, Context& context);
  void add_subagents(Session& session, std::uint32_t turn, std::uint64_t number);
  std::uint64_t add_branches(Session& session, std::uint32_t turn, const Context& context);
  Duration draw_gap(const QuantileFunction& seconds);
  bool happens(double share) { return share > 0 && stream_->uniform() < share; }

  SessionGeneratorConfig config_;
  Lengths turns_;
  Lengths first_;
  Lengths growth_;
  Lengths output_;
  Lengths resumed_turns_;
  Lengths resumed_first_;
  Lengths context_max_;
  Lengths compacted_;
  Lengths subagent_number_;
  Lengths subagent_turns_;
  Lengths subagent_first_;
  Lengths subagent_growth_;
  QuantileFunction think_time_;
  QuantileFunction tool_time_;
  std::optional<RandomStream> stream_;
  std::uint64_t system_content_ = 0;
  std::uint64_t subagent_content_ = 0;
  std::uint64_t own_content_ = 0;
  std::vector<std::uint32_t> awaited_;  // by the next turn
};

}  // namespace tokenfab

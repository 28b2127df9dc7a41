// SPDX-License-Identifier: Apache-2.0
// Trying configurations out: so many units of a layout on a stretch of the load, each run in a
// process of its own, judged by the limits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/plan/plan_context.hpp"
#include "sim/sweep/run_answer.hpp"

namespace tokenfab {

/// What is tried.
struct Trial {
  std::size_t layout = 0;  // its number
  std::int64_t units = 1;
  double fraction = 1;  // of the load
  auto operator<=>(const Trial&) const = default;
};

/// What came of it.
struct Verdict {
  bool is_played = false;  // false: refused for its budget, or the run has no numbers
  std::string reason;      // why it has no numbers
  RunAnswer answer;        // means over replications
  std::optional<double> objective;
  std::vector<double> misses;  // by limit, the worst of all replications

  double slo_miss = 0;  // the largest of service levels
  double budget_miss = 0;

  bool is_feasible() const { return reason.empty() && slo_miss == 0 && budget_miss == 0; }
};

/// The request of a trial, without --seed of a replication.
ScenarioRequest request_of(const PlanContext& context, const Trial& trial);

class Trials {
 public:
  /// `context` outlives it. `watch` hears how many runs are done and how many are known to be
  /// needed; false ends all.
  Trials(const PlanContext& context, std::function<bool(std::size_t, std::size_t)> watch);

  /// Plays what has not been played. False: `watch` ended it.
  bool play(const std::vector<Trial>& trials);
  /// Of a trial that was played.
  const Verdict& verdict(const Trial& trial) const { return verdicts_.at(trial); }
  bool has(const Trial& trial) const { return verdicts_.count(trial) != 0; }
  const std::map<Trial, Verdict>& all() const { return verdicts_; }
  std::size_t run_count() const { return runs_; }
  /// Input and output tokens per second of the fastest full run; absent before one.
  std::optional<double> tokens_per_s() const { return tokens_per_s_; }

 private:
  std::int64_t replications(const Trial& trial) const;
  Verdict refused_early(const Trial& trial) const;
  Verdict judged(const Trial& trial, const std::vector<RunAnswer>& answers) const;
  void add_derived(const Trial& trial, RunAnswer& answer) const;
  void note_tokens(const Trial& trial, const Verdict& verdict);

  const PlanContext& context_;
  std::function<bool(std::size_t, std::size_t)> watch_;
  std::map<Trial, Verdict> verdicts_;
  std::size_t runs_ = 0;
  std::optional<double> tokens_per_s_;
};

}  // namespace tokenfab

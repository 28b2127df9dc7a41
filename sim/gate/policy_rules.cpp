// SPDX-License-Identifier: Apache-2.0
#include "sim/gate/policy_rules.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include "sim/sweep/glob.hpp"

namespace tokenfab {
namespace {

constexpr double default_relative = 1e-6;
// Where two lines cross at a small angle, a change of their costs moves the crossing by many times
// as much.
constexpr double default_break_even_relative = 0.01;

constexpr auto lower_is_better = std::to_array<std::string_view>({"requests_rejected*",
                                                                  "requests_failed",
                                                                  "requests_retried",
                                                                  "preemptions",
                                                                  "kv_transfer_mean_s",
                                                                  "ttft_*",
                                                                  "tpot_*",
                                                                  "itl_*",
                                                                  "e2el_*",
                                                                  "cold_starts",
                                                                  "replica_failures",
                                                                  "tenant_service_gap",
                                                                  "tasks_failed",
                                                                  "jobs_rejected",
                                                                  "job_wait_*",
                                                                  "job_completion_*",
                                                                  "job_bounded_slowdown_*",
                                                                  "job_end_s",
                                                                  "job_queue_mean",
                                                                  "makespan_s",
                                                                  "fragmentation",
                                                                  "interruptions",
                                                                  "job_preemptions",
                                                                  "chip_time_lost_s",
                                                                  "chip_time_checkpointing_s",
                                                                  "chip_time_restarting_s",
                                                                  "chip_time_waiting_s",
                                                                  "chip_time_repairing_s",
                                                                  "step_time_s",
                                                                  "energy_dynamic_j",
                                                                  "energy_per_*",
                                                                  "energy_it_j",
                                                                  "energy_site_j",
                                                                  "energy_conversion_j",
                                                                  "energy_import_j",
                                                                  "energy_genset_j",
                                                                  "energy_over_limit_j",
                                                                  "energy_shortfall_j",
                                                                  "pue",
                                                                  "water_l",
                                                                  "wue_l_per_kwh",
                                                                  "carbon_*",
                                                                  "peak_*",
                                                                  "chip_temperature_max_degc",
                                                                  "grid_outage_s",
                                                                  "dark_s",
                                                                  "blackouts",
                                                                  "thermal_shutdowns",
                                                                  "breaker_trips",
                                                                  "unreachable_caps",
                                                                  "cost_*"});

constexpr auto higher_is_better = std::to_array<std::string_view>({"requests_completed",
                                                                   "requests_within_deadline",
                                                                   "images_completed",
                                                                   "video_seconds_completed",
                                                                   "*_tokens_per_s*",
                                                                   "images_per_s",
                                                                   "video_seconds_per_s",
                                                                   "prefix_cache_hit_rate",
                                                                   "tier_hit_rate",
                                                                   "speculative_acceptance",
                                                                   "goodput_*",
                                                                   "slo_attainment",
                                                                   "mfu",
                                                                   "mbu",
                                                                   "training_mfu",
                                                                   "fairness_jain_index",
                                                                   "tasks_completed",
                                                                   "daily_active_agents",
                                                                   "jobs_completed",
                                                                   "mttf_s",
                                                                   "effective_training_time_ratio",
                                                                   "renewable_share",
                                                                   "clock_mean",
                                                                   "battery_health",
                                                                   "revenue_*",
                                                                   "margin_usd"});

/// Characters that stand for themselves: the more, the more exact the pattern is.
std::ptrdiff_t exactness(const std::string& pattern) {
  return static_cast<std::ptrdiff_t>(pattern.size()) -
         std::count(pattern.begin(), pattern.end(), '*');
}

template <class Patterns>
bool any_matches(const Patterns& patterns, std::string_view name) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [name](std::string_view each) { return matches_glob(each, name); });
}

}  // namespace

bool CheckRule::harms(double baseline, double now) const {
  switch (direction) {
    case Direction::LowerIsBetter:
      return now > baseline;
    case Direction::HigherIsBetter:
      return now < baseline;
    default:
      return now != baseline;
  }
}

Direction direction_of(std::string_view metric) {
  if (metric.starts_with("cost/")) {
    return Direction::LowerIsBetter;
  }
  if (metric.starts_with("energy/")) {  // sources are positive, uses negative
    return Direction::Both;
  }
  const auto name = metric.substr(metric.rfind('/') + 1);  // "services/chat/ttft_p99_s"
  if (any_matches(lower_is_better, name)) {
    return Direction::LowerIsBetter;
  }
  return any_matches(higher_is_better, name) ? Direction::HigherIsBetter : Direction::Both;
}

CheckRule default_rule(const CheckName& name) {
  CheckRule rule;
  rule.direction = direction_of(name.item);
  rule.tolerance.relative = default_relative;
  if (name.item.starts_with("break_even/")) {
    rule.tolerance.relative = default_break_even_relative;
  }
  if (name.item == "front") {
    rule.severity = Severity::Warning;
  }
  return rule;
}

bool pattern_covers(const std::string& pattern, const CheckName& name) {
  const bool is_whole = pattern.find(':') != std::string::npos;
  return matches_glob(pattern, is_whole ? name.text() : name.item);
}

PolicyRules::PolicyRules(const GatePolicy& policy)
    : rules_(policy.rules.begin(), policy.rules.end()) {
  std::stable_sort(rules_.begin(), rules_.end(), [](const auto& a, const auto& b) {
    return exactness(a.first) > exactness(b.first);
  });
}

CheckRule PolicyRules::rule_for(const CheckName& name) const {
  auto rule = default_rule(name);
  for (auto each = rules_.rbegin(); each != rules_.rend(); ++each) {
    const auto& [pattern, own] = *each;
    if (!pattern_covers(pattern, name)) {
      continue;
    }
    if (own.direction != Direction::Inherit) {
      rule.direction = own.direction;
    }
    if (own.severity != Severity::Inherit) {
      rule.severity = own.severity;
    }
    rule.tolerance.relative = own.relative.value_or(rule.tolerance.relative);
    rule.tolerance.absolute = own.absolute.value_or(rule.tolerance.absolute);
    rule.required = own.required.value_or(rule.required);
    rule.fail_on_improvement = own.fail_on_improvement.value_or(rule.fail_on_improvement);
  }
  return rule;
}

bool PolicyRules::sets_direction(const CheckName& name) const {
  return std::any_of(rules_.begin(), rules_.end(), [&name](const auto& each) {
    return each.second.direction != Direction::Inherit && pattern_covers(each.first, name);
  });
}

}  // namespace tokenfab

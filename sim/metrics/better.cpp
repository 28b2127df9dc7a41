// SPDX-License-Identifier: Apache-2.0
#include "sim/metrics/better.hpp"

#include <algorithm>
#include <span>

namespace tokenfab {
namespace {

// A * at the end stands for any characters.
constexpr std::string_view lower_is_better[] = {"requests_rejected*",
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
                                                "cost_*"};

constexpr std::string_view higher_is_better[] = {"requests_completed",
                                                 "requests_within_deadline",
                                                 "images_completed",
                                                 "video_seconds_completed",
                                                 "output_tokens_per_s*",
                                                 "total_tokens_per_s*",
                                                 "training_tokens_per_s*",
                                                 "interactivity_*",
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
                                                 "margin_usd"};

bool any_matches(std::span<const std::string_view> patterns, std::string_view name) {
  return std::any_of(patterns.begin(), patterns.end(), [name](std::string_view each) {
    return each.ends_with('*') ? name.starts_with(each.substr(0, each.size() - 1)) : name == each;
  });
}

}  // namespace

Better better_of(std::string_view metric) {
  if (metric.starts_with("cost/")) {
    return Better::Lower;
  }
  if (metric.starts_with("energy/")) {  // sources are positive, uses negative
    return Better::Neither;
  }
  const auto name = metric.substr(metric.rfind('/') + 1);
  if (any_matches(lower_is_better, name)) {
    return Better::Lower;
  }
  return any_matches(higher_is_better, name) ? Better::Higher : Better::Neither;
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "sim/compare/metric_sense.hpp"

#include <algorithm>
#include <array>

namespace tokenfab {
namespace {

constexpr std::array<std::string_view, 32> lower{"cost_",
                                                 "ttft_",
                                                 "tpot_",
                                                 "itl_",
                                                 "e2el_",
                                                 "energy_",
                                                 "pue",
                                                 "wue_",
                                                 "water_",
                                                 "carbon_",
                                                 "peak_",
                                                 "requests_rejected",
                                                 "requests_failed",
                                                 "requests_in_flight",
                                                 "preemptions",
                                                 "kv_transfer_mean_s",
                                                 "cold_starts",
                                                 "replica_failures",
                                                 "tenant_service_gap",
                                                 "tasks_failed",
                                                 "jobs_rejected",
                                                 "job_wait_",
                                                 "job_completion_",
                                                 "job_bounded_slowdown_",
                                                 "makespan_s",
                                                 "job_queue_mean",
                                                 "fragmentation",
                                                 "interruptions",
                                                 "step_time_s",
                                                 "dark_s",
                                                 "blackouts",
                                                 "grid_outage_s"};

constexpr std::array<std::string_view, 22> higher{"requests_completed",
                                                  "requests_within_deadline",
                                                  "output_tokens_per_s",
                                                  "total_tokens_per_s",
                                                  "images_per_s",
                                                  "video_seconds_per_s",
                                                  "interactivity_",
                                                  "goodput_",
                                                  "slo_attainment",
                                                  "chip_utilization",
                                                  "mfu",
                                                  "mbu",
                                                  "prefix_cache_hit_rate",
                                                  "tasks_completed",
                                                  "daily_active_agents",
                                                  "jobs_completed",
                                                  "training_tokens_per_s",
                                                  "training_mfu",
                                                  "effective_training_time_ratio",
                                                  "renewable_share",
                                                  "revenue_",
                                                  "margin_"};

template <std::size_t count>
bool begins_with_one(std::string_view name, const std::array<std::string_view, count>& beginnings) {
  return std::any_of(beginnings.begin(), beginnings.end(),
                     [name](std::string_view beginning) { return name.starts_with(beginning); });
}

}  // namespace

MetricSense sense_of(std::string_view name) {
  if (name.starts_with("cost/")) {
    return MetricSense::Lower;
  }
  if (name.starts_with("energy/")) {
    return MetricSense::Neither;
  }
  const auto metric = name.substr(name.rfind('/') + 1);  // npos + 1 = 0
  // What the site makes itself or sells is neither good nor bad as such.
  if (metric == "energy_export_j" || metric == "energy_solar_j" || metric == "energy_wind_j") {
    return MetricSense::Neither;
  }
  if (begins_with_one(metric, lower)) {
    return MetricSense::Lower;
  }
  return begins_with_one(metric, higher) ? MetricSense::Higher : MetricSense::Neither;
}

}  // namespace tokenfab

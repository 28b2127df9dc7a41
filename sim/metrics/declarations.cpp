// SPDX-License-Identifier: Apache-2.0
#include "sim/metrics/declarations.hpp"

#include <array>
#include <cmath>

#include "sim/core/check.hpp"

namespace tokenfab {
namespace {

constexpr auto declarations = std::to_array<MetricDeclaration>({
    {"requests_completed", "1", "Requests whose last token, image or video was delivered"},
    {"requests_rejected", "1", "Requests refused, for any of the reasons below"},
    {"requests_rejected_too_long", "1", "Requests refused: longer than context or KV cache"},
    {"requests_rejected_rate_limit", "1", "Requests refused: beyond their tenant's rate limit"},
    {"requests_rejected_quota", "1", "Requests refused: beyond their tenant's quota"},
    {"requests_rejected_deadline", "1", "Requests dropped: they waited beyond their deadline"},
    {"requests_rejected_region", "1",
     "Requests refused: no pool where their tenant's data may be processed"},
    {"requests_rejected_no_capacity", "1", "Requests refused: no replica in service"},
    {"requests_failed", "1", "Requests lost after they were admitted, beyond their retries"},
    {"requests_retried", "1", "Times a request began anew after its replica was lost"},
    {"requests_in_flight", "1", "Requests that had arrived and not ended when the run stopped"},
    {"input_tokens", "1", "Prompt tokens of requests whose first token was delivered"},
    {"output_tokens", "1", "Tokens delivered"},
    {"cached_input_tokens", "1", "Prompt tokens found in a prefix cache"},
    {"prefix_cache_hit_rate", "1", "Prompt tokens found in the prefix cache over those looked up"},
    {"tier_hit_tokens", "1", "Prompt tokens found in this tier of the prefix cache"},
    {"tier_hit_rate", "1",
     "Prompt tokens found in this tier of the prefix cache over those looked up"},
    {"images_completed", "1", "Images delivered"},
    {"video_seconds_completed", "s", "Playing time of the videos delivered"},
    {"preemptions", "1", "Times a running request lost its KV cache to an older one"},
    {"speculative_acceptance", "1", "Draft tokens accepted over draft tokens proposed"},
    {"kv_transfers", "1", "KV caches sent from a prefill to a decode replica"},
    {"kv_transfer_bytes", "B", "Bytes of these KV caches"},
    {"kv_transfer_mean_s", "s", "Time that sending one took, mean"},
    {"duration_s", "s", "Simulated time from the start to the end of the run"},
    {"output_tokens_per_s", "1/s", "Output tokens over the duration"},
    {"total_tokens_per_s", "1/s", "Input and output tokens over the duration"},
    {"output_tokens_per_s_per_chip", "1/s", "Output tokens over the time replicas held chips"},
    {"total_tokens_per_s_per_chip", "1/s",
     "Input and output tokens over the time replicas held chips"},
    {"images_per_s", "1/s", "Images delivered over the duration"},
    {"video_seconds_per_s", "1", "Playing time of the videos delivered over the duration"},
    {"interactivity_tokens_per_s_per_user", "1/s", "1 / tpot_p50_s"},
    {"ttft_mean_s", "s", "Time from arrival to the first token, mean"},
    {"ttft_p50_s", "s", "Time from arrival to the first token, median"},
    {"ttft_p90_s", "s", "Time from arrival to the first token, 90th percentile"},
    {"ttft_p99_s", "s", "Time from arrival to the first token, 99th percentile"},
    {"tpot_mean_s", "s", "(E2EL - TTFT) / (output tokens - 1) per request, mean"},
    {"tpot_p50_s", "s", "(E2EL - TTFT) / (output tokens - 1) per request, median"},
    {"tpot_p90_s", "s", "(E2EL - TTFT) / (output tokens - 1) per request, 90th percentile"},
    {"tpot_p99_s", "s", "(E2EL - TTFT) / (output tokens - 1) per request, 99th percentile"},
    {"itl_mean_s", "s", "Gap between consecutive tokens of a request, mean of all gaps"},
    {"itl_p50_s", "s", "Gap between consecutive tokens of a request, median of all gaps"},
    {"itl_p90_s", "s", "Gap between consecutive tokens of a request, 90th percentile"},
    {"itl_p99_s", "s", "Gap between consecutive tokens of a request, 99th percentile"},
    {"e2el_mean_s", "s", "Time from arrival to the last token, image or video, mean"},
    {"e2el_p50_s", "s", "Time from arrival to the last token, image or video, median"},
    {"e2el_p90_s", "s", "Time from arrival to the last token, image or video, 90th percentile"},
    {"e2el_p99_s", "s", "Time from arrival to the last token, image or video, 99th percentile"},
    {"goodput_requests_per_s", "1/s",
     "Completed requests within the service level per second after the warmup"},
    {"slo_attainment", "1",
     "Share of ended requests within the service level, of those after the warmup"},
    {"chip_utilization", "1",
     "Share of the time replicas held chips with an engine step or a batch under way"},
    {"mfu", "1", "Model FLOP over dense peak and the time replicas held chips"},
    {"mbu", "1", "Weight and KV cache bytes over peak bandwidth and the time replicas held chips"},
    {"kv_cache_utilization", "1", "Tokens in the KV cache over its capacity, mean over time"},
    {"time_share_weights", "1", "Share of busy time spent waiting for weights"},
    {"time_share_kv_cache", "1", "Share of busy time spent reading the KV cache"},
    {"time_share_matmul", "1", "Share of busy time in compute-bound matrix products"},
    {"time_share_attention", "1", "Share of busy time in prefill attention"},
    {"time_share_communication", "1", "Share of busy time in collectives"},
    {"time_share_overhead", "1", "Share of busy time in launches, small kernels and the host"},
    {"time_share_sampling", "1", "Share of busy time in sampling and detokenization"},
    {"time_share_text_encoder", "1", "Share of busy time in the text encoders of diffusion models"},
    {"time_share_vae_decode", "1", "Share of busy time in the decoders of diffusion models"},
    {"chips", "1", "Chips owned or rented"},
    {"chips_allocated", "1", "Chips allocated to services"},
    {"replicas_mean", "1", "Replicas that held chips, mean over time"},
    {"cold_starts", "1", "Replicas that loaded their weights before they served"},
    {"replica_failures", "1", "Replicas lost to failures"},
    {"service_tokens", "1",
     "Input tokens that no cache held plus twice the output tokens, over the tenant's weight"},
    {"tenant_service_gap", "1",
     "Largest difference of service_tokens between two tenants, over the tenants' mean"},
    {"fairness_jain_index", "1",
     "(sum x)^2 / (n sum x^2) of the n tenants' service_tokens x: 1 if all have the same"},
    {"tasks_completed", "1", "Agents' sessions whose every request was served"},
    {"requests_within_deadline", "1", "Requests of an offline batch answered by its deadline"},
    {"tasks_failed", "1", "Agents' sessions given up after a lost request"},
    {"daily_active_agents", "1",
     "Distinct agents that completed a task on a day, mean over the run's local days"},
    {"jobs_completed", "1", "Jobs that ran to their end"},
    {"jobs_rejected", "1", "Jobs refused: larger than their cluster"},
    {"jobs_dropped", "1",
     "Rows of job traces that are no jobs to be played: without run time, chips or a date"},
    {"jobs_running", "1", "Jobs that ran when the run stopped"},
    {"jobs_waiting", "1", "Jobs that waited when the run stopped"},
    {"job_wait_mean_s", "s",
     "Time from submission to the first start, mean of completed jobs and of jobs of zero run "
     "time, "
     "which are not played and wait for nothing"},
    {"job_wait_max_s", "s", "The same, longest"},
    {"job_completion_mean_s", "s", "Time from submission to the end of completed jobs, mean"},
    {"job_bounded_slowdown_mean", "1",
     "max(1, (wait + run) / max(run, 10 s)), mean of the same jobs"},
    {"makespan_s", "s", "End of the last job, from date 0"},
    {"job_start_s", "s", "Date at which the job's turn came"},
    {"job_end_s", "s", "Date at which the job ended"},
    {"job_queue_mean", "1", "Jobs waiting, mean over time"},
    {"job_chip_utilization", "1", "Chip time held by jobs over that in service for jobs"},
    {"fragmentation", "1",
     "Share of the free chips in nodes that are partly taken, mean over time"},
    {"interruptions", "1", "Times a job lost its chips to a failure"},
    {"mttf_s", "s",
     "Mean time between a training job's interruptions, from its first start; absent without any"},
    {"job_moves", "1", "Times a job was moved to make room for one that needs whole nodes"},
    {"job_preemptions", "1", "Times a job lost its chips to another job or to a service"},
    {"chip_hours", "h", "Chip time held by jobs, in hours"},
    {"chip_time_useful_s", "s", "Chip time of work that counts"},
    {"chip_time_lost_s", "s", "Chip time of work that had to be done again"},
    {"chip_time_checkpointing_s", "s", "Chip time standing still for checkpoints"},
    {"chip_time_restarting_s", "s", "Chip time of starts, loads and re-sharding"},
    {"chip_time_waiting_s", "s", "Chip time held by jobs that waited for something"},
    {"chip_time_spare_s", "s", "Chip time held by jobs in reserve"},
    {"chip_time_idle_s", "s", "Chip time in service that nobody held"},
    {"chip_time_repairing_s", "s", "Chip time out of service"},
    {"chip_time_serving_s", "s", "Chip time set aside for services"},
    {"training_tokens", "1", "Tokens of the training steps that count"},
    {"training_steps", "1", "Training steps that count"},
    {"training_tokens_per_s", "1/s", "Training tokens over the time since the job first started"},
    {"training_tokens_per_s_per_chip", "1/s", "Training tokens over the chip time of their jobs"},
    {"step_time_s", "s",
     "Training step with all its chips at full clock; of several jobs the longest"},
    {"training_mfu", "1",
     "Model FLOP of a training step over its chips' dense peak in the precision trained in"},
    {"effective_training_time_ratio", "1",
     "Time of training steps that count over the time since the job first started"},
    {"checkpoints", "1", "Checkpoints that reached the storage"},
    {"checkpoint_bytes", "B", "Bytes of these checkpoints"},
    {"energy_dynamic_j", "J",
     "Energy of the jobs' chips and hosts above idle, behind their power supplies"},
    {"energy_per_training_token_j", "J", "Site energy of training jobs per training token"},
    {"cost_per_mtok_training_usd", "USD", "Cost of training jobs per million training tokens"},
    {"energy_it_j", "J", "Energy into the rack power supplies"},
    {"energy_site_j", "J", "Energy used on site, wherever it came from"},
    {"pue", "1", "Site energy over IT energy"},
    {"energy_per_output_token_j", "J", "Site energy per output token"},
    {"energy_per_image_j", "J",
     "Site energy charged to images, by their share of busy time, per image"},
    {"energy_per_video_second_j", "J",
     "Site energy charged to videos, by their share of busy time, per second of playing time"},
    {"energy_conversion_j", "J", "Lost between the site's connection and the racks"},
    {"energy_chillers_j", "J", "Energy of chillers"},
    {"energy_heat_rejection_j", "J", "Energy of cooling towers and dry coolers"},
    {"energy_pumps_j", "J", "Energy of pumps of coolant, chilled and condenser water"},
    {"energy_fans_j", "J", "Energy of air handlers' fans; those of servers are IT"},
    {"energy_auxiliaries_j", "J", "Energy of cooling and auxiliaries that is not told apart"},
    {"energy_import_j", "J", "Energy bought from the grid"},
    {"energy_export_j", "J", "Energy sold to the grid"},
    {"energy_solar_j", "J", "Energy of own solar plants, used or sold"},
    {"energy_wind_j", "J", "Energy of own wind plants, used or sold"},
    {"energy_curtailed_j", "J", "Energy of own sun and wind that nobody could take"},
    {"energy_genset_j", "J", "Energy of backup generators"},
    {"energy_over_limit_j", "J", "Energy imported beyond the grid connection's limit"},
    {"energy_shortfall_j", "J", "Energy drawn in moments in which no source was able to give it"},
    {"renewable_share", "1",
     "Share of the energy used on site that is renewable: own sun and wind and, where it is known, "
     "the grid's share of what is imported"},
    {"water_l", "l", "Water evaporated, blown down and drifted away"},
    {"wue_l_per_kwh", "l/kWh", "Water over IT energy (ISO/IEC 30134-9)"},
    {"carbon_kg", "kg",
     "Operational emissions, location-based: of grid energy and of generators on site"},
    {"carbon_hourly_matched_kg", "kg",
     "The same, less what renewable contracts deliver within the same hour"},
    {"carbon_per_mtok_g", "g", "Emissions per million input and output tokens"},
    {"peak_site_power_w", "W", "Highest mean power of a plant interval"},
    {"min_site_power_w", "W", "Lowest mean power of a plant interval"},
    {"peak_import_power_w", "W", "Highest mean power of a plant interval from the grid"},
    {"clock_mean", "1", "Clock of the chips over their full clock, mean while they have power"},
    {"chip_temperature_max_degc", "degC", "Highest temperature of a chip"},
    {"coolant_temperature_max_degc", "degC", "Highest temperature of the coolant to the racks"},
    {"room_temperature_max_degc", "degC", "Highest temperature of the air into the servers"},
    {"grid_outage_s", "s", "Time without the public grid"},
    {"dark_s", "s", "Time in which the racks had no power"},
    {"blackouts", "1", "Times the racks lost their power"},
    {"thermal_shutdowns", "1", "Of these, times the chips had grown too hot"},
    {"breaker_trips", "1", "Of these, times a breaker had tripped"},
    {"unreachable_caps", "1",
     "Decisions of the control that left a power cap exceeded at the lowest clocks"},
    {"generator_starts", "1", "Times backup generators started"},
    {"battery_cycles", "1", "Full equivalent cycles of the site battery"},
    {"battery_health", "1", "Remaining share of the site battery's capacity"},
    {"cost_total_usd", "USD", "All costs of the run's duration"},
    {"cost_per_mtok_usd", "USD", "Cost per million input and output tokens"},
    {"cost_per_mtok_input_usd", "USD",
     "Cost charged to input tokens that no cache held, per million of them"},
    {"cost_per_mtok_cached_input_usd", "USD",
     "Cost charged to input tokens that a prefix cache held, per million of them"},
    {"cost_per_mtok_output_usd", "USD", "Cost charged to output tokens per million of them"},
    {"cost_per_mtok_with_training_usd", "USD",
     "Cost per million tokens with the cost of the jobs that made the weights, spread over the "
     "tokens of the weights' lifetime at the run's rate"},
    {"cost_per_image_usd", "USD", "Cost charged to images per image"},
    {"cost_per_video_second_usd", "USD", "Cost charged to videos per second of playing time"},
    {"cost_per_agent_day_usd", "USD",
     "Cost of the agents' applications per agent and day on which it completed a task"},
    {"cost_unattributed_usd", "USD", "Costs of services that got no request, or without a service"},
    {"revenue_usd", "USD", "Tokens, images and video seconds at their prices"},
    {"margin_usd", "USD", "Revenue less all costs"},
    {"revenue_per_mtok_usd", "USD", "Revenue per million input and output tokens"},
    {"revenue_per_agent_day_usd", "USD",
     "Revenue of the agents' applications per agent and day on which it completed a task"},
    {"cost_per_chip_hour_usd", "USD",
     "All costs per hour that replicas held a chip; of jobs: that they held one"},
});

constexpr auto warnings = std::to_array<MetricDeclaration>({
    {"cap_exceeded", "",
     "A control found a power cap of its site exceeded although all clocks were at their lowest"},
    {"extrapolated", "",
     "Cooling equipment worked outside the range that its curves were fitted to"},
    {"jobs_waiting", "", "Jobs still waited for chips when the run ended"},
    {"over_limit", "",
     "A site drew more from the grid than its import_limit; the rest was delivered all the same"},
    {"saturated", "",
     "A service's queue still grew when its load ended: in the last quarter of arrivals more than "
     "twice as many requests waited as in the second, more than in the third, at least one per "
     "replica and at least 1 % of all that had arrived"},
    {"shortfall", "",
     "A site's load was not met in moments in which no source was able to feed it"},
    {"unfinished", "",
     "A training job had not done all its steps when the run ended, or a job's turn had not come"},
    {"unserved", "", "A run without a horizon ended with requests that nothing was left to serve"},
});

const MetricDeclaration* find(std::string_view name) {
  for (const auto& declaration : declarations) {
    if (declaration.name == name) {
      return &declaration;
    }
  }
  return nullptr;
}

}  // namespace

std::span<const MetricDeclaration> metric_declarations() { return declarations; }
std::span<const MetricDeclaration> warning_declarations() { return warnings; }

void MetricSet::set(std::string_view name, double value) {
  const auto* declaration = find(name);
  CHECK(declaration != nullptr, "metric {} is not declared", name);
  CHECK(std::isfinite(value), "metric {} is {}", name, value);
  values_[declaration->name] = value;
}

void MetricSet::set_ratio(std::string_view name, double numerator, double denominator) {
  if (denominator > 0) {
    set(name, numerator / denominator);
  }
}

std::optional<double> MetricSet::get(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<std::pair<std::string_view, double>> MetricSet::ordered() const {
  std::vector<std::pair<std::string_view, double>> result;
  for (const auto& declaration : declarations) {
    if (const auto value = get(declaration.name)) {
      result.emplace_back(declaration.name, *value);
    }
  }
  return result;
}

}  // namespace tokenfab

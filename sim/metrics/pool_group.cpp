// SPDX-License-Identifier: Apache-2.0
#include "sim/metrics/pool_group.hpp"

#include <algorithm>
#include <array>

#include "sim/core/unit_factors.hpp"

namespace tokenfab {
namespace {

struct EnergyCharges {
  double image_j = 0;
  double video_j = 0;
};

/// Energy is charged to products as money is: by the busy time charged to them.
EnergyCharges energy_charges(const WorkLedger& work, double energy_j) {
  const auto image = work.image_charge.seconds();
  const auto video = work.video_charge.seconds();
  const auto all = (work.prefill_charge + work.decode_charge).seconds() + image + video;
  return all > 0 ? EnergyCharges{energy_j * image / all, energy_j * video / all} : EnergyCharges{};
}

}  // namespace

void PoolGroup::add(const PoolResult& pool, const Share& own, const RunTime& time) {
  requests_.add(pool.requests);
  work_.add(pool.work);
  latency_.merge(pool.latency);
  share_.energy_site_j += own.energy_site_j;
  share_.carbon_kg += own.carbon_kg;
  share_.cost_usd += own.cost_usd;
  energy_it_j_ += pool.energy_it.si();
  const double active_s = pool.active_chip_seconds;
  const double chip_s = pool.chips * time.duration_s;
  const double active_share = chip_s > 0 ? active_s / chip_s : 0;
  chips_ += pool.chips;
  active_chip_s_ += active_s;
  peak_flop_ += active_s * pool.peak_per_chip.si();
  peak_bytes_ += active_s * pool.bandwidth_per_chip.si();
  chip_busy_s_ += pool.work.busy.seconds() * pool.chips / pool.replicas;
  kv_token_seconds_ += pool.kv_capacity_tokens * time.duration_s * active_share;
  replicas_mean_ += pool.replicas * active_share;
  cold_starts_ += static_cast<double>(pool.cold_starts);
  failures_ += static_cast<double>(pool.failures);
  queried_tokens_ += static_cast<double>(pool.queried_prefix_tokens);
  hit_tokens_ += static_cast<double>(pool.hit_prefix_tokens);
  transfers_ += static_cast<double>(pool.kv_transfers);
  transfer_bytes_ += pool.kv_transfer_bytes;
  transfer_s_ += pool.kv_transfer_time.seconds();
  drafts_ += static_cast<double>(pool.draft_tokens);
  accepted_ += static_cast<double>(pool.accepted_draft_tokens);
  const auto energy = energy_charges(pool.work, own.energy_site_j);
  image_j_ += energy.image_j;
  video_j_ += energy.video_j;
  has_service_level_ = has_service_level_ || pool.has_service_level;
  has_requests_ = has_requests_ || !pool.is_given;
}

void PoolGroup::set_use(MetricSet& metrics, const RunTime& time) const {
  const auto output = static_cast<double>(requests_.output_tokens);
  const auto total = output + static_cast<double>(requests_.input_tokens);
  if (has_requests_ ? makes_tokens(requests_) : total > 0) {
    metrics.set_ratio("output_tokens_per_s_per_chip", output, active_chip_s_);
    metrics.set_ratio("total_tokens_per_s_per_chip", total, active_chip_s_);
  }
  metrics.set_ratio("chip_utilization", chip_busy_s_, active_chip_s_);
  metrics.set_ratio("mfu", work_.work.flop, peak_flop_);
  metrics.set_ratio("mbu", work_.work.memory_bytes, peak_bytes_);
  metrics.set_ratio("kv_cache_utilization", work_.cached_token_seconds, kv_token_seconds_);
  metrics.set("chips_allocated", chips_);
  if (has_requests_ && chips_ > 0 && time.duration_s > 0) {
    metrics.set("replicas_mean", replicas_mean_);
  }
}

void PoolGroup::set_time_shares(MetricSet& metrics) const {
  constexpr std::array<const char*, time_part_count> names{
      "time_share_weights",   "time_share_kv_cache",      "time_share_matmul",
      "time_share_attention", "time_share_communication", "time_share_overhead",
      "time_share_sampling"};
  constexpr std::array<TimePart, 3> of_tokens_only{TimePart::Weights, TimePart::KvCache,
                                                   TimePart::Sampling};
  const double busy = (work_.work.time() + work_.text_encoder + work_.vae_decode).seconds();
  for (std::size_t i = 0; i < time_part_count; ++i) {
    const bool needs_tokens = std::find(of_tokens_only.begin(), of_tokens_only.end(),
                                        static_cast<TimePart>(i)) != of_tokens_only.end();
    if (!needs_tokens || work_.steps > 0) {
      metrics.set_ratio(names[i], work_.work.time_by_part[i].seconds(), busy);
    }
  }
  if (work_.batches > 0) {
    metrics.set_ratio("time_share_text_encoder", work_.text_encoder.seconds(), busy);
    metrics.set_ratio("time_share_vae_decode", work_.vae_decode.seconds(), busy);
  }
}

void PoolGroup::set_serving(MetricSet& metrics) const {
  metrics.set("preemptions", static_cast<double>(requests_.preemptions));
  metrics.set("cold_starts", cold_starts_);
  metrics.set("replica_failures", failures_);
  metrics.set_ratio("prefix_cache_hit_rate", hit_tokens_, queried_tokens_);
  metrics.set_ratio("speculative_acceptance", accepted_, drafts_);
  if (transfers_ > 0) {
    metrics.set("kv_transfers", transfers_);
    metrics.set("kv_transfer_bytes", transfer_bytes_);
    metrics.set("kv_transfer_mean_s", transfer_s_ / transfers_);
  }
}

MetricSet PoolGroup::metrics(const RunTime& time) const {
  MetricSet metrics;
  metrics.set("duration_s", time.duration_s);
  if (has_requests_) {
    set_requests(metrics, requests_);
    set_latencies(metrics, latency_);
    set_rates(metrics, requests_, has_service_level_, time);
    set_serving(metrics);
  } else {
    set_given_tokens(metrics, requests_, time);
  }
  set_use(metrics, time);
  set_time_shares(metrics);
  set_energy(metrics, energy_it_j_, share_.energy_site_j, share_.carbon_kg, requests_);
  metrics.set_ratio("energy_per_image_j", image_j_, static_cast<double>(requests_.images));
  metrics.set_ratio("energy_per_video_second_j", video_j_, requests_.video_seconds);
  tokenfab::set_costs(metrics, requests_, costs_);
  metrics.set_ratio("cost_per_chip_hour_usd", costs_.total_usd() * seconds_per_hour,
                    active_chip_s_);
  return metrics;
}

void set_energy(MetricSet& metrics, double it_j, double site_j, double carbon_kg,
                const RequestLedger& requests) {
  const auto output = static_cast<double>(requests.output_tokens);
  const auto total = output + static_cast<double>(requests.input_tokens);
  metrics.set("energy_it_j", it_j);
  metrics.set("energy_site_j", site_j);
  metrics.set_ratio("pue", site_j, it_j);
  metrics.set_ratio("energy_per_output_token_j", site_j, output);
  metrics.set("carbon_kg", carbon_kg);
  metrics.set_ratio("carbon_per_mtok_g", carbon_kg * grams_per_kilogram * tokens_per_mtok, total);
}

}  // namespace tokenfab

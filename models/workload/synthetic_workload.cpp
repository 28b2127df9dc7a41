// SPDX-License-Identifier: Apache-2.0
#include "models/workload/synthetic_workload.hpp"

#include <stdexcept>

namespace tokenfab {

void SyntheticWorkloadConfig::describe(Describe<SyntheticWorkloadConfig>& d) {
  using C = SyntheticWorkloadConfig;
  d.plugin("isl", &C::isl, "distribution", "Input sequence length in tokens")
      .required()
      .number_means("fixed");
  d.plugin("osl", &C::osl, "distribution", "Output sequence length in tokens")
      .required()
      .number_means("fixed");
  d.field("request_rate", &C::request_rate, "Open loop: mean arrivals per second").range(1e-9, 1e9);
  d.field("burstiness", &C::burstiness, "Open loop: gamma shape of the gaps; 1 is Poisson")
      .range(0.02, 1e6);
  d.field("concurrency", &C::concurrency, "Closed loop: requests always under way").range(1, 1e7);
  d.field("num_prompts", &C::num_prompts, "Requests in all; without it a horizon ends the load")
      .range(1, 1e12);
}

SyntheticWorkload::SyntheticWorkload(const SyntheticWorkloadConfig& config,
                                     const PluginTable& plugins)
    : config_(config),
      isl_(plugins.make<LengthDistribution>("distribution", config.isl)),
      osl_(plugins.make<LengthDistribution>("distribution", config.osl)) {
  if (config.request_rate.has_value() == config.concurrency.has_value()) {
    throw std::invalid_argument(
        "a synthetic workload needs request_rate (open loop) or concurrency (closed loop), and "
        "not both");
  }
}

void SyntheticWorkload::open(WorkloadInputs inputs) {
  if (config_.request_rate) {
    arrivals_.emplace(*config_.request_rate, config_.burstiness);
  }
  arrival_stream_ = inputs.stream("arrivals");
  input_stream_ = inputs.stream("input lengths");
  output_stream_ = inputs.stream("output lengths");
}

bool SyntheticWorkload::next(Arrival& arrival) {
  if (exhausted() || (config_.concurrency && given_ >= *config_.concurrency)) {
    return false;
  }
  if (arrivals_) {
    last_date_ += arrivals_->next_gap(*arrival_stream_);
  }
  arrival.date = last_date_;
  draw_lengths(arrival);
  return true;
}

bool SyntheticWorkload::after_completion(Instant now, Arrival& arrival) {
  if (!config_.concurrency || exhausted()) {
    return false;
  }
  arrival.date = now;
  draw_lengths(arrival);
  return true;
}

void SyntheticWorkload::draw_lengths(Arrival& arrival) {
  arrival.input_tokens = isl_->sample(*input_stream_);
  arrival.output_tokens = osl_->sample(*output_stream_);
  arrival.tenant = 0;
  ++given_;
}

std::optional<std::uint64_t> SyntheticWorkload::expected_requests() const {
  return config_.num_prompts ? std::optional<std::uint64_t>(*config_.num_prompts) : std::nullopt;
}

std::optional<double> SyntheticWorkload::offered_rate_per_s() const {
  return config_.request_rate ? std::optional(config_.request_rate->si()) : std::nullopt;
}

}  // namespace tokenfab

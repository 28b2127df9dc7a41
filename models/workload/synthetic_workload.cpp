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
  d.field("diurnal", &C::diurnal,
          "Open loop: local hour of the day (\"0\" to below \"24\") -> factor on request_rate, "
          "which holds until the next hour given; scaled to a mean of 1 over the day")
      .range(0, 1e9);
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
  if (!config.diurnal.empty()) {
    if (config.concurrency) {
      throw std::invalid_argument("diurnal varies request_rate; a closed loop has none");
    }
    DiurnalPattern(config.diurnal, Duration());  // throws what is wrong with it
  }
}

void SyntheticWorkload::open(WorkloadInputs inputs) {
  if (config_.request_rate) {
    arrivals_.emplace(*config_.request_rate, config_.burstiness);
  }
  if (!config_.diurnal.empty()) {
    diurnal_.emplace(config_.diurnal, inputs.time_of_day);
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
  arrival.date = diurnal_ ? Instant(diurnal_->date_of(last_date_.since_start())) : last_date_;
  draw_lengths(arrival);
  return true;
}

void SyntheticWorkload::departed(const Departure& departure, std::vector<Arrival>& next) {
  if (!config_.concurrency || exhausted()) {
    return;
  }
  auto& arrival = next.emplace_back();
  arrival.date = departure.date;
  draw_lengths(arrival);
}

void SyntheticWorkload::draw_lengths(Arrival& arrival) {
  arrival.input_tokens = isl_->sample(*input_stream_);
  arrival.output_tokens = osl_->sample(*output_stream_);
  arrival.tenant = 0;
  arrival.priority = 0;
  ++given_;
}

std::optional<std::uint64_t> SyntheticWorkload::expected_requests() const {
  return config_.num_prompts ? std::optional<std::uint64_t>(*config_.num_prompts) : std::nullopt;
}

std::optional<double> SyntheticWorkload::offered_rate_per_s() const {
  return config_.request_rate ? std::optional(config_.request_rate->si()) : std::nullopt;
}

}  // namespace tokenfab

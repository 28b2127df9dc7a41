// SPDX-License-Identifier: Apache-2.0
#include "models/workload/synthetic_workload.hpp"

#include <algorithm>
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
  describe_in(d, "request_rate", "num_prompts", "requests");
  d.field("priority", &C::priority, "Of every request; lower values go first where it counts")
      .range(-2e9, 2e9);
  d.field("tenants", &C::tenants, "Tenant -> share of the requests; scaled to a sum of 1")
      .range(0, 1e9);
}

SyntheticWorkload::SyntheticWorkload(const SyntheticWorkloadConfig& config,
                                     const PluginTable& plugins)
    : load_(config, "a synthetic workload", "request_rate"),
      priority_(config.priority),
      isl_(plugins.make<LengthDistribution>("distribution", config.isl)),
      osl_(plugins.make<LengthDistribution>("distribution", config.osl)) {
  double sum = 0;
  for (const auto& [name, share] : config.tenants) {
    tenants_.push_back(name);
    cumulative_shares_.push_back(sum += share);
  }
  if (!config.tenants.empty() && !(sum > 0)) {
    throw std::invalid_argument("tenants: no share is positive");
  }
  for (auto& share : cumulative_shares_) {
    share /= sum;
  }
}

void SyntheticWorkload::open(WorkloadInputs inputs) {
  load_.open(inputs.stream("arrivals"), inputs.time_of_day);
  input_stream_ = inputs.stream("input lengths");
  output_stream_ = inputs.stream("output lengths");
  tenant_stream_ = inputs.stream("tenants");
}

bool SyntheticWorkload::next(Arrival& arrival) {
  if (!load_.next(arrival.date)) {
    return false;
  }
  fill(arrival);
  return true;
}

void SyntheticWorkload::departed(const Departure& departure, std::vector<Arrival>& next) {
  if (load_.follows()) {
    auto& arrival = next.emplace_back();
    arrival.date = departure.date;
    fill(arrival);
  }
}

void SyntheticWorkload::fill(Arrival& arrival) {
  arrival.preparation = Duration();
  arrival.input_tokens = isl_->sample(*input_stream_);
  arrival.output_tokens = osl_->sample(*output_stream_);
  arrival.tenant = draw_tenant();
  arrival.priority = priority_;
  arrival.session = 0;
  arrival.handle = 0;
  arrival.answer_joins_last = false;
  arrival.prompt.clear();
}

std::uint32_t SyntheticWorkload::draw_tenant() {
  if (cumulative_shares_.empty()) {
    return 0;
  }
  const auto found = std::upper_bound(cumulative_shares_.begin(), cumulative_shares_.end(),
                                      tenant_stream_->uniform());
  return static_cast<std::uint32_t>(found - cumulative_shares_.begin()) + 1;
}

}  // namespace tokenfab

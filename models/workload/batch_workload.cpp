// SPDX-License-Identifier: Apache-2.0
#include "models/workload/batch_workload.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace tokenfab {

void BatchWorkloadConfig::describe(Describe<BatchWorkloadConfig>& d) {
  using C = BatchWorkloadConfig;
  d.plugin("isl", &C::isl, "distribution", "Input sequence length in tokens")
      .required()
      .number_means("fixed");
  d.plugin("osl", &C::osl, "distribution", "Output sequence length in tokens")
      .required()
      .number_means("fixed");
  d.field("num_prompts", &C::num_prompts, "Requests of the batch").required().range(1, 1e12);
  d.field("start", &C::start, "When the batch is queued, from the scenario's start").range(0, 1e12);
  d.field("concurrency", &C::concurrency, "Most requests in the service at a time").range(1, 1e7);
  d.field("priority", &C::priority, "Of every request; lower values go first where it counts")
      .range(-2e9, 2e9);
  d.field("deadline", &C::deadline, "When the batch should be done, from the scenario's start")
      .range(0, 1e12);
}

BatchWorkload::BatchWorkload(const BatchWorkloadConfig& config, const PluginTable& plugins)
    : config_(config),
      isl_(plugins.make<LengthDistribution>("distribution", config.isl)),
      osl_(plugins.make<LengthDistribution>("distribution", config.osl)) {
  if (config.deadline && *config.deadline <= config.start) {
    throw std::invalid_argument(fmt::format("deadline ({} s) is not after start ({} s)",
                                            config.deadline->si(), config.start.si()));
  }
}

void BatchWorkload::open(WorkloadInputs inputs) {
  input_stream_ = inputs.stream("input lengths");
  output_stream_ = inputs.stream("output lengths");
}

bool BatchWorkload::next(Arrival& arrival) {
  if (given_ >= config_.num_prompts || given_ >= config_.concurrency) {
    return false;
  }
  fill(Instant(Duration::from_seconds(config_.start.si())), arrival);
  return true;
}

void BatchWorkload::departed(const Departure& departure, std::vector<Arrival>& next) {
  if (departure.was_served) {
    const bool is_late = config_.deadline &&
                         departure.date > Instant(Duration::from_seconds(config_.deadline->si()));
    ++answered_;
    answered_in_time_ += is_late ? 0 : 1;
  }
  if (given_ < config_.num_prompts) {
    fill(departure.date, next.emplace_back());
  }
}

void BatchWorkload::fill(Instant date, Arrival& arrival) {
  arrival = Arrival();
  arrival.date = date;
  arrival.input_tokens = isl_->sample(*input_stream_);
  arrival.output_tokens = osl_->sample(*output_stream_);
  arrival.priority = config_.priority;
  ++given_;
}

}  // namespace tokenfab

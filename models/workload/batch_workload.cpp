// SPDX-License-Identifier: Apache-2.0
#include "models/workload/batch_workload.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

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
  d.object("shift", &C::shift, "Waits for hours of cheap or clean energy");
}

BatchWorkload::BatchWorkload(const BatchWorkloadConfig& config, const PluginTable& plugins)
    : config_(config),
      isl_(plugins.make<LengthDistribution>("distribution", config.isl)),
      osl_(plugins.make<LengthDistribution>("distribution", config.osl)) {
  if (config.deadline && *config.deadline <= config.start) {
    throw std::invalid_argument(fmt::format("deadline ({} s) is not after start ({} s)",
                                            config.deadline->si(), config.start.si()));
  }
  if (config.shift) {
    shift_.emplace(*config.shift, config.start, config.deadline);
  }
}

void BatchWorkload::open(WorkloadInputs inputs) {
  input_stream_ = inputs.stream("input lengths");
  output_stream_ = inputs.stream("output lengths");
  if (shift_) {
    const bool is_price = config_.shift->signal == ShiftSignal::Price;
    shift_->open(std::move(is_price ? inputs.price_usd_per_j : inputs.carbon_kg_per_j),
                 inputs.time_of_day);
  }
}

bool BatchWorkload::next(Arrival& arrival) {
  if (given_ >= config_.num_prompts || given_ >= config_.concurrency) {
    return false;
  }
  const Instant start(Duration::from_seconds(config_.start.si()));
  if (shift_) {
    sent_.emplace_back();
    fill_shifted(start, sent_.size() - 1, arrival);
  } else {
    fill(start, arrival);
  }
  return true;
}

void BatchWorkload::departed(const Departure& departure, std::vector<Arrival>& next) {
  if (departure.was_served) {
    const bool is_late = config_.deadline &&
                         departure.date > Instant(Duration::from_seconds(config_.deadline->si()));
    ++answered_;
    answered_in_time_ += is_late ? 0 : 1;
  }
  if (!shift_) {
    if (given_ < config_.num_prompts) {
      fill(departure.date, next.emplace_back());
    }
    return;
  }
  const auto slot = static_cast<std::size_t>(departure.handle);
  ++departed_;
  in_service_s_ += (departure.date - sent_.at(slot)).seconds();
  if (given_ < config_.num_prompts) {
    fill_shifted(departure.date, slot, next.emplace_back());
  }
}

Seconds BatchWorkload::time_needed() const {
  const auto left = static_cast<double>(config_.num_prompts - departed_);
  const double planned_s =
      config_.shift->duration.si() * left / static_cast<double>(config_.num_prompts);
  if (departed_ == 0) {
    return Seconds(planned_s);
  }
  const double rounds = std::ceil(left / static_cast<double>(config_.concurrency));
  return Seconds(std::max(planned_s, rounds * in_service_s_ / static_cast<double>(departed_)));
}

void BatchWorkload::fill_shifted(Instant date, std::size_t slot, Arrival& arrival) {
  fill(shift_->release(date, time_needed()), arrival);
  arrival.handle = slot;
  sent_[slot] = arrival.date;
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

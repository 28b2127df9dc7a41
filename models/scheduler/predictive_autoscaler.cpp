// SPDX-License-Identifier: Apache-2.0
#include "models/scheduler/predictive_autoscaler.hpp"

#include <algorithm>
#include <cmath>

#include "models/scheduler/whole_replicas.hpp"

namespace tokenfab {
namespace {

constexpr double day_s = 86'400;

}  // namespace

void PredictiveAutoscalerConfig::describe(Describe<PredictiveAutoscalerConfig>& d) {
  using C = PredictiveAutoscalerConfig;
  describe_scaling<C>(d, &C::interval, &C::scale_down_delay, &C::scale_to_zero_after,
                      &C::tolerance);
  d.choice("forecast", &C::forecast, {"trend", "yesterday"},
           "Linear trend of the arrival rate, or its value a day before");
  d.field("horizon", &C::horizon, "How far ahead to look: the time that a replica takes to start")
      .range(1, day_s)
      .source("Estimate: start of an engine with its weights on local disks");
  d.field("level_gain", &C::level_gain, "Share of the newest rate in the smoothed rate")
      .range(0.001, 1)
      .source("Estimate: in the range of usual smoothing constants, 0.1 to 0.3");
  d.field("trend_gain", &C::trend_gain, "Share of the newest change in the trend")
      .range(0, 1)
      .source("Estimate: in the range of usual smoothing constants, 0.1 to 0.3");
  d.field("target", &C::target, "Share of a replica's capacity that is planned to be used")
      .range(0.01, 1)
      .source("Estimate: room for bursts within an interval");
  d.field("replica_rate", &C::replica_rate,
          "Requests per second that one replica serves; measured if absent")
      .range(1e-9, 1e9);
}

PredictiveAutoscaler::PredictiveAutoscaler(const PredictiveAutoscalerConfig& config)
    : config_(config), delay_(config) {
  if (config.replica_rate) {
    capacity_ = config.replica_rate->si();
  }
  const double intervals = std::max(std::round(day_s / config.interval.si()), 1.0);
  day_.assign(config.forecast == Forecast::Yesterday ? static_cast<std::size_t>(intervals) : 0, 0);
}

std::uint32_t PredictiveAutoscaler::desired(const PoolLoad& load, const PoolBounds& bounds) {
  const double elapsed_s = last_call_ ? (load.now - *last_call_).seconds() : config_.interval.si();
  if (elapsed_s > 0) {
    observe_rate(static_cast<double>(load.arrivals) / elapsed_s);
    observe_capacity(load, elapsed_s);
  }
  last_call_ = load.now;
  did_wait_ = load.waiting > 0;
  if (!capacity_) {
    return delay_.decide(load, bounds, load.ready + load.starting);
  }
  const double backlog_rate = static_cast<double>(load.waiting) / config_.horizon.si();
  const double rate = std::max({level_.value_or(0), ahead_, 0.0}) + backlog_rate;
  const double needed = rate / (*capacity_ * config_.target);
  return delay_.decide(load, bounds, replicas_for(needed, load, config_.tolerance));
}

void PredictiveAutoscaler::observe_rate(double rate) {
  if (!level_) {
    level_ = rate;
  } else {
    const double level = config_.level_gain * rate + (1 - config_.level_gain) * (*level_ + trend_);
    trend_ = config_.trend_gain * (level - *level_) + (1 - config_.trend_gain) * trend_;
    level_ = level;
  }
  const double steps = config_.horizon.si() / config_.interval.si();
  ahead_ = *level_ + trend_ * steps;
  if (day_.empty()) {
    return;
  }
  const auto here = intervals_ % day_.size();
  day_[here] = rate;
  ++intervals_;
  if (intervals_ >= day_.size()) {
    // The ring holds one day: the interval `steps` further on is the one of yesterday.
    ahead_ = day_[(here + static_cast<std::size_t>(std::round(steps))) % day_.size()];
  }
}

void PredictiveAutoscaler::observe_capacity(const PoolLoad& load, double elapsed_s) {
  if (config_.replica_rate || load.ready == 0 || load.completions == 0) {
    return;
  }
  const double shown = static_cast<double>(load.completions) / (elapsed_s * load.ready);
  const bool is_saturated = did_wait_ && load.waiting > 0;
  if (is_saturated) {
    capacity_ =
        capacity_ ? config_.level_gain * shown + (1 - config_.level_gain) * *capacity_ : shown;
  } else if (capacity_) {
    capacity_ = std::max(*capacity_, shown);
  }
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// Predictive autoscaler: replicas for the requests that will arrive once a replica started now is
// ready. The arrival rate ahead is Holt's linear trend,
//
//     level' = level_gain x rate + (1 - level_gain) (level + trend)
//     trend' = trend_gain (level' - level) + (1 - trend_gain) trend
//     ahead  = level' + trend' x horizon / interval,
//
// or the rate of the same time yesterday, once there has been a yesterday. The larger of ahead and
// level counts, so that a forecast never takes away what the present load needs; requests that wait
// are to be served within the horizon:
//
//     desired = ceil((max(level, ahead) + waiting / horizon) / (capacity x target)),
//
// and the present number while it is within the tolerance of that.
// A replica's capacity is `replica_rate` if given. Else it is measured: requests completed per
// ready replica and second, averaged over intervals in which requests waited from beginning to end,
// and never less than any interval has shown. Until something is measured the present number stays.
// Source: C. C. Holt, "Forecasting seasonals and trends by exponentially weighted moving averages",
// ONR memorandum 52 (1957), reprinted in International Journal of Forecasting 20 (2004).
// Left out: weekdays, and what long outputs delay: completions lag arrivals by a service time.
#pragma once

#include <optional>
#include <vector>

#include "models/scheduler/scale_down_delay.hpp"
#include "sim/api/autoscaler.hpp"
#include "sim/api/field.hpp"

namespace tokenfab {

enum class Forecast {
  Trend,     // Holt's linear trend
  Yesterday  // the rate of a day before
};

struct PredictiveAutoscalerConfig : ScalingConfig {
  Forecast forecast = Forecast::Trend;
  Seconds horizon{120};
  double level_gain = 0.3;
  double trend_gain = 0.1;
  double target = 0.8;
  std::optional<PerSecond> replica_rate;
  static void describe(Describe<PredictiveAutoscalerConfig>& d);
};

class PredictiveAutoscaler : public Autoscaler {
 public:
  explicit PredictiveAutoscaler(const PredictiveAutoscalerConfig& config);
  Seconds interval() const override { return config_.interval; }
  std::uint32_t desired(const PoolLoad& load, const PoolBounds& bounds) override;

  /// Arrivals per second that the last call expects at the horizon.
  double rate_ahead() const { return ahead_; }
  /// Requests per second of one replica, where known.
  std::optional<double> capacity() const { return capacity_; }

 private:
  void observe_rate(double rate);
  void observe_capacity(const PoolLoad& load, double elapsed_s);

  PredictiveAutoscalerConfig config_;
  ScaleDownDelay delay_;
  std::optional<Instant> last_call_;
  bool did_wait_ = false;  // requests waited at the last call
  std::optional<double> level_;
  double trend_ = 0;  // per interval
  double ahead_ = 0;
  std::optional<double> capacity_;
  std::vector<double> day_;  // rates of the intervals of a day, a ring
  std::size_t intervals_ = 0;
};

}  // namespace tokenfab

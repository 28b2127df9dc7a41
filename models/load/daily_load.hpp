// SPDX-License-Identifier: Apache-2.0
// How busy nodes are by hour of the day, weekdays and weekends apart, times a factor by month.
#pragma once

#include <array>
#include <map>
#include <string>

#include "sim/api/cluster_load.hpp"
#include "sim/api/field.hpp"

namespace tokenfab {

struct DailyLoadConfig {
  std::map<std::string, double> by_hour;
  std::map<std::string, double> weekend;
  std::map<std::string, double> by_month;
  static void describe(Describe<DailyLoadConfig>& d);
};

class DailyLoad final : public ClusterLoad {
 public:
  /// std::invalid_argument: keys that are no hours or months, more than full load.
  explicit DailyLoad(const DailyLoadConfig& config);
  void open(const SiteInputs& inputs) override { calendar_ = inputs.calendar; }
  double utilization(Instant at) const override;
  std::optional<Instant> holds_until(Instant at) const override;

 private:
  std::array<double, 24> weekday_{};
  std::array<double, 24> weekend_{};
  std::array<double, 12> month_{};
  Calendar calendar_;
};

}  // namespace tokenfab

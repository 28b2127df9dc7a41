// SPDX-License-Identifier: Apache-2.0
// The optimal battery policy to compare others with: every hour the cheapest plan of the 24 hours
// ahead, by linear program, of which the first step is carried out. Prices ahead are known, load,
// sun and wind are taken to stay as they are (persistence).
#pragma once

#include "models/energy/battery_plan.hpp"
#include "sim/api/dispatch.hpp"
#include "sim/api/field.hpp"

namespace tokenfab {

struct DayAheadOptimalConfig {
  std::optional<Watts> import_target;
  static void describe(Describe<DayAheadOptimalConfig>& d);
};

class DayAheadOptimal : public DispatchPolicy {
 public:
  /// std::invalid_argument: this build has no solver.
  explicit DayAheadOptimal(const DayAheadOptimalConfig& config);
  void open(const SiteInputs& inputs) override { calendar_ = inputs.calendar; }
  Watts battery_power(const DispatchView& view) override;

 private:
  void renew(const DispatchView& view);

  DayAheadOptimalConfig config_;
  Calendar calendar_;
  BatteryPlanner planner_;
  PlanInputs inputs_;
  std::optional<Instant> renewal_;
  Watts planned_;
};

}  // namespace tokenfab

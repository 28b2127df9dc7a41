// SPDX-License-Identifier: Apache-2.0
#include "models/energy/day_ahead_dispatch.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace tokenfab {
namespace {

const auto hour = Duration::from_seconds(3600);
constexpr int hours_ahead = 24;

}  // namespace

void DayAheadOptimalConfig::describe(Describe<DayAheadOptimalConfig>& d) {
  d.field("import_target", &DayAheadOptimalConfig::import_target,
          "Import that buying does not go beyond, for the sake of demand charges")
      .range(0, 1e12);
}

DayAheadOptimal::DayAheadOptimal(const DayAheadOptimalConfig& config) : config_(config) {
  if (!BatteryPlanner::is_built()) {
    throw std::invalid_argument(
        "dispatch \"day_ahead_optimal\" needs the linear solver CLP, which this build lacks: "
        "apt-get install coinor-libclp-dev, then build again; nearest without: price_arbitrage");
  }
}

void DayAheadOptimal::renew(const DispatchView& view) {
  inputs_.steps.clear();
  inputs_.charge = std::clamp(view.charge, view.charge_min, view.charge_max);
  inputs_.charge_min = view.charge_min;
  inputs_.charge_max = view.charge_max;
  inputs_.power = std::max(view.charge_power, view.discharge_power);
  inputs_.one_way_efficiency = std::sqrt(view.round_trip_efficiency);
  inputs_.import_limit = view.import_limit;
  if (config_.import_target) {
    inputs_.import_limit =
        std::min(*config_.import_target, view.import_limit.value_or(*config_.import_target));
  }
  const Watts net = view.load - view.renewable;
  Instant date = view.now;
  for (int i = 0; i < hours_ahead; ++i) {
    const Instant end = calendar_.next_multiple(date, hour);
    inputs_.steps.push_back({Seconds((end - date).seconds()), view.price(date), net});
    date = end;
  }
  renewal_ = calendar_.next_multiple(view.now, hour);
  planned_ = inputs_.power > Watts(0) ? planner_.solve(inputs_).front() : Watts(0);
}

Watts DayAheadOptimal::battery_power(const DispatchView& view) {
  if (!renewal_ || view.now >= *renewal_) {
    renew(view);
  }
  const Watts net = view.load - view.renewable;
  // The load may have changed since the plan: neither feed the grid nor go beyond the target.
  const Watts most = std::max(Watts(0), net);
  const Watts least =
      config_.import_target ? std::min(Watts(0), net - *config_.import_target) : -view.charge_power;
  return std::clamp(std::clamp(planned_, least, most), -view.charge_power, view.discharge_power);
}

}  // namespace tokenfab

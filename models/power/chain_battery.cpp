// SPDX-License-Identifier: Apache-2.0
#include "models/power/chain_battery.hpp"

#include <algorithm>

namespace tokenfab {

namespace {
// Estimate: chargers of large UPS are commonly limited to a tenth of their rating (15 % at most).
constexpr double charge_share = 0.1;
}  // namespace

void ChainBatteryConfig::describe(Describe<ChainBatteryConfig>& d) {
  using C = ChainBatteryConfig;
  d.field("autonomy", &C::autonomy, "Time for which a full battery carries the rated load")
      .range(1, 86400)
      .source("Estimate: 5 minutes, several times the start of a generator");
  d.field("charge_power", &C::charge_power,
          "What charging draws; absent: a tenth of the rating of its stage")
      .range(1, 1e12);
  d.field("round_trip_efficiency", &C::round_trip_efficiency,
          "Energy given over energy drawn for charging")
      .range(0.01, 1)
      .source("REopt: charge and discharge 0.96 x sqrt(0.975) each");
}

ChainBattery::ChainBattery(const ChainBatteryConfig& config, Watts supply, Watts stage)
    : capacity_(config.autonomy * supply),
      energy_(capacity_),
      charge_power_(config.charge_power.value_or(charge_share * stage)),
      efficiency_(config.round_trip_efficiency) {}

}  // namespace tokenfab

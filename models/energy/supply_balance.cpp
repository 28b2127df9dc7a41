// SPDX-License-Identifier: Apache-2.0
#include "models/energy/supply_balance.hpp"

#include <algorithm>

namespace tokenfab {
namespace {

constexpr Watts none(0);

/// Curtails sun and wind alike.
void use_renewables(const SupplyMoment& moment, Watts curtailed, SupplyFlows& flows) {
  const Watts at_hand = moment.solar + moment.wind;
  const double kept = at_hand > none ? 1 - curtailed / at_hand : 0;
  flows.solar = moment.solar * kept;
  flows.wind = moment.wind * kept;
  flows.curtailed = curtailed;
}

/// The command within what battery and connection allow.
Watts battery_on_grid(const SupplyMoment& moment) {
  const Watts net = moment.load - moment.solar - moment.wind;
  if (moment.battery_command > none) {
    const Watts room = std::max(none, net + moment.export_limit);
    return std::min({moment.battery_command, moment.discharge_power, room});
  }
  const Watts room = std::max(none, moment.import_limit - net);
  return -std::min({-moment.battery_command, moment.charge_power, room});
}

SupplyFlows on_grid(const SupplyMoment& moment) {
  SupplyFlows flows;
  flows.battery = battery_on_grid(moment);
  const Watts rest = moment.load - moment.solar - moment.wind - flows.battery;
  Watts curtailed;
  if (rest > none) {
    const Watts beyond = std::max(none, rest - moment.import_limit);
    flows.genset = std::min(beyond, moment.genset_capacity);
    flows.import = rest - flows.genset;
    flows.over_limit = beyond - flows.genset;
  } else {
    flows.exported = std::min(-rest, moment.export_limit);
    curtailed = -rest - flows.exported;
  }
  use_renewables(moment, curtailed, flows);
  return flows;
}

SupplyFlows island(const SupplyMoment& moment) {
  SupplyFlows flows;
  const Watts net = moment.load - moment.solar - moment.wind;
  const bool battery_leads =
      moment.battery_islands && (moment.discharge_power > none || net <= none);
  if (!moment.genset_runs && !battery_leads) {
    flows.shortfall = moment.load;
    use_renewables(moment, moment.solar + moment.wind, flows);
    return flows;
  }
  Watts curtailed;
  if (net > none) {
    flows.genset = std::min(net, moment.genset_capacity);
    flows.battery =
        moment.battery_islands ? std::min(net - flows.genset, moment.discharge_power) : none;
    flows.shortfall = net - flows.genset - flows.battery;
  } else {
    const Watts taken = moment.battery_islands ? std::min(-net, moment.charge_power) : none;
    flows.battery = -taken;
    curtailed = -net - taken;
  }
  use_renewables(moment, curtailed, flows);
  return flows;
}

}  // namespace

SupplyFlows balance(const SupplyMoment& moment) {
  return moment.has_grid ? on_grid(moment) : island(moment);
}

bool needs_genset(const SupplyMoment& moment) {
  if (!moment.has_grid) {
    return true;
  }
  return moment.load - moment.solar - moment.wind - battery_on_grid(moment) > moment.import_limit;
}

}  // namespace tokenfab

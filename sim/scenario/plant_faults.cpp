// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/plant_faults.hpp"

#include <algorithm>

namespace tokenfab {
namespace {

Instant begin_of(const PlantFaultConfig& fault) {
  return Instant(Duration::from_seconds(fault.at.si()));
}
Instant end_of(const PlantFaultConfig& fault) {
  return Instant(Duration::from_seconds((fault.at + fault.duration).si()));
}
bool is_under_way(const PlantFaultConfig& fault, Instant now) {
  return begin_of(fault) <= now && now < end_of(fault);
}

}  // namespace

const std::vector<std::string>& component_names() {
  static const std::vector<std::string> names{"chillers", "heat_rejection", "pumps", "fans", "ups"};
  return names;
}

void PlantFaultConfig::describe(Describe<PlantFaultConfig>& d) {
  using C = PlantFaultConfig;
  d.choice("component", &C::component, component_names(),
           "What stands still; heat_rejection: cooling towers and dry coolers")
      .required();
  d.field("share", &C::share, "Lost share of the component's capacity; of cooling parts")
      .range(0, 1);
  d.field("units", &C::units, "Units lost; of a UPS").range(1, 1000);
  d.field("at", &C::at, "Date, as a span since the start").required().range(0, 1e10);
  d.field("duration", &C::duration, "Until it works again")
      .range(1e-3, 1e10)
      .source("Estimate: half a shift for a technician to restart or bypass a unit");
}

CoolingHealth PlantFaults::cooling(Instant now) const {
  CoolingHealth health;
  for (const auto& entry : *faults_) {
    const PlantFaultConfig& fault = entry.second;
    if (!is_under_way(fault, now)) {
      continue;
    }
    const auto lose = [&fault](double& share) { share = std::max(0.0, share - fault.share); };
    switch (fault.component) {
      case PlantComponent::Chillers:
        lose(health.chillers);
        break;
      case PlantComponent::HeatRejection:
        lose(health.heat_rejection);
        break;
      case PlantComponent::Pumps:
        lose(health.pumps);
        break;
      case PlantComponent::Fans:
        lose(health.fans);
        break;
      case PlantComponent::Ups:
        break;
    }
  }
  return health;
}

double PlantFaults::ups_units_lost(Instant now) const {
  double units = 0;
  for (const auto& [name, fault] : *faults_) {
    if (fault.component == PlantComponent::Ups && is_under_way(fault, now)) {
      units += static_cast<double>(fault.units);
    }
  }
  return units;
}

std::optional<Instant> PlantFaults::next_change(Instant now) const {
  std::optional<Instant> next;
  for (const auto& [name, fault] : *faults_) {
    for (const auto date : {begin_of(fault), end_of(fault)}) {
      if (date > now && (!next || date < *next)) {
        next = date;
      }
    }
  }
  return next;
}

}  // namespace tokenfab

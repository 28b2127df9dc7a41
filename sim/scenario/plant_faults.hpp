// SPDX-License-Identifier: Apache-2.0
// Parts of a site's plant that stand still for a while, at dates given: chillers, towers, pumps,
// fans, UPS units. (Losses of the grid are outages of the energy supply.)
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/api/cooling.hpp"
#include "sim/api/field.hpp"

namespace tokenfab {

enum class PlantComponent { Chillers, HeatRejection, Pumps, Fans, Ups };
/// Their names in order.
const std::vector<std::string>& component_names();

struct PlantFaultConfig {
  PlantComponent component = PlantComponent::Chillers;
  double share = 1;  // of the component's capacity that is lost
  std::int64_t units = 1;
  Seconds at;
  Seconds duration{4 * 3600.0};
  static void describe(Describe<PlantFaultConfig>& d);
};

class PlantFaults {
 public:
  explicit PlantFaults(const std::map<std::string, PlantFaultConfig>& faults) : faults_(&faults) {}

  CoolingHealth cooling(Instant now) const;
  double ups_units_lost(Instant now) const;
  /// When one begins or ends after `now`.
  std::optional<Instant> next_change(Instant now) const;
  /// Calls visit(name, fault, begins) for every one that begins or ends at `now`.
  template <class Visit>
  void for_each_change(Instant now, Visit visit) const {
    for (const auto& [name, fault] : *faults_) {
      const Instant begin(Duration::from_seconds(fault.at.si()));
      const Instant end(Duration::from_seconds((fault.at + fault.duration).si()));
      if (begin == now || end == now) {
        visit(name, fault, begin == now);
      }
    }
  }

 private:
  const std::map<std::string, PlantFaultConfig>* faults_;
};

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// The scenario's agreements with tenants, found by request: the tenants of a workload come up by
// name as it is read.
#pragma once

#include <optional>
#include <vector>

#include "models/scheduler/admission.hpp"
#include "models/serving/request.hpp"
#include "sim/scenario/config.hpp"
#include "sim/scenario/floor.hpp"

namespace tokenfab {

class TenantRules {
 public:
  TenantRules(const ScenarioConfig& config, const Floor& floor);

  /// Place in the scenario's tenants in order of names; none without an agreement.
  Admission::TenantNumber number_of(const Request& request);
  /// Where its requests may run, by site in name order; null: anywhere.
  const std::vector<bool>* sites_of(const Request& request);
  /// Null without an agreement.
  const TenantConfig* agreement(const Request& request);

 private:
  const Floor& floor_;
  std::vector<std::string> names_;
  std::vector<const TenantConfig*> agreements_;
  std::vector<std::optional<std::vector<bool>>> sites_;
  // By workload, by tenant; absent: not asked for yet.
  std::vector<std::vector<std::optional<Admission::TenantNumber>>> numbers_;
};

}  // namespace tokenfab

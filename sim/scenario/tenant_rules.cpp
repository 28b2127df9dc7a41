// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/tenant_rules.hpp"

#include <algorithm>

namespace tokenfab {

TenantRules::TenantRules(const ScenarioConfig& config, const Floor& floor) : floor_(floor) {
  for (const auto& [name, agreement] : config.tenants) {
    names_.push_back(name);
    agreements_.push_back(&agreement);
    auto& sites = sites_.emplace_back();
    if (!agreement.allowed_sites.empty() || !agreement.allowed_countries.empty()) {
      sites.emplace();
      for (const auto& [site_name, site] : config.sites) {
        sites->push_back(agreement.may_run_at(site_name, site.country));
      }
    }
  }
}

Admission::TenantNumber TenantRules::number_of(const Request& request) {
  if (names_.empty()) {
    return std::nullopt;
  }
  if (numbers_.size() <= request.workload.index) {
    numbers_.resize(request.workload.index + std::size_t{1});
  }
  auto& known = numbers_[request.workload.index];
  if (known.size() <= request.tenant) {
    known.resize(request.tenant + std::size_t{1});
  }
  auto& number = known[request.tenant];
  if (!number) {
    const auto found = std::lower_bound(names_.begin(), names_.end(), floor_.tenant_name(request));
    const bool is_known = found != names_.end() && *found == floor_.tenant_name(request);
    number.emplace(is_known
                       ? Admission::TenantNumber(static_cast<std::uint32_t>(found - names_.begin()))
                       : std::nullopt);
  }
  return *number;
}

const std::vector<bool>* TenantRules::sites_of(const Request& request) {
  const auto number = number_of(request);
  return number && sites_[*number] ? &*sites_[*number] : nullptr;
}

const TenantConfig* TenantRules::agreement(const Request& request) {
  const auto number = number_of(request);
  return number ? agreements_[*number] : nullptr;
}

}  // namespace tokenfab

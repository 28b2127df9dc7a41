// SPDX-License-Identifier: Apache-2.0
#include "models/scheduler/tenant.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace tokenfab {
namespace {

bool allows(const std::vector<std::string>& allowed, std::string_view name) {
  return allowed.empty() || std::find(allowed.begin(), allowed.end(), name) != allowed.end();
}

bool is_country_code(const std::string& text) {
  return text.size() == 2 && std::all_of(text.begin(), text.end(), [](char letter) {
           return letter >= 'A' && letter <= 'Z';
         });
}

void check_names(const char* field, const std::vector<std::string>& names,
                 std::vector<std::string>& found) {
  std::set<std::string> seen;
  for (const auto& name : names) {
    if (!seen.insert(name).second) {
      found.push_back(fmt::format("{}: \"{}\" is named twice", field, name));
    }
  }
}

}  // namespace

bool TenantConfig::may_run_at(std::string_view site, std::string_view country) const {
  return allows(allowed_sites, site) && allows(allowed_countries, country);
}

void TenantConfig::describe(Describe<TenantConfig>& d) {
  using C = TenantConfig;
  d.field("allowed_sites", &C::allowed_sites,
          "Sites its requests may run at; every site if absent");
  d.field("allowed_countries", &C::allowed_countries,
          "Countries its requests may run in, as ISO 3166-1 codes of two letters; every one if "
          "absent");
  describe_rate_limits(d);
  d.field("token_quota", &C::token_quota, "Input and output tokens it may use in a period")
      .range(0, 1e18);
  d.choice("quota_period", &C::quota_period, {"day", "month"},
           "When the quota starts again: every local midnight, or the first of the month");
  d.field("priority", &C::priority,
          "Priority of its requests, in place of the workload's; lower goes first")
      .range(-1e9, 1e9);
  d.field("weight", &C::weight, "Its share of service under fair scheduling, against others")
      .range(1e-3, 1e3);
}

std::vector<std::string> contradictions(const RateLimitConfig& config) {
  std::vector<std::string> found;
  if (config.request_burst && !config.request_rate) {
    found.push_back("request_burst limits nothing without request_rate");
  }
  if (config.token_burst && !config.token_rate) {
    found.push_back("token_burst limits nothing without token_rate");
  }
  return found;
}

std::vector<std::string> contradictions(const TenantConfig& config) {
  auto found = contradictions(static_cast<const RateLimitConfig&>(config));
  check_names("allowed_sites", config.allowed_sites, found);
  check_names("allowed_countries", config.allowed_countries, found);
  for (const auto& country : config.allowed_countries) {
    if (!is_country_code(country)) {
      found.push_back(fmt::format(
          "allowed_countries: \"{}\" is no ISO 3166-1 code of two capital letters, like \"DE\"",
          country));
    }
  }
  return found;
}

}  // namespace tokenfab

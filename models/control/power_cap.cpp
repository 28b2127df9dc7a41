// SPDX-License-Identifier: Apache-2.0
#include "models/control/power_cap.hpp"

namespace tokenfab {

void PowerCapConfig::describe(Describe<PowerCapConfig>& d) {
  using C = PowerCapConfig;
  d.field("site_power_cap", &C::site_power_cap, "Most that the site may draw").range(1, 1e13);
  d.field("margin", &C::margin, "Share of a cap that must stay free for clocks to rise")
      .range(0, 0.5)
      .source("Estimate: steady loads swing by less from one interval to the next");
  d.field("importance", &C::importance, "By cluster, 0 if not named: the least gives way first")
      .range(-1e6, 1e6);
}

std::vector<std::string> PowerCapConfig::named_clusters() const {
  std::vector<std::string> names;
  for (const auto& [name, value] : importance) {
    names.push_back(name);
  }
  return names;
}

void PowerCap::decide(const ControlView& view, std::span<double> clocks) {
  const PowerLimits limits{config_.site_power_cap, 1, config_.margin, config_.importance};
  if (!limit_power(view, limits, clocks)) {
    ++unreachable_;
  }
}

}  // namespace tokenfab

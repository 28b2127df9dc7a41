// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/plant_warnings.hpp"

#include <fmt/format.h>

#include "sim/core/unit_factors.hpp"
#include "sim/core/unit_parser.hpp"

namespace tokenfab {
namespace {

// Estimate: smaller shares of a site's energy come from rounding and from cut stretches.
constexpr double negligible = 1e-6;

bool is_notable(Joules energy, const SiteResult& site) {
  return energy > negligible * site.ledger.site();
}

}  // namespace

std::vector<std::string> plant_warnings(const SiteConfig& config, const SiteResult& site) {
  std::vector<std::string> warnings;
  const auto& ledger = site.ledger;
  if (site.unreachable_caps > 0) {
    warnings.push_back(fmt::format(
        "cap_exceeded: site {}: in {} decisions a power cap was exceeded at the lowest clocks",
        site.name, site.unreachable_caps));
  }
  if (site.extrapolations > 0) {
    const double time_s = ledger.dark.seconds() + ledger.powered_seconds;
    warnings.push_back(
        fmt::format("extrapolated: site {}: cooling equipment worked outside the range of its "
                    "fitted curves for {:.2g} % of the time",
                    site.name, 100 * site.beyond_curves.seconds() / time_s));
  }
  if (config.energy.grid.import_limit && is_notable(ledger.over_limit, site)) {
    warnings.push_back(fmt::format(
        "over_limit: site {}: {:.4g} kWh were imported beyond import_limit {}, at most {} in all",
        site.name, ledger.over_limit.si() / joules_per_kwh,
        readable(*config.energy.grid.import_limit), readable(site.peak_import_power)));
  }
  if (is_notable(ledger.shortfall, site)) {
    warnings.push_back(
        fmt::format("shortfall: site {}: {:.4g} kWh were drawn while no source was "
                    "able to give them",
                    site.name, ledger.shortfall.si() / joules_per_kwh));
  }
  return warnings;
}

}  // namespace tokenfab

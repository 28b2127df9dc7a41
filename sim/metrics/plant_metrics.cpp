// SPDX-License-Identifier: Apache-2.0
#include "sim/metrics/plant_metrics.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "sim/core/unit_factors.hpp"
#include "sim/metrics/pool_group.hpp"

namespace tokenfab {
namespace {

/// What did not happen is left out; what happened counts.
void set_if_any(MetricSet& metrics, std::string_view name, double value) {
  if (value != 0) {
    metrics.set(name, value);
  }
}

void set_energies(MetricSet& metrics, const SiteLedger& ledger) {
  metrics.set("energy_conversion_j", ledger.conversion().si());
  metrics.set("energy_import_j", ledger.import.si());
  for (const auto& [name, energy] : {std::pair{"energy_chillers_j", ledger.chillers},
                                     {"energy_heat_rejection_j", ledger.heat_rejection},
                                     {"energy_pumps_j", ledger.pumps},
                                     {"energy_fans_j", ledger.fans},
                                     {"energy_auxiliaries_j", ledger.auxiliaries},
                                     {"energy_export_j", ledger.exported},
                                     {"energy_solar_j", ledger.solar},
                                     {"energy_wind_j", ledger.wind},
                                     {"energy_curtailed_j", ledger.curtailed},
                                     {"energy_genset_j", ledger.genset},
                                     {"energy_over_limit_j", ledger.over_limit},
                                     {"energy_shortfall_j", ledger.shortfall}}) {
    set_if_any(metrics, name, energy.si());
  }
  if (ledger.water > CubicMetres(0)) {
    const double litres = ledger.water.si() * litres_per_cubic_metre;
    metrics.set("water_l", litres);
    metrics.set_ratio("wue_l_per_kwh", litres, ledger.it.si() / joules_per_kwh);
  }
}

void set_temperature(MetricSet& metrics, std::string_view name, std::span<const SiteResult> sites,
                     std::optional<Celsius> SiteResult::*peak) {
  std::optional<Celsius> highest;
  for (const auto& site : sites) {
    if (site.*peak && (!highest || *(site.*peak) > *highest)) {
      highest = site.*peak;
    }
  }
  if (highest) {
    metrics.set(name, highest->degrees());
  }
}

/// Powers of several sites do not peak together.
void set_powers(MetricSet& metrics, const SiteResult& site) {
  metrics.set("peak_site_power_w", site.peak_power.si());
  metrics.set("min_site_power_w", site.min_power.si());
  metrics.set("peak_import_power_w", site.peak_import_power.si());
  if (site.has_battery) {
    metrics.set("battery_cycles", site.battery_cycles);
    metrics.set("battery_health", site.battery_health);
  }
}

void set_misfortunes(MetricSet& metrics, std::span<const SiteResult> sites) {
  const auto sum = [&](auto value_of) {
    double total = 0;
    for (const auto& site : sites) {
      total += static_cast<double>(value_of(site));
    }
    return total;
  };
  using Site = const SiteResult&;
  set_if_any(metrics, "grid_outage_s", sum([](Site site) { return site.grid_outage.seconds(); }));
  set_if_any(metrics, "dark_s", sum([](Site site) { return site.ledger.dark.seconds(); }));
  set_if_any(metrics, "blackouts", sum([](Site site) { return site.blackouts; }));
  set_if_any(metrics, "thermal_shutdowns", sum([](Site site) { return site.thermal_shutdowns; }));
  set_if_any(metrics, "breaker_trips", sum([](Site site) { return site.breaker_trips; }));
  set_if_any(metrics, "unreachable_caps", sum([](Site site) { return site.unreachable_caps; }));
  set_if_any(metrics, "generator_starts", sum([](Site site) { return site.generator_starts; }));
}

}  // namespace

void set_plant(MetricSet& metrics, std::span<const SiteResult> sites,
               const RequestLedger& requests) {
  SiteLedger ledger;
  bool has_contracts = false;
  bool knows_renewables = false;
  for (const auto& site : sites) {
    ledger.add(site.ledger);
    has_contracts = has_contracts || site.has_contracts;
    knows_renewables = knows_renewables || site.knows_grid_renewables ||
                       site.ledger.solar + site.ledger.wind > Joules(0);
  }
  set_energy(metrics, ledger.it.si(), ledger.site().si(), ledger.carbon.si(), requests);
  set_energies(metrics, ledger);
  if (knows_renewables) {
    metrics.set_ratio("renewable_share", ledger.renewable.si(), ledger.site().si());
  }
  if (has_contracts) {
    metrics.set("carbon_hourly_matched_kg", ledger.carbon_matched.si());
  }
  metrics.set_ratio("clock_mean", ledger.clock_seconds, ledger.powered_seconds);
  set_temperature(metrics, "chip_temperature_max_degc", sites, &SiteResult::chip_peak);
  set_temperature(metrics, "coolant_temperature_max_degc", sites, &SiteResult::coolant_peak);
  set_temperature(metrics, "room_temperature_max_degc", sites, &SiteResult::room_peak);
  set_misfortunes(metrics, sites);
  if (sites.size() == 1) {
    set_powers(metrics, sites.front());
  }
}

}  // namespace tokenfab

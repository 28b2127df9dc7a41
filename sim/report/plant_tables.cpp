// SPDX-License-Identifier: Apache-2.0
#include "sim/report/plant_tables.hpp"

#include <fmt/format.h>

#include <vector>

#include "sim/core/unit_factors.hpp"
#include "sim/report/metric_table.hpp"

namespace tokenfab {
namespace {

constexpr double joules_per_wh = 3.6e3;
constexpr double least_shown = 5e-4;  // a share that 0.1 % tells

struct Part {
  const char* metric;
  const char* word;
};

const std::vector<Part>& cooling_parts() {
  static const std::vector<Part> parts{{"energy_chillers_j", "chillers"},
                                       {"energy_heat_rejection_j", "towers and dry coolers"},
                                       {"energy_pumps_j", "pumps"},
                                       {"energy_fans_j", "fans"},
                                       {"energy_auxiliaries_j", "other"}};
  return parts;
}

double value_of(const MetricSet& metrics, const char* name) {
  return metrics.get(name).value_or(0);
}

double sum_of(const MetricSet& metrics, const std::vector<Part>& parts) {
  double sum = 0;
  for (const auto& part : parts) {
    sum += value_of(metrics, part.metric);
  }
  return sum;
}

/// "pumps 61 %, fans 39 %": those that there are.
std::string shares(const MetricSet& metrics, const std::vector<Part>& parts, double whole) {
  std::string text;
  for (const auto& part : parts) {
    if (const double share = value_of(metrics, part.metric) / whole; share >= least_shown) {
      text += fmt::format("{}{} {:.1f} %", text.empty() ? "" : ", ", part.word, share * 100);
    }
  }
  return text;
}

bool has_cooling_parts(const MetricSet& metrics) {
  return sum_of(metrics, cooling_parts()) > value_of(metrics, "energy_auxiliaries_j");
}

void add_uses(TextTable& table, const MetricSet& metrics) {
  const double site = value_of(metrics, "energy_site_j");
  table.row("site energy", energy(site));
  if (has_cooling_parts(metrics)) {
    const double cooling = sum_of(metrics, cooling_parts());
    auto uses =
        shares(metrics, {{"energy_it_j", "IT"}, {"energy_conversion_j", "conversion"}}, site) +
        fmt::format(", cooling {:.1f} %", 100 * cooling / site);
    const double rest = site - cooling - value_of(metrics, "energy_it_j") -
                        value_of(metrics, "energy_conversion_j");
    if (rest > least_shown * site) {
      uses += fmt::format(", battery {:.1f} %", 100 * rest / site);
    }
    table.row("goes to", uses);
    const auto parts = shares(metrics, cooling_parts(), cooling);
    if (parts.find(',') != std::string::npos) {
      table.row("cooling goes to", parts);
    }
  }
  if (const auto pue = metrics.get("pue")) {
    table.row("PUE", fmt::format("{:.3f}", *pue));
  }
  if (const auto peak = metrics.get("peak_site_power_w")) {
    table.row("site power, least to peak",
              fmt::format("{} to {}", power(value_of(metrics, "min_site_power_w")), power(*peak)));
  }
}

/// Only where there is more than the grid.
void add_supply(TextTable& table, const MetricSet& metrics) {
  static const std::vector<Part> sources{{"energy_import_j", "grid"},
                                         {"energy_solar_j", "solar"},
                                         {"energy_wind_j", "wind"},
                                         {"energy_genset_j", "generators"}};
  const double supplied = sum_of(metrics, sources);
  if (supplied > value_of(metrics, "energy_import_j")) {
    table.row("comes from", shares(metrics, sources, supplied));
    if (const auto peak = metrics.get("peak_import_power_w")) {
      table.row("grid power at the peak", power(*peak));
    }
  }
  for (const auto& [name, label] : {std::pair{"energy_export_j", "sold to the grid"},
                                    {"energy_curtailed_j", "curtailed"},
                                    {"energy_over_limit_j", "beyond the import limit"},
                                    {"energy_shortfall_j", "shortfall"}}) {
    if (const auto joules = metrics.get(name)) {
      table.row(label, energy(*joules));
    }
  }
  if (const auto share = metrics.get("renewable_share")) {
    table.row("renewable", fmt::format("{:.1f} %", *share * 100));
  }
  if (const auto cycles = metrics.get("battery_cycles")) {
    table.row("battery", fmt::format("{:.1f} full cycles, {:.1f} % of its capacity left", *cycles,
                                     100 * value_of(metrics, "battery_health")));
  }
}

void add_products(TextTable& table, const MetricSet& metrics) {
  if (const auto per_token = metrics.get("energy_per_output_token_j")) {
    table.row("energy per output token", fmt::format("{:.3f} J", *per_token));
  }
  if (const auto per_image = metrics.get("energy_per_image_j")) {
    table.row("energy per image", fmt::format("{:.1f} Wh", *per_image / joules_per_wh));
  }
  if (const auto per_second = metrics.get("energy_per_video_second_j")) {
    table.row("energy per second of video", fmt::format("{:.1f} Wh", *per_second / joules_per_wh));
  }
}

void add_environment(TextTable& table, const MetricSet& metrics) {
  if (const auto litres = metrics.get("water_l")) {
    const double cubic_metres = *litres / litres_per_cubic_metre;
    table.row("water", fmt::format("{:.1f} m3 (WUE {:.2f} l/kWh)", cubic_metres,
                                   value_of(metrics, "wue_l_per_kwh")));
  }
  table.row("carbon", mass(value_of(metrics, "carbon_kg")));
  if (const auto matched = metrics.get("carbon_hourly_matched_kg")) {
    table.row("carbon, contracts matched hourly", mass(*matched));
  }
}

std::string times(double count) {
  return count == 1 ? std::string("once") : grouped(count) + " times";
}

/// What did not go as it should, and how warm it grew.
void add_operation(TextTable& table, const MetricSet& metrics) {
  if (const auto clock = metrics.get("clock_mean"); clock && *clock < 1 - least_shown) {
    table.row("mean clock of the chips", fmt::format("{:.1f} %", *clock * 100));
  }
  if (const auto outage = metrics.get("grid_outage_s")) {
    table.row("without the grid", duration(*outage));
  }
  if (const auto starts = metrics.get("generator_starts")) {
    table.row("generators started", times(*starts));
  }
  if (const auto blackouts = metrics.get("blackouts")) {
    std::string causes;
    for (const auto& [name, word] :
         {std::pair{"thermal_shutdowns", "by heat"}, {"breaker_trips", "by breakers"}}) {
      if (const double count = value_of(metrics, name); count > 0) {
        causes += fmt::format("{}{} {}", causes.empty() ? "" : ", ", grouped(count), word);
      }
    }
    table.row("racks went dark",
              fmt::format("{}, for {}{}", times(*blackouts), duration(value_of(metrics, "dark_s")),
                          causes.empty() ? "" : " (" + causes + ")"));
  }
  std::string highest;
  for (const auto& [name, word] : {std::pair{"chip_temperature_max_degc", "chip"},
                                   {"coolant_temperature_max_degc", "coolant"},
                                   {"room_temperature_max_degc", "room"}}) {
    if (const auto degrees = metrics.get(name)) {
      highest += fmt::format("{}{} {:.1f}", highest.empty() ? "" : ", ", word, *degrees);
    }
  }
  if (!highest.empty()) {
    table.row("highest temperatures", highest + " degC");
  }
}

std::string percent(double share) { return fmt::format("{:.1f} %", share * 100); }
std::string ratio(double value) { return fmt::format("{:.3f}", value); }
std::string grams(double value) { return fmt::format("{:.1f} g", value); }

}  // namespace

void add_plant(TextTable& table, const MetricSet& metrics) {
  table.heading("Energy");
  add_uses(table, metrics);
  add_supply(table, metrics);
  add_products(table, metrics);
  add_environment(table, metrics);
  add_operation(table, metrics);
}

void add_site_table(TextTable& table, const Summary& summary) {
  if (summary.sites.size() > 1) {
    add_metric_table(table, "Sites", summary.sites,
                     {{"energy", "energy_site_j", energy},
                      {"peak", "peak_site_power_w", power},
                      {"PUE", "pue", ratio},
                      {"WUE, l/kWh", "wue_l_per_kwh", ratio},
                      {"renewable", "renewable_share", percent},
                      {"carbon", "carbon_kg", mass},
                      {"CO2e/Mtok", "carbon_per_mtok_g", grams},
                      {"clock", "clock_mean", percent},
                      {"dark", "dark_s", duration}});
  }
}

}  // namespace tokenfab

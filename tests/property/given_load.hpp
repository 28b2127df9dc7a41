// SPDX-License-Identifier: Apache-2.0
// A site whose load is given, made for round numbers: ten one-chip nodes of 100 W idle and 700 W
// busy, half busy at all times. 4 kW, 1 kW with nothing to do, 7 kW by design.
#pragma once

#include <fmt/format.h>

#include <string>

#include "tests/property/scenario_runs.hpp"

namespace tokenfab::testing {

inline constexpr double kwh = 3.6e6;

/// 0.36 USD/kWh is 1e-7 USD/J, 360 g/kWh is 1e-7 kg/J.
struct GivenLoad {
  double horizon_s = 7200;
  double utilization = 0.5;
  double liquid_heat_share = 0;
  std::string tariff = R"({"model": "flat", "price": "0.36 USD/kWh"})";
  std::string grid;    // more of it
  std::string energy;  // likewise
  std::string power = R"({"model": "constant_efficiency", "transformer": 1, "ups": 1,
  "distribution": 1})";
  std::string cooling = R"({"model": "constant_pue", "pue": 1})";
  std::string weather = R"({"model": "constant", "dry_bulb": "20 degC"})";
  std::string site;  // more of it
  std::string interval = "10 s";
  std::string start = "2024-01-01T00:00";
  std::string output;

  std::string text() const {
    return fmt::format(R"({{"scenario_version": 1, "name": "given", "horizon": "{} s",
"plant_interval": "{}", "start": "{}", "sites": {{"s": {{
  "energy": {{"grid": {{"tariff": {}, "carbon": {{"model": "flat",
  "intensity": "360 g/kWh"}} {}}} {}}},
  "power": {}, "cooling": {}, "weather": {}, {}
  "clusters": {{"c": {{"nodes": 10, "load": {{"model": "constant", "utilization": {}}},
    "throughput": {{"input": "100 token/s", "output": "30 token/s"}},
    "node": {{"use": "hgx-h100", "chips_per_node": 1, "host_power_idle": "0 W",
      "host_power_busy": "0 W", "network_power": "0 W", "storage_power": "0 W",
      "fans": {{"power_idle": "0 W", "power_busy": "0 W"}}, "psu_efficiency": 1,
  "liquid_heat_share": {},
      "chip": {{"use": "h100-sxm", "power_idle": "100 W"}}}}}}}}}}}},
"services": {{}}, "workloads": {{}} {}}})",
                       horizon_s, interval, start, tariff, grid, energy, power, cooling, weather,
                       site, utilization, liquid_heat_share, output);
  }
};

inline Played played(const GivenLoad& load) { return play(load.text()); }

inline double of(const Played& run, const std::string& name) {
  return run.metric("/metrics/" + name);
}

inline double cost(const Played& run, const std::string& item) {
  double sum = 0;
  for (const auto& line : run.report.find("cost_ledger")->items) {
    if (line.find("item")->text == item) {
      const auto* amount = line.find("amount_usd");
      sum +=
          amount->kind == NodeKind::Integer ? static_cast<double>(amount->integer) : amount->number;
    }
  }
  return sum;
}

}  // namespace tokenfab::testing

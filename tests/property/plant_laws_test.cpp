// SPDX-License-Identifier: Apache-2.0
// Laws of a whole site whose load is given: months make up the run, hotter weather and dearer
// energy never help, a lower cap never lets through more, and the interval of the solutions does
// not matter where nothing reacts.
#include <map>
#include <sstream>

#include "tests/property/given_load.hpp"
#include "tests/property/random_plant.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

/// Sums of months.csv's columns.
std::map<std::string, double> sums(const std::string& months) {
  std::istringstream lines(months);
  std::string line;
  std::vector<std::string> names;
  std::map<std::string, double> sums;
  while (std::getline(lines, line)) {
    std::istringstream cells(line);
    std::size_t column = 0;
    const bool is_head = names.empty();
    for (std::string cell; std::getline(cells, cell, ','); ++column) {
      if (is_head) {
        names.push_back(cell);
      } else if (column > 1 && !cell.empty()) {
        sums[names[column]] += std::stod(cell);
      }
    }
  }
  return sums;
}

/// A random plant, days long, under two loads on clocks half an hour apart.
std::string days_on_random_plants(std::uint64_t seed) {
  constexpr double days_s = 4 * 86400;
  constexpr double node_design_w = (8 * 700 + 1900) / 0.94;  // hgx-h100
  RandomPlant plant(seed, 4 * node_design_w, days_s);
  const auto site = [&](const char* name, const char* zone) {
    return fmt::format(R"("{}": {{"time_zone": "{}", {},
  "clusters": {{"c": {{"node": {{"use": "hgx-h100"}}, "nodes": 4,
    "load": {{"model": "daily", "by_hour": {{"0": 0.2, "7": {}, "19": 0.4}},
  "weekend": {{"0": 0.1}}}},
    "throughput": {{"input": "100 token/s", "output": "30 token/s"}}}}}}}})",
                       name, zone, plant.site(), plant.real(0.3, 1));
  };
  return fmt::format(R"({{"scenario_version": 1, "name": "days", "start": "2024-02-27T03:00",
"horizon": "{} s", "plant_interval": "{} s", "sites": {{{}, {}}}, "services": {{}},
"workloads": {{}}}})",
                     days_s, 600 * plant.interval(), site("a", "+05:30"), site("b", "-03:00"));
}

const std::vector<std::string>& cooling_plants() {
  static const std::vector<std::string> plants{"constant_pue", "air_economizer", "chilled_water",
                                               "dry_cooler", "liquid"};
  return plants;
}

}  // namespace

TEST_CASE("plant laws: the months make up the run") {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    INFO("seed " << seed);
    INFO(days_on_random_plants(seed));
    const auto run = play(days_on_random_plants(seed));
    const auto months = sums(run.months);
    const auto same = [&](const char* column, const char* metric, double factor) {
      INFO(column);
      const double whole = of(run, metric) * factor;
      REQUIRE(months.at(column) == Approx(whole).epsilon(1e-9).margin(1e-9));
    };
    same("duration_h", "duration_s", 2 / 3600.0);  // of two sites
    same("energy_it_kwh", "energy_it_j", 1 / kwh);
    same("energy_site_kwh", "energy_site_j", 1 / kwh);
    same("energy_import_kwh", "energy_import_j", 1 / kwh);
    same("carbon_kg", "carbon_kg", 1);
    same("input_tokens", "input_tokens", 1);
    same("output_tokens", "output_tokens", 1);
    same("cost_usd", "cost_total_usd", 1);
    double ledger = 0;
    for (const auto& line : run.report.find("energy_ledger")->items) {
      const auto* energy = line.find("energy_j");
      ledger +=
          energy->kind == NodeKind::Integer ? static_cast<double>(energy->integer) : energy->number;
    }
    REQUIRE(ledger == Approx(0).margin(1e-9 * of(run, "energy_site_j")));
  }
}

TEST_CASE("plant laws: a month that ends amid decodes has the same tokens in both steppings") {
  const auto played = [](const std::string& stepping) {
    return play(R"({"scenario_version": 1, "name": "eve", "start": "2024-01-31T23:59",
      "horizon": "90 s", "stepping": ")" +
                stepping + R"(",
      "sites": {"a": {"energy": {"grid": {
        "tariff": {"model": "flat", "price": "0.1 USD/kWh"},
        "carbon": {"model": "flat", "intensity": "100 g/kWh"}}},
        "clusters": {"h": {"node": {"use": "hgx-h100"}, "nodes": 1}}}},
      "models": {"llama": {"use": "llama-3.1-70b"}},
      "services": {"chat": {"model": "llama", "pools": {"main":
        {"cluster": "a/h", "replicas": 1, "engine": {"tensor_parallel_size": 8}}}}},
      "workloads": {"load": {"model": "synthetic", "service": "chat", "request_rate": "0.2 /s",
        "isl": {"model": "fixed", "value": 500}, "osl": {"model": "fixed", "value": 2000}}}})");
  };
  const auto jumps = played("request");
  const auto january = [](const Played& run) {
    return sums(run.months.substr(0, run.months.find("a,2024-02")));
  };
  const auto by_jumps = january(jumps);
  const auto by_steps = january(played("iteration"));
  REQUIRE(by_jumps.at("output_tokens") > 0);
  for (const auto& [column, value] : by_steps) {
    INFO(column);
    REQUIRE(by_jumps.at(column) == Approx(value).epsilon(1e-9));
  }
  REQUIRE(sums(jumps.months).at("output_tokens") == of(jumps, "output_tokens"));
  REQUIRE(sums(jumps.months).at("input_tokens") == of(jumps, "input_tokens"));
}

TEST_CASE("plant laws: the interval does not matter where nothing reacts") {
  for (const auto* model : {"constant_pue", "liquid"}) {
    GivenLoad load;
    load.horizon_s = 36 * 3600;
    load.cooling = fmt::format(R"({{"model": "{}"}})", model);
    load.liquid_heat_share = load.cooling.find("liquid") != std::string::npos ? 0.8 : 0;
    load.weather = R"({"model": "constant", "dry_bulb": "25 degC", "wind_m_s": 8})";
    if (load.cooling.find("liquid") == std::string::npos) {
      load.power = R"({"model": "conversion_chain", "ups": {"use": "ups-double-conversion"},
  "battery": {}, "transformer": {"use": "transformer-dry-type"}})";
    }
    load.energy = R"(, "wind": {"model": "turbine", "capacity": "3 kW"})";
    load.interval = "1 s";
    const auto fine = played(load);
    for (const auto* interval : {"7 s", "60 s", "1 h", "7 h"}) {
      INFO(model << " " << interval);
      load.interval = interval;
      REQUIRE(differences(*fine.report.find("metrics"), *played(load).report.find("metrics"), 1e-9,
                          "", 1e-9) == "");
    }
  }
}

TEST_CASE("plant laws: hotter weather never lowers the energy") {
  for (const auto& model : cooling_plants()) {
    double before = 0;
    for (const double degrees : {-20, -5, 5, 12, 18, 22, 26, 30, 34, 38, 42}) {
      GivenLoad load;
      load.cooling = fmt::format(R"({{"model": "{}"}})", model);
      load.liquid_heat_share = load.cooling.find("liquid") != std::string::npos ? 0.8 : 0;
      load.liquid_heat_share = load.cooling.find("liquid") != std::string::npos ? 0.8 : 0;
      load.weather = fmt::format(
          R"({{"model": "constant", "dry_bulb": "{} degC", "relative_humidity": 0.4}})", degrees);
      const double energy = of(played(load), "energy_site_j");
      INFO(model << " at " << degrees);
      REQUIRE(energy >= before * (1 - 1e-12));
      before = energy;
    }
  }
}

TEST_CASE("plant laws: a lower cap gives neither a higher peak nor more tokens") {
  for (const auto* model : {"constant_pue", "air_economizer", "liquid"}) {
    double tokens = 1e18;
    double peak = 1e18;
    for (const double cap_w : {9e3, 5e3, 4.5e3, 4e3, 3.5e3, 3e3, 2e3, 1e3}) {
      GivenLoad load;
      load.cooling = fmt::format(R"({{"model": "{}"}})", model);
      load.liquid_heat_share = load.cooling.find("liquid") != std::string::npos ? 0.8 : 0;
      load.liquid_heat_share = load.cooling.find("liquid") != std::string::npos ? 0.8 : 0;
      load.site =
          fmt::format(R"("control": {{"model": "power_cap", "site_power_cap": "{} W"}},)", cap_w);
      const auto run = played(load);
      INFO(model << " under " << cap_w);
      REQUIRE(of(run, "output_tokens") <= tokens);
      REQUIRE(of(run, "peak_site_power_w") <= peak * (1 + 1e-12));
      tokens = of(run, "output_tokens");
      peak = of(run, "peak_site_power_w");
    }
  }
}

TEST_CASE("plant laws: dearer energy never makes a cheaper run, with a battery that trades") {
  double before = 0;
  for (const double factor : {0.5, 1.0, 1.5, 2.0, 4.0}) {
    GivenLoad load;
    load.horizon_s = 86400;
    load.interval = "5 min";
    load.tariff = fmt::format(R"({{"model": "time_of_use", "periods": {{
  "low": {{"price": "{} USD/kWh", "hours": "0-9"}},
  "high": {{"price": "{} USD/kWh", "hours": "9-24"}}}}}})",
                              0.1 * factor, 0.3 * factor);
    load.energy = R"(, "battery": {"capacity": "8 kWh", "power": "2 kW"},
  "dispatch": {"model": "price_arbitrage"})";
    const double total = of(played(load), "cost_total_usd");
    REQUIRE(total > before);
    before = total;
  }
}

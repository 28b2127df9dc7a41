// SPDX-License-Identifier: Apache-2.0
// Random physical plants as text, for sites whose minutes are short: power chains with batteries
// and breakers, every cooling plant, controls, outages, generators, site batteries, plant faults.
// Thermal masses are small and events early, so that much happens within seconds.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

#include "sim/core/random.hpp"

namespace tokenfab::testing {

class RandomPlant {
 public:
  /// `design_w`: of the site's racks; `span_s`: in which its events fall.
  RandomPlant(std::uint64_t seed, double design_w, double span_s)
      : random_(seed, 0, "plant", "choices"), design_w_(design_w), span_s_(span_s) {}

  /// Fields of a site from "energy" to "restart_time", each call another plant.
  std::string site() {
    return fmt::format(R"("energy": {{{}}}, {} {} {} {} {} "restart_time": "{} s")", energy(),
                       power(), cooling(), weather(), control(), faults(),
                       one_of(3) ? 0.0 : real(0, 0.2 * span_s_));
  }
  /// A cluster's, or nothing.
  std::string rack_cap(double rack_design_w) {
    return one_of(3) ? fmt::format(R"(, "nodes_per_rack": 1, "rack_power_cap": "{} W")",
                                   rack_design_w * real(0.2, 0.9))
                     : "";
  }
  /// Of the scenario. Not all divide an hour.
  double interval() {
    static constexpr std::array intervals{0.05, 0.07, 0.2, 0.3, 0.5, 0.7, 1.0, 3.0};
    return intervals[random_.next_u64() % intervals.size()];
  }

  bool one_of(std::uint64_t n) { return random_.next_u64() % n == 0; }
  std::int64_t whole(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(random_.next_u64() %
                                           static_cast<std::uint64_t>(high - low + 1));
  }
  double real(double low, double high) { return low + random_.uniform() * (high - low); }

 private:
  std::string energy() {
    std::string text = fmt::format(R"("grid": {{{}, {})", tariff(), carbon());
    if (one_of(4)) {
      text += fmt::format(R"(, "import_limit": "{} W")", design_w_ * real(0.4, 1.5));
    }
    if (one_of(2)) {
      text += outages();
    }
    text += "}";
    if (one_of(3)) {
      text += fmt::format(R"(, "genset": {{"capacity": "{} W", "start_time": "{} s"{}}})",
                          design_w_ * real(0.5, 3), real(0, 0.2 * span_s_),
                          one_of(3) ? fmt::format(R"(, "tank": "{} s")", real(0.1, span_s_)) : "");
    }
    if (one_of(3)) {
      static constexpr std::array policies{
          R"({"model": "none"})", R"({"model": "price_arbitrage"})",
          R"({"model": "self_consumption"})", R"({"model": "ramp_limit", "rate": "5 kW/min"})"};
      const auto policy = one_of(4)
                              ? fmt::format(R"({{"model": "peak_shaving", "target": "{} W"}})",
                                            design_w_ * real(0.3, 0.9))
                              : std::string(policies[random_.next_u64() % policies.size()]);
      const double power = design_w_ * real(0.1, 1.5);
      text += fmt::format(
          R"(, "battery": {{"capacity": "{} J", "power": "{} W", "c_rate": 100, "soc_min": {},
  "soc_max": {}, "backs_up": {}}}, "dispatch": {})",
          power * 36.1, power, real(0.4, 0.49), real(0.51, 0.6), one_of(2), policy);
    }
    if (one_of(4)) {
      text += fmt::format(R"(, "wind": {{"model": "turbine", "capacity": "{} W"}})",
                          design_w_ * real(0.1, 3));
    }
    return text;
  }

  std::string tariff() {
    if (one_of(2)) {
      return fmt::format(R"("tariff": {{"model": "flat", "price": "{} USD/kWh"}})",
                         real(-0.05, 0.3));
    }
    return fmt::format(
        R"("tariff": {{"model": "time_of_use", "periods": {{
  "a": {{"price": "{} USD/kWh", "hours": "0-12", "sell_price": "{} USD/kWh"}},
  "b": {{"price": "{} USD/kWh", "hours": "12-24"}}}}}})",
        real(0.01, 0.3), real(0, 0.1), real(0.01, 0.3));
  }
  std::string carbon() {
    return fmt::format(R"("carbon": {{"model": "flat", "intensity": "{} g/kWh"}})", real(0, 900));
  }

  std::string outages() {
    std::string list;
    double from = 0;
    for (auto left = whole(1, 2); left > 0; --left) {
      const double at = from + real(0, 0.4 * span_s_);
      const double duration = real(0.01, one_of(2) ? 0.05 * span_s_ : 0.5 * span_s_);
      list += fmt::format(R"({}"o{}": {{"at": "{} s", "duration": "{} s"}})",
                          list.empty() ? "" : ", ", left, at, duration);
      from = at + duration;
    }
    return fmt::format(R"(, "outages": {{"model": "scheduled", "outages": {{{}}}}})", list);
  }

  std::string power() {
    if (one_of(4)) {
      return "";
    }
    std::string text = R"("power": {"model": "conversion_chain")";
    const auto add = [&](const std::string& part) { text += ", " + part; };
    const bool has_rectifier = one_of(4);
    const bool has_ups = !has_rectifier && !one_of(4);
    if (one_of(2)) {
      add(R"("transformer": {"use": "transformer-dry-type"}, "switchgear": {"use": "switchgear"})");
    }
    const auto units = whole(1, 3);
    if (has_ups) {
      add(fmt::format(
          R"("ups": {{"use": "ups-double-conversion", "units": {}, "redundancy": "{}"}})", units,
          one_of(2) ? "N" : "N+1"));
      add(fmt::format(R"("cooling_on_ups": {})", one_of(2)));
    }
    if (has_rectifier) {
      add(R"("rectifier": {"use": "rectifier-800vdc"})");
    }
    if (has_ups || has_rectifier) {
      if (!one_of(3)) {
        add(fmt::format(R"("battery": {{"autonomy": "{} s"}})",
                        real(1, std::min(3600.0, 1 + 0.3 * span_s_))));
      }
    }
    if (one_of(2)) {
      add(R"("distribution": {"use": "busway"})");
    }
    const auto breaker = [&] {
      return fmt::format(R"({{"long_time_delay": "{} s"}})", real(0.1, 0.5));
    };
    if (one_of(3)) {
      add(R"("main_breaker": )" + breaker());
    }
    if (one_of(3)) {
      add(R"("rack_breakers": )" + breaker());
    }
    add(fmt::format(R"("oversubscription": {})", one_of(2) ? 1.0 : real(1, 6)));
    return text + "},";
  }

  std::string protection() {
    return fmt::format(
        R"("protection": {{"throttle_temperature": "{} degC", "shutdown_temperature": "{} degC",
  "restart_temperature": "{} degC", "hysteresis": "{} K",
  "room_shutdown_temperature": "{} degC"}})",
        real(35, 60), real(61, 80), real(28, 50), real(2, 12), real(33, 50));
  }

  std::string cooling() {
    if (one_of(4)) {
      return one_of(2) ? R"("cooling": {"model": "constant_pue", "pue": 1.8},)" : "";
    }
    const auto air = fmt::format(R"("air": {{"heat_capacity": "{} J/K/W"}})", real(0.1, 0.2));
    switch (random_.next_u64() % 4) {
      case 0:
        return fmt::format(R"("cooling": {{"model": "air_economizer", {}, {}}},)", air,
                           protection());
      case 1:
        return fmt::format(
            R"("cooling": {{"model": "chilled_water", {},
  "chilled_water": {{"volume": "1e-8 m3/W"}},
  {}}},)",
            air, protection());
      case 2:
        return fmt::format(
            R"("cooling": {{"model": "dry_cooler", {}, "chilled_water": {{"volume": "1e-8 m3/W"}},
  {}}},)",
            air, protection());
      default:
        return fmt::format(
            R"("cooling": {{"model": "liquid", {}, "cdu": {{"volume": "1e-8 m3/W"}},
  "facility_water": {{"volume": "1e-8 m3/W"}}, {}}},)",
            air, protection());
    }
  }

  std::string weather() {
    return fmt::format(
        R"("weather": {{"model": "constant", "dry_bulb": "{} degC", "relative_humidity": {},
  "wind_m_s": {}}},)",
        real(-10, 48), real(0.1, 0.9), real(0, 14));
  }

  std::string control() {
    if (one_of(3)) {
      return "";
    }
    if (one_of(2)) {
      return fmt::format(R"("control": {{"model": "power_cap", "site_power_cap": "{} W"}},)",
                         design_w_ * real(0.3, 1.2));
    }
    return fmt::format(
        R"("control": {{"model": "demand_response", "events": {{
  "e": {{"start": "{} s", "duration": "{} s", "clock": {}}}}}, "rules": {{
  "r": {{"price_above": "{} USD/kWh", "cap": "{} W"}}}}}},)",
        real(0, 0.5 * span_s_), real(1, span_s_), real(0.3, 0.95), real(0, 0.3),
        design_w_ * real(0.3, 1));
  }

  std::string faults() {
    if (one_of(2)) {
      return "";
    }
    static constexpr std::array parts{"chillers", "heat_rejection", "pumps", "fans", "ups"};
    std::string list;
    for (auto left = whole(1, 3); left > 0; --left) {
      list += fmt::format(
          R"({}"f{}": {{"component": "{}", "share": {}, "units": {}, "at": "{} s",
  "duration": "{} s"}})",
          list.empty() ? "" : ", ", left, parts[random_.next_u64() % parts.size()],
          one_of(2) ? 1.0 : real(0.1, 1), whole(1, 2), real(0, 0.7 * span_s_),
          real(0.01, 0.8 * span_s_));
    }
    return fmt::format(R"("plant_faults": {{{}}},)", list);
  }

  RandomStream random_;
  double design_w_;
  double span_s_;
};

}  // namespace tokenfab::testing

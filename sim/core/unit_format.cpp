// SPDX-License-Identifier: Apache-2.0
// The writing half of unit_parser.hpp: canonical text and the names of dimensions.
#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "sim/core/check.hpp"
#include "sim/core/unit_parser.hpp"

namespace tokenfab {
namespace {

namespace dim = dimensions;

struct NamedDimension {
  Dimension dimension;
  std::string_view noun;
  std::string_view usual_unit;
  std::string_view example;
};

constexpr Dimension power = dim::energy - dim::time;

constexpr NamedDimension named_dimensions[] = {
    {Dimension{}, "ratio without unit", "", "25 %"},
    {dim::time, "time", "s", "5 min"},
    {dim::energy, "energy", "kWh", "100 kWh"},
    {dim::data, "amount of data", "B", "80 GiB"},
    {dim::flop, "amount of computation", "FLOP", "1 TFLOP"},
    {dim::temperature, "temperature difference", "K", "6 K"},
    {dim::money, "amount of money", "USD", "30000 USD"},
    {dim::mass, "mass", "kg", "5 kg"},
    {dim::volume, "volume", "L", "100 L"},
    {dim::token, "number of tokens", "tok", "1 Mtok"},
    {power, "power", "W", "120 kW"},
    {Dimension{} - dim::time, "rate", "1/s", "10 req/s"},
    {dim::data - dim::time, "data rate", "B/s", "3.35 TB/s"},
    {dim::flop - dim::time, "computing rate", "FLOPS", "989 TFLOPS"},
    {dim::token - dim::time, "token rate", "tok/s", "50 tok/s"},
    {dim::volume - dim::time, "volume flow", "L/s", "20 L/s"},
    {dim::energy - dim::data, "energy per byte", "J/B", "32 nJ/B"},
    {dim::energy - dim::flop, "energy per operation", "J/FLOP", "1000 nJ/FLOP"},
    {dim::energy - dim::token, "energy per token", "J/tok", "0.5 J/tok"},
    {dim::energy - dim::temperature, "heat capacity", "J/K", "500 kJ/K"},
    {power - dim::temperature, "thermal conductance", "W/K", "2 kW/K"},
    {dim::temperature - power, "thermal resistance", "K/W", "0.05 K/W"},
    {dim::mass - dim::energy, "carbon intensity", "gCO2e/kWh", "400 gCO2e/kWh"},
    {dim::volume - dim::energy, "water use", "L/kWh", "1.8 L/kWh"},
    {dim::money - dim::energy, "energy price", "USD/kWh", "0.08 USD/kWh"},
    {dim::money - dim::time, "cost rate", "USD/h", "2 USD/h"},
    {dim::money - power, "price of power", "USD/kW", "9000 USD/kW"},
    {dim::money - dim::token, "token price", "USD/Mtok", "2 USD/Mtok"},
    {dim::money - dim::mass, "carbon price", "USD/t", "80 USD/t"},
    {dim::money - dim::volume, "water price", "USD/m3", "1.5 USD/m3"},
    {dim::money - dim::data, "price of data", "USD/GB", "0.05 USD/GB"},
};

const NamedDimension* find_named(const Dimension& dimension) {
  for (const auto& named : named_dimensions) {
    if (named.dimension == dimension) {
      return &named;
    }
  }
  return nullptr;
}

void append_factor(std::string& unit, std::string_view joint, std::string_view symbol, int power_) {
  unit += joint;
  unit += symbol;
  if (power_ > 1) {
    unit += fmt::format("^{}", power_);
  }
}

/// The unit of scale one: "W", "USD/J", "/s". Watts are named; all others are base units.
std::string si_unit(const Dimension& dimension) {
  if (dimension == power) {
    return "W";
  }
  const std::pair<std::string_view, int> factors[] = {
      {"USD", dimension.money}, {"kg", dimension.mass},       {"m3", dimension.volume},
      {"tok", dimension.token}, {"J", dimension.energy},      {"B", dimension.data},
      {"FLOP", dimension.flop}, {"K", dimension.temperature}, {"s", dimension.time},
  };
  std::string unit;
  for (const auto& [symbol, exponent] : factors) {
    if (exponent > 0) {
      append_factor(unit, unit.empty() ? "" : "*", symbol, exponent);
    }
  }
  for (const auto& [symbol, exponent] : factors) {
    if (exponent < 0) {
      append_factor(unit, "/", symbol, -exponent);
    }
  }
  return unit;
}

}  // namespace

std::string format_quantity(double si, Dimension dimension) {
  CHECK(std::isfinite(si), "value {}", si);
  const auto unit = si_unit(dimension);
  return unit.empty() ? fmt::format("{}", si) : fmt::format("{} {}", si, unit);
}

std::string format_temperature(Celsius point) {
  CHECK(std::isfinite(point.degrees()), "degrees {}", point.degrees());
  return fmt::format("{} degC", point.degrees());
}

std::string readable(Watts power) {
  const double size = std::abs(power.si());
  for (const auto& [scale, unit] : {std::pair{1e9, "GW"}, {1e6, "MW"}, {1e3, "kW"}}) {
    if (size >= scale) {
      return fmt::format("{:.6g} {}", power.si() / scale, unit);
    }
  }
  return fmt::format("{:.6g} W", power.si());
}

std::string readable(Seconds span) {
  const double size = std::abs(span.si());
  for (const auto& [scale, unit] : {std::pair{86400.0, "d"}, {3600.0, "h"}, {60.0, "min"}}) {
    if (size >= 2 * scale) {
      return fmt::format("{:.6g} {}", span.si() / scale, unit);
    }
  }
  return fmt::format("{:.6g} s", span.si());
}

std::string dimension_name(Dimension dimension) {
  const auto* named = find_named(dimension);
  if (named == nullptr) {
    return fmt::format("quantity in {}", si_unit(dimension));
  }
  return named->usual_unit.empty() ? std::string(named->noun)
                                   : fmt::format("{} ({})", named->noun, named->usual_unit);
}

std::string dimension_example(Dimension dimension) {
  const auto* named = find_named(dimension);
  return named != nullptr ? std::string(named->example) : fmt::format("1 {}", si_unit(dimension));
}

}  // namespace tokenfab

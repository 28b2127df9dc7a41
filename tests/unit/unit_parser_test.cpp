// SPDX-License-Identifier: Apache-2.0
#include "sim/core/unit_parser.hpp"

#include <bit>
#include <catch2/catch.hpp>
#include <clocale>
#include <cmath>
#include <cstdint>
#include <random>
#include <string>

#include "sim/core/nearest.hpp"

namespace tokenfab {
namespace {

namespace dim = dimensions;

constexpr Dimension power = dim::energy - dim::time;

ParsedQuantity parsed(const std::string& text) {
  INFO(text);
  const auto result = parse_quantity(text);
  if (const auto* error = std::get_if<UnitError>(&result)) {
    FAIL(error->message);
  }
  return std::get<ParsedQuantity>(result);
}

double value_of(const std::string& text, Dimension dimension) {
  const auto quantity = parsed(text);
  INFO(text);
  CHECK(dimension_name(quantity.dimension) == dimension_name(dimension));
  return quantity.value_si;
}

std::string error_of(const std::string& text) {
  const auto result = parse_quantity(text);
  const auto* error = std::get_if<UnitError>(&result);
  return error == nullptr ? "no error" : error->message;
}

TEST_CASE("unit parser: values are exact in SI units") {
  CHECK(value_of("120 kW", power) == 120000);
  CHECK(value_of("120kW", power) == 120000);
  CHECK(value_of(" -1e-3 MW ", power) == -1000);
  CHECK(value_of("3 mW", power) == 0.003);
  CHECK(value_of("2.5 ms", dim::time) == 0.0025);
  CHECK(value_of("1.7 us", dim::time) == 1.7e-6);
  CHECK(value_of("5 min", dim::time) == 300);
  CHECK(value_of("1 d", dim::time) == 86400);
  CHECK(value_of("12 month", dim::time) == 365 * 86400.0);
  CHECK(value_of("1 year", dim::time) == value_of("1 y", dim::time));
  CHECK(value_of("3.35 TB/s", dim::data - dim::time) == 3.35e12);
  CHECK(value_of("400 Gb/s", dim::data - dim::time) == 5e10);
  CHECK(value_of("80 GiB", dim::data) == 80 * 0x1p30);
  CHECK(value_of("5EB", dim::data) == 5e18);
  CHECK(value_of("989 TFLOPS", dim::flop - dim::time) == 989e12);
  CHECK(value_of("989 TFLOP/s", dim::flop - dim::time) == 989e12);
  CHECK(value_of("1 kWh", dim::energy) == 3.6e6);
  CHECK(value_of("1 W*h", dim::energy) == 3600);
  CHECK(value_of("400 gCO2e/kWh", dim::mass - dim::energy) == 400 / 3.6e9);
  CHECK(value_of("5 kg", dim::mass) == 5);
  CHECK(value_of("1 t", dim::mass) == 1000);
  CHECK(value_of("1.8 L/kWh", dim::volume - dim::energy) == 0.0018 / 3.6e6);
  CHECK(value_of("2 m3", dim::volume) == 2);
  CHECK(value_of("3 Mtok", dim::token) == 3e6);
  CHECK(value_of("7 req/s", Dimension{} - dim::time) == 7);
  CHECK(value_of("2 kHz", Dimension{} - dim::time) == 2000);
  CHECK(value_of("5 1/s", Dimension{} - dim::time) == 5);
  CHECK(value_of("6 K", dim::temperature) == 6);
  CHECK(value_of("25 %", Dimension{}) == 0.25);
  CHECK(value_of("5", Dimension{}) == 5);
  CHECK(value_of("4 s^2", dim::time + dim::time) == 4);
}

TEST_CASE("unit parser: money stays in its currency") {
  const auto price = parsed("0.38 CNY/kWh");
  CHECK(price.currency == "CNY");
  CHECK(price.value_si == 0.38 / 3.6e6);
  CHECK(price.dimension == dim::money - dim::energy);
  // a price of power per month: USD / (W * s)
  const auto demand = parsed("9 USD/kW/month");
  CHECK(demand.dimension == DollarsPerJoule::dimension);
  CHECK(demand.value_si == Approx(9 / 1e3 / (365 * 86400.0 / 12)).epsilon(1e-15));
  CHECK(parsed("5 kWh").currency.empty());
}

TEST_CASE("unit parser: every error says what to do") {
  CHECK(error_of("") == "expected a number with a unit, found nothing");
  CHECK(error_of("   ") == "expected a number with a unit, found nothing");
  CHECK(error_of(std::string(100, '1')) == "too long for a number with a unit");
  for (const auto* text :
       {"kW", "nan", "nan W", "inf", "-inf W", "+5 W", "--5 W", "-", ".", "e5"}) {
    CHECK(error_of(text) == "expected a number first, then the unit");
  }
  CHECK(error_of("1e400 W") == "the number is too large or too small");
  CHECK(error_of("1e308 EB") == "the number is too large for this unit");
  CHECK(error_of("1 EB^4*EB^4*EB^4*EB^4*EB^4") == "the number is too large for this unit");
  CHECK(error_of("1,000 W") == "numbers have a decimal point and no commas");
  CHECK(error_of("5 kw") == "unknown unit \"kw\"; did you mean \"kW\"? Units are case-sensitive");
  CHECK(error_of("5 mw") ==
        "unknown unit \"mw\"; did you mean \"MW\" or \"mW\"? Units are case-sensitive");
  CHECK(error_of("5 tokens") == "unknown unit \"tokens\"; did you mean \"token\"?");
  CHECK(error_of("5 bananas") == "unknown unit \"bananas\"");
  CHECK(error_of("0x10") == "unknown unit \"x10\"");
  CHECK(error_of("1 MUSD").starts_with("unknown unit \"MUSD\""));
  CHECK_THAT(error_of("5 degC"), Catch::Contains("a temperature difference is written in K"));
  CHECK(error_of("5 W W") == "unexpected \"W\"; units are joined by * or /");
  CHECK(error_of("5 W/") == "a unit is missing");
  CHECK(error_of("5 *W") == "a unit is missing");
  CHECK(error_of("5 s^9") == "a power is a digit from 1 to 4, like \"s^2\"");
  CHECK(error_of("5 s^").starts_with("a power is"));
  CHECK(error_of("5 J/s*h").starts_with("* after / can be read in two ways"));
  CHECK(error_of("5 USD/CNY") == "two currencies in one unit: USD and CNY");
  CHECK(error_of("5 s*s*s*s*s*s*s*s*s*s*s*s*s*s*s*s*s") == "too many units");
}

TEST_CASE("unit parser: temperatures are points") {
  const auto degrees = [](const char* text) {
    return std::get<Celsius>(parse_temperature(text)).degrees();
  };
  CHECK(degrees("35 degC") == 35);
  CHECK(degrees("-7.5degC") == -7.5);
  CHECK(degrees("308.15 K") == Approx(35));
  const auto message = [](const char* text) {
    return std::get<UnitError>(parse_temperature(text)).message;
  };
  CHECK(message("35") == "expected degC or K after the number");
  CHECK(message("35 C") == "expected degC or K after the number");
  CHECK(message("-300 degC") == "colder than absolute zero");
}

TEST_CASE("unit parser: formatted quantities read back to the identical double") {
  CHECK(format_quantity(120000, power) == "120000 W");
  CHECK(format_quantity(0.5, Dimension{}) == "0.5");
  CHECK(format_quantity(2, Dimension{} - dim::time) == "2 /s");
  CHECK(format_quantity(3, dim::money - power) == "3 USD*s/J");
  std::mt19937_64 random(1);
  const Dimension units[] = {dim::time,  dim::energy, dim::data,   dim::flop, dim::temperature,
                             dim::money, dim::mass,   dim::volume, dim::token};
  for (int i = 0; i < 20000; ++i) {
    const auto value = std::bit_cast<double>(random());
    if (!std::isfinite(value)) {
      continue;
    }
    Dimension dimension;
    for (int k = 0; k < 3; ++k) {
      const auto& unit = units[random() % std::size(units)];
      dimension = random() % 2 == 0 ? dimension + unit : dimension - unit;
    }
    const auto back = parsed(format_quantity(value, dimension));
    REQUIRE(std::bit_cast<std::uint64_t>(back.value_si) == std::bit_cast<std::uint64_t>(value));
    REQUIRE(back.dimension == dimension);
  }
  for (const double degrees : {0.1, -40.0, 35.123456789012345}) {
    CHECK(std::get<Celsius>(parse_temperature(format_temperature(Celsius(degrees)))).degrees() ==
          degrees);
  }
}

TEST_CASE("unit parser: dimension names and examples agree") {
  CHECK(dimension_name(power) == "power (W)");
  CHECK(dimension_name(dim::money - dim::energy) == "energy price (USD/kWh)");
  CHECK(dimension_name(dim::time + dim::time) == "quantity in s^2");
  for (const auto dimension :
       {Dimension{}, dim::time, dim::energy, dim::data, dim::flop, dim::temperature, dim::money,
        dim::mass, dim::volume, dim::token, power, dim::money - power, dim::money - dim::token,
        dim::energy - dim::flop, dim::temperature - power, dim::time + dim::token}) {
    CHECK(parsed(dimension_example(dimension)).dimension == dimension);
  }
}

TEST_CASE("unit parser: nearest names") {
  const std::vector<std::string> known{"power_limit", "chips", "H100-SXM", "b200"};
  CHECK(nearest_name("power_limt", known) == "power_limit");
  CHECK(nearest_name("pwoer_limit", known) == "power_limit");
  CHECK(nearest_name("h100-sxm", known) == "H100-SXM");
  CHECK(nearest_name("B200", known) == "b200");
  CHECK(nearest_name("weather", known) == std::nullopt);
  CHECK(nearest_name("", known) == std::nullopt);
  CHECK(nearest_name(std::string(1000000, 'a'), known) == std::nullopt);
  CHECK(did_you_mean("chip", known) == "did you mean \"chips\"?");
  CHECK(did_you_mean("weather", known).empty());
}

}  // namespace
}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "sim/core/unit_parser.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "sim/core/nearest.hpp"

namespace tokenfab {
namespace {

namespace dim = dimensions;

constexpr std::size_t max_text_length = 80;
constexpr int max_factors = 16;  // with max_power: exponents stay within Dimension's int8
constexpr int max_power = 4;
constexpr double absolute_zero_degrees = -273.15;

// A scale is a fraction of whole numbers, so that "2.5 ms" is 2.5 / 1000, rounded once.
struct Scale {
  double numerator = 1;
  double denominator = 1;
};

enum PrefixFamily : unsigned { no_prefix = 0, small = 1, large = 2, binary = 4 };

struct Prefix {
  std::string_view symbol;
  Scale scale;
  unsigned family;
};

constexpr Prefix prefixes[] = {
    {"k", {1e3, 1}, large},      {"M", {1e6, 1}, large},      {"G", {1e9, 1}, large},
    {"T", {1e12, 1}, large},     {"P", {1e15, 1}, large},     {"E", {1e18, 1}, large},
    {"m", {1, 1e3}, small},      {"u", {1, 1e6}, small},      {"n", {1, 1e9}, small},
    {"Ki", {0x1p10, 1}, binary}, {"Mi", {0x1p20, 1}, binary}, {"Gi", {0x1p30, 1}, binary},
    {"Ti", {0x1p40, 1}, binary}, {"Pi", {0x1p50, 1}, binary},
};

struct Unit {
  std::string_view name;
  Dimension dimension;
  Scale scale = {};
  unsigned prefix_families = no_prefix;
};

constexpr double day_s = 86400;
constexpr double year_s = 365 * day_s;

constexpr Unit units[] = {
    {"W", dim::energy - dim::time, {}, small | large},
    {"Wh", dim::energy, {3600, 1}, small | large},
    {"J", dim::energy, {}, small | large},
    {"s", dim::time, {}, small},
    {"min", dim::time, {60, 1}},
    {"h", dim::time, {3600, 1}},
    {"d", dim::time, {day_s, 1}},
    {"day", dim::time, {day_s, 1}},
    {"month", dim::time, {year_s / 12, 1}},
    {"y", dim::time, {year_s, 1}},
    {"year", dim::time, {year_s, 1}},
    {"Hz", Dimension{} - dim::time, {}, large},
    {"B", dim::data, {}, large | binary},
    {"b", dim::data, {1, 8}, large | binary},
    {"FLOP", dim::flop, {}, large},
    {"FLOPS", dim::flop - dim::time, {}, large},
    {"K", dim::temperature, {}, small},
    {"g", dim::mass, {1, 1000}, small | large},
    {"gCO2e", dim::mass, {1, 1000}, small | large},
    {"t", dim::mass, {1000, 1}, large},
    {"tCO2e", dim::mass, {1000, 1}, large},
    {"L", dim::volume, {1, 1000}, small | large},
    {"l", dim::volume, {1, 1000}, small | large},
    {"m3", dim::volume},
    {"tok", dim::token, {}, large},
    {"token", dim::token, {}, large},
    {"req", Dimension{}},
    {"%", Dimension{}, {1, 100}},
};

constexpr std::string_view currencies[] = {
    "USD", "CNY", "EUR", "GBP", "JPY", "SGD", "HKD", "TWD", "KRW", "INR", "AUD", "CAD", "CHF",
    "SEK", "NOK", "DKK", "ISK", "AED", "SAR", "MYR", "THB", "IDR", "VND", "BRL", "MXN", "ZAR",
};

std::vector<std::string> known_symbols() {
  std::vector<std::string> known;
  for (const auto& unit : units) {
    known.emplace_back(unit.name);
    for (const auto& prefix : prefixes) {
      if ((prefix.family & unit.prefix_families) != 0) {
        known.push_back(fmt::format("{}{}", prefix.symbol, unit.name));
      }
    }
  }
  known.insert(known.end(), std::begin(currencies), std::end(currencies));
  return known;
}

/// Says what is wrong with `symbol`; "mw" may be meant as "MW" or as "mW", so both are offered.
UnitError unknown_symbol(std::string_view symbol) {
  if (symbol == "degC") {
    return {
        "degC is a point on a scale and cannot be part of a quantity; "
        "a temperature difference is written in K, like \"6 K\""};
  }
  const auto same_letter = [](char a, char b) { return (a | 0x20) == (b | 0x20); };
  const auto known = known_symbols();
  std::string spellings;
  for (const auto& name : known) {
    if (std::equal(name.begin(), name.end(), symbol.begin(), symbol.end(), same_letter)) {
      spellings += fmt::format("{}\"{}\"", spellings.empty() ? "" : " or ", name);
    }
  }
  if (!spellings.empty()) {
    return {fmt::format("unknown unit \"{}\"; did you mean {}? Units are case-sensitive", symbol,
                        spellings)};
  }
  const auto hint = did_you_mean(symbol, known);
  return {fmt::format("unknown unit \"{}\"{}{}", symbol, hint.empty() ? "" : "; ", hint)};
}

std::optional<Unit> find_unit(std::string_view symbol) {
  for (const auto& unit : units) {
    if (unit.name == symbol) {
      return unit;
    }
  }
  for (const auto& prefix : prefixes) {
    for (const auto& unit : units) {
      const bool is_match = (prefix.family & unit.prefix_families) != 0 &&
                            symbol.starts_with(prefix.symbol) &&
                            symbol.substr(prefix.symbol.size()) == unit.name;
      if (is_match) {
        return Unit{symbol,
                    unit.dimension,
                    {unit.scale.numerator * prefix.scale.numerator,
                     unit.scale.denominator * prefix.scale.denominator}};
      }
    }
  }
  return std::nullopt;
}

/// Cancels common factors, so that a scale of one is exactly one ("kg" is 1000/1000).
Scale reduced(Scale scale) {
  double divisor = scale.numerator;
  double rest = scale.denominator;
  while (rest != 0) {
    divisor = std::exchange(rest, std::fmod(divisor, rest));
  }
  return {scale.numerator / divisor, scale.denominator / divisor};
}

/// Reads a text from left to right. Throws UnitError, which the public functions return.
class TextReader {
 public:
  explicit TextReader(std::string_view text) : rest_(text) {
    if (text.size() > max_text_length) {
      throw UnitError{"too long for a number with a unit"};
    }
    skip_spaces();
    if (rest_.empty()) {
      throw UnitError{"expected a number with a unit, found nothing"};
    }
  }

  double number() {
    const std::size_t first = rest_.front() == '-' ? 1 : 0;
    const bool is_digit =  // keeps from_chars from reading "nan" and "inf"
        rest_.size() > first &&
        ((rest_[first] >= '0' && rest_[first] <= '9') || rest_[first] == '.');
    double value = 0;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    if (error == std::errc::result_out_of_range) {
      throw UnitError{"the number is too large or too small"};
    }
    if (!is_digit || error != std::errc()) {
      throw UnitError{"expected a number first, then the unit"};
    }
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    skip_spaces();
    if (rest_.starts_with(',')) {
      throw UnitError{"numbers have a decimal point and no commas"};
    }
    return value;
  }

  /// The unit expression up to the end; multiplies its scale, dimension and currency into result.
  void unit_expression(ParsedQuantity& result) {
    Scale scale;
    bool is_divisor = take("1/") || take("/");
    for (int factors = 0; is_divisor || !rest_.empty() || factors > 0; ++factors) {
      if (factors == max_factors) {
        throw UnitError{"too many units"};
      }
      unit_factor(is_divisor, scale, result);
      if (rest_.empty()) {
        break;
      }
      if (take("/")) {
        is_divisor = true;
      } else if (!take("*")) {
        throw UnitError{fmt::format("unexpected \"{}\"; units are joined by * or /", rest_)};
      } else if (is_divisor) {
        throw UnitError{
            "* after / can be read in two ways; write \"USD/kW/month\" for a product of "
            "divisors"};
      }
    }
    apply(scale, result);
  }

  std::string_view rest() const { return rest_; }

 private:
  void skip_spaces() {
    while (!rest_.empty() && rest_.front() == ' ') {
      rest_.remove_prefix(1);
    }
    while (!rest_.empty() && rest_.back() == ' ') {
      rest_.remove_suffix(1);
    }
  }

  bool take(std::string_view token) {
    if (!rest_.starts_with(token)) {
      return false;
    }
    rest_.remove_prefix(token.size());
    skip_spaces();
    return true;
  }

  void unit_factor(bool is_divisor, Scale& scale, ParsedQuantity& result) {
    const auto symbol = rest_.substr(0, rest_.find_first_of("*/^ "));
    if (symbol.empty()) {
      throw UnitError{"a unit is missing"};
    }
    rest_.remove_prefix(symbol.size());
    skip_spaces();
    const Unit unit = unit_or_currency(symbol, result.currency);
    const int repeats = power();
    for (int i = 0; i < repeats; ++i) {
      scale.numerator *= is_divisor ? unit.scale.denominator : unit.scale.numerator;
      scale.denominator *= is_divisor ? unit.scale.numerator : unit.scale.denominator;
      result.dimension =
          is_divisor ? result.dimension - unit.dimension : result.dimension + unit.dimension;
    }
  }

  static Unit unit_or_currency(std::string_view symbol, std::string& currency) {
    const bool is_currency =
        std::find(std::begin(currencies), std::end(currencies), symbol) != std::end(currencies);
    if (is_currency) {
      if (!currency.empty() && currency != symbol) {
        throw UnitError{fmt::format("two currencies in one unit: {} and {}", currency, symbol)};
      }
      currency = symbol;
      return {symbol, dim::money};
    }
    const auto unit = find_unit(symbol);
    if (!unit) {
      throw unknown_symbol(symbol);
    }
    return *unit;
  }

  int power() {
    if (!take("^")) {
      return 1;
    }
    if (rest_.empty() || rest_.front() < '1' || rest_.front() > '0' + max_power) {
      throw UnitError{fmt::format("a power is a digit from 1 to {}, like \"s^2\"", max_power)};
    }
    const int digit = rest_.front() - '0';
    rest_.remove_prefix(1);
    skip_spaces();
    return digit;
  }

  static void apply(const Scale& scale, ParsedQuantity& result) {
    if (std::isfinite(scale.numerator) && std::isfinite(scale.denominator)) {
      const Scale exact = reduced(scale);
      result.value_si = result.value_si * exact.numerator / exact.denominator;
      if (std::isfinite(result.value_si)) {
        return;
      }
    }
    throw UnitError{"the number is too large for this unit"};
  }

  std::string_view rest_;
};

}  // namespace

std::variant<ParsedQuantity, UnitError> parse_quantity(std::string_view text) {
  try {
    TextReader reader(text);
    ParsedQuantity result;
    result.value_si = reader.number();
    reader.unit_expression(result);
    return result;
  } catch (const UnitError& error) {
    return error;
  }
}

std::variant<Celsius, UnitError> parse_temperature(std::string_view text) {
  try {
    TextReader reader(text);
    const double value = reader.number();
    if (reader.rest() != "degC" && reader.rest() != "K") {
      throw UnitError{"expected degC or K after the number"};
    }
    const double degrees = reader.rest() == "K" ? value + absolute_zero_degrees : value;
    if (degrees < absolute_zero_degrees) {
      throw UnitError{"colder than absolute zero"};
    }
    return Celsius(degrees);
  } catch (const UnitError& error) {
    return error;
  }
}

}  // namespace tokenfab

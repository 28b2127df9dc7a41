// SPDX-License-Identifier: Apache-2.0
// Dimensioned text such as "3.35 TB/s" or "0.38 CNY/kWh" into SI values and back.
//
// A quantity is a number and a unit expression: units joined by `*`, then by `/`, each with an
// optional power such as `^2`. "USD/kW/month" is USD/(kW*month); a `*` after a `/` is refused,
// since readers disagree about it. Symbols are case-sensitive. Prefixes: n u m, k M G T P E, and Ki
// Mi Gi Ti Pi on bytes (B) and bits (b). A year is 365 days and a month is a twelfth of it. Nothing
// here depends on the locale.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "sim/core/units.hpp"

namespace tokenfab {

struct ParsedQuantity {
  double value_si = 0;  // money is still in `currency`
  Dimension dimension;
  std::string currency;  // ISO code of the money in the unit, empty without
};

/// Why a text is not a quantity, with the nearest known unit.
struct UnitError {
  std::string message;
};

/// Reads "120 kW", "25 %" (0.25) or "6 K" (a difference). A number without unit is a ratio.
std::variant<ParsedQuantity, UnitError> parse_quantity(std::string_view text);

/// Reads a point on the temperature scale: "35 degC" or "308.15 K".
std::variant<Celsius, UnitError> parse_temperature(std::string_view text);

/// Text in SI units and USD, "120000 W", that parse_quantity reads back to the identical double,
/// for dimensions up to the fourth power (no field goes beyond).
std::string format_quantity(double si, Dimension dimension);

/// Text in degrees, "35 degC", that parse_temperature reads back to the identical double.
std::string format_temperature(Celsius point);

/// For messages: "500 kW", in up to six digits.
std::string readable(Watts power);
/// The same for spans: "90 s", "45 min", "36 h", "12.5 d".
std::string readable(Seconds span);

/// For messages: "power (W)", "energy price (USD/kWh)"; base units for a dimension without a name.
std::string dimension_name(Dimension dimension);

/// For messages: a typical value such as "120 kW".
std::string dimension_example(Dimension dimension);

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// Values between two ends: evenly spaced, by equal factors, or drawn.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/config/document.hpp"
#include "sim/core/random.hpp"

namespace tokenfab {

enum class Spacing { Linear, Log };

/// Whether the value is a number, a quantity or a temperature.
bool is_numeric(const Node& value);

/// "W" of "500 W"; empty for a number or any other text.
std::string unit_of_value(const Node& value);

/// One of a unit in SI units, money in its own currency; 1 for temperatures and without a unit.
double si_of_unit(const std::string& unit);

/// The number of a numeric value in a unit; absent where it is of another kind.
std::optional<double> number_in(const std::string& unit, const Node& value);

/// A range as written: {"from": "500 W", "to": "1 kW"}.
struct RangeEnds {
  double from = 0;   // in `unit`
  double to = 0;     // in `unit`
  std::string unit;  // empty: bare numbers
  bool is_integer = false;
};

/// Throws std::invalid_argument with what is wrong: no numbers, other dimensions, ends of a
/// logarithmic range that are not positive.
RangeEnds range_ends(const Node& from, const Node& to, Spacing spacing);

/// The value at a share (0 to 1) of the way; integers where both ends are.
Node value_at(const RangeEnds& ends, Spacing spacing, double share);

/// `count` >= 2 values, both ends among them. Integers that repeat are left out.
std::vector<Node> spaced_values(const RangeEnds& ends, Spacing spacing, std::int64_t count);

/// One value from each of `count` equally wide strata, in random order: one axis of a latin
/// hypercube (M. D. McKay, R. J. Beckman, W. J. Conover, Technometrics 21:239, 1979).
std::vector<Node> stratified_values(const RangeEnds& ends, Spacing spacing, std::int64_t count,
                                    RandomStream& random);

}  // namespace tokenfab

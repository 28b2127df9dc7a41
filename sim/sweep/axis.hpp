// SPDX-License-Identifier: Apache-2.0
// What a sweep varies.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace tokenfab {

/// One value of an axis, as it is told and as it is set.
struct AxisValue {
  std::string text;              // for people: "500 W", "h100-sxm"
  std::optional<double> number;  // in the axis's unit, of numbers and quantities
  /// JSON text for each of the axis's pointers; an empty one leaves it as the base has it.
  std::vector<std::string> settings;
};

/// Some pointers that move together along a list of values.
struct Axis {
  std::string name;
  std::vector<std::string> pointers;
  std::string unit;    // as the first value's: "W"; empty: none
  double unit_si = 1;  // one of it in SI units, money in its own currency
  std::vector<AxisValue> values;
  /// Of a latin hypercube: value i goes with value i of every other such axis.
  bool is_sampled = false;
};

}  // namespace tokenfab

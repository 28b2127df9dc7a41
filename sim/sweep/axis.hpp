// SPDX-License-Identifier: Apache-2.0
// What a sweep varies.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tokenfab {

/// One value of an axis, as it is told and as it is set.
struct AxisValue {
  std::string text;              // for people: "500 W", "h100-sxm"
  std::optional<double> number;  // in SI units, of numbers and quantities
  std::vector<std::string> settings;  // JSON text for each of the axis's pointers
};

/// Some pointers that move together along a list of values.
struct Axis {
  std::string name;
  std::vector<std::string> pointers;
  std::string unit;  // as the first value's: "W"; empty: none
  std::vector<AxisValue> values;
  /// Of a latin hypercube: drawn together with all the others that are, value i of each.
  bool is_sampled = false;
};

}  // namespace tokenfab

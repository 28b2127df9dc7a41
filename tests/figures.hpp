// SPDX-License-Identifier: Apache-2.0
// An entry of the table of figures.
#pragma once

#include <optional>
#include <string>

#include "sim/api/field.hpp"

namespace tokenfab::testing {

struct FigureConfig {
  std::string name;
  std::optional<std::string> region;
  std::optional<std::string> statement;  // where it is no number
  std::optional<double> value;
  std::optional<double> low;
  std::optional<double> high;
  std::optional<std::string> unit;
  static void describe(Describe<FigureConfig>& d) {
    using C = FigureConfig;
    d.field("name", &C::name, "What it says").required();
    d.field("region", &C::region, "Where it holds");
    d.field("statement", &C::statement, "What it says, where that is no number");
    d.field("value", &C::value, "The figure");
    d.field("low", &C::low, "Lowest, or the 10th percentile");
    d.field("high", &C::high, "Highest, or the 90th percentile");
    d.field("unit", &C::unit, "Unit of all three");
  }
};

}  // namespace tokenfab::testing

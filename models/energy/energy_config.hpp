// SPDX-License-Identifier: Apache-2.0
// The "energy" section of a site.
#pragma once

#include <optional>

#include "sim/api/field.hpp"

namespace tokenfab {

struct GridConfig {
  PluginConfig tariff;
  PluginConfig carbon;
  static void describe(Describe<GridConfig>& d);
};

struct EnergyConfig {
  GridConfig grid;
  static void describe(Describe<EnergyConfig>& d);
};

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// How long a repair takes: always the same, exponential, Weibull or lognormal, by its mean.
// Left out: crews and spares that run short, repairs in working hours only.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/api/field.hpp"
#include "sim/core/instant.hpp"
#include "sim/core/random.hpp"

namespace tokenfab {

enum class RepairLaw { Fixed, Exponential, Weibull, Lognormal };

struct RepairConfig {
  RepairLaw distribution = RepairLaw::Fixed;
  Seconds mean{24 * 3600.0};
  std::optional<double> shape;
  std::optional<double> sigma;
  static void describe(Describe<RepairConfig>& d);
};

/// What contradicts itself in the repair of `part`, each with the nearest fix.
std::vector<std::string> contradictions(const RepairConfig& config, const std::string& part);

Duration draw_repair(const RepairConfig& config, RandomStream& random);

}  // namespace tokenfab

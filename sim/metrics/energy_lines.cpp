// SPDX-License-Identifier: Apache-2.0
#include "sim/metrics/energy_lines.hpp"

namespace tokenfab {

std::vector<EnergyLine> energy_lines(const RunResult& result) {
  std::vector<EnergyLine> lines;
  for (const auto& site : result.sites) {
    const auto add = [&](std::string_view item, Joules energy) {
      lines.push_back({site.name, item, energy.si()});
    };
    const auto add_if_any = [&](std::string_view item, Joules energy) {
      if (energy.si() != 0) {
        add(item, energy);
      }
    };
    const auto& ledger = site.ledger;
    add("grid import", ledger.import);
    add_if_any("solar", ledger.solar);
    add_if_any("wind", ledger.wind);
    add_if_any("generators", ledger.genset);
    add_if_any("shortfall", ledger.shortfall);
    add("it", -ledger.it);
    add("conversion", -ledger.conversion());
    add("cooling and auxiliaries", -ledger.cooling());
    add_if_any("battery losses", -ledger.battery_loss);
    add_if_any("export", -ledger.exported);
    add_if_any("stored", -ledger.stored);
  }
  return lines;
}

}  // namespace tokenfab

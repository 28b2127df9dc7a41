// SPDX-License-Identifier: Apache-2.0
// Points of view on what a chip costs: the catalogue's rents, the scenario's own full cost, and
// energy instead of money.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/economics/chip_rents.hpp"
#include "sim/report/cost_curves.hpp"
#include "sim/scenario/catalogue.hpp"

namespace tokenfab::tools {

struct PricedView {
  CurveView view;
  std::optional<RentView> rent;  // absent: "own" and "energy"
};

/// Appends to `problems` every name that is none, with the nearest that is one.
std::vector<PricedView> curve_views(const std::vector<std::string>& names,
                                    std::vector<std::string>& problems);

/// What an hour of a chip costs in each view that is a rent and has been quoted: by view's name.
std::map<std::string, double> rents_usd_per_h(const EmbeddedTables& tables, const std::string& chip,
                                              const std::vector<PricedView>& views);

}  // namespace tokenfab::tools

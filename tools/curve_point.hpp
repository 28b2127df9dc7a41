// SPDX-License-Identifier: Apache-2.0
// A point of a cost curve, played in a child process and handed over as text.
#pragma once

#include <map>
#include <string>

#include "sim/report/cost_curves.hpp"
#include "sim/scenario/loader.hpp"

namespace tokenfab::tools {

/// Plays the scenario, at most once per process. The costs of view "own" are the scenario's; where
/// a view has a rent, all costs are those of the chips that its replicas hold. What cannot be run
/// makes a point that says why.
std::string play_point(const ScenarioRequest& request,
                       const std::map<std::string, double>& rents_usd_per_h);

/// Sets the values of a point from that text. Throws std::runtime_error if it is cut off.
void read_point(const std::string& text, CurvePoint& point);

}  // namespace tokenfab::tools

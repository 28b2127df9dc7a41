// SPDX-License-Identifier: Apache-2.0
// The scenario's sites as links and ports for flows and closed-form transfers.
#pragma once

#include <vector>

#include "sim/engine/platform.hpp"
#include "sim/scenario/loader.hpp"

namespace tokenfab {

/// Sites and clusters in name order, as PoolPlan::cluster_index counts them. Of the nodes only
/// those of pools that move bytes have flows.
std::vector<engine::SitePlatform> platform_of(const Scenario& scenario);
/// The lines between sites.
std::vector<engine::WanLink> wan_of(const ScenarioConfig& config);

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// What a site owns, how long its chips were held, and what its meter and its air cost: what money
// is computed from.
#pragma once

#include <string>
#include <vector>

#include "models/economics/cost.hpp"
#include "sim/scenario/metered_pool.hpp"

namespace tokenfab {

/// `number`: of the site in name order; `pools`: those of all sites.
SiteBill site_bill(const std::string& name, std::uint32_t number, const SiteConfig& site,
                   const SiteResult& metered, const std::vector<MeteredPool*>& pools, Instant now);

}  // namespace tokenfab

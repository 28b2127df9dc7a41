// SPDX-License-Identifier: Apache-2.0
// Energy, water, carbon and misfortunes of plants.
#pragma once

#include <span>

#include "sim/metrics/declarations.hpp"
#include "sim/metrics/result.hpp"

namespace tokenfab {

/// Of one site or of the sum of several; `requests` are those that their pools served.
void set_plant(MetricSet& metrics, std::span<const SiteResult> sites,
               const RequestLedger& requests);

}  // namespace tokenfab

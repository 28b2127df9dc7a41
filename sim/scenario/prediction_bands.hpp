// SPDX-License-Identifier: Apache-2.0
// How far to trust what a run has predicted: one statement per pool or job and quantity.
#pragma once

#include <vector>

#include "sim/metrics/prediction_band.hpp"
#include "sim/metrics/result.hpp"
#include "sim/scenario/error_bands.hpp"
#include "sim/scenario/loader.hpp"

namespace tokenfab {

/// Pools of services in the order of the scenario, then its training jobs. Loads and job times that
/// the scenario gives are no predictions.
std::vector<PredictionBand> prediction_bands(const Scenario& scenario, const RunResult& result,
                                             const ErrorBands& bands = shipped_error_bands());

}  // namespace tokenfab

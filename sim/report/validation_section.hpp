// SPDX-License-Identifier: Apache-2.0
// "How far to trust this": the error bands of a run's predictions, for programs and for people.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "sim/metrics/prediction_band.hpp"
#include "sim/report/text_table.hpp"

namespace tokenfab {

nlohmann::ordered_json validation_json(const std::vector<PredictionBand>& bands);

/// One line per service or job and quantity; pools of which the same is said share it.
void add_validation(TextTable& table, const std::vector<PredictionBand>& bands);

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

#include "sim/metrics/provenance.hpp"

namespace tokenfab {

/// The "provenance" of report.json.
nlohmann::ordered_json provenance_json(const Provenance& provenance);

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <optional>

#include "sim/metrics/provenance.hpp"

namespace tokenfab {

/// The "provenance" of report.json.
nlohmann::ordered_json provenance_json(const std::optional<Provenance>& provenance);

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// inputs.json of a result folder: where each data file lay, seen from that folder. The report holds
// their sha256 only, so that its bytes do not depend on where things lie; rerun needs the place.
#pragma once

#include <string>
#include <vector>

#include "sim/scenario/loader.hpp"

namespace tokenfab::tools {

inline constexpr const char* input_places_name = "inputs.json";

/// The text of inputs.json; empty if the scenario reads no data.
std::string input_places(const Scenario& scenario, const std::string& result_folder);

/// The folders that the inputs.json of a result folder names, in its order; none without one.
/// Throws DataError if it cannot be understood.
std::vector<std::string> recorded_data_folders(const std::string& result_folder);

}  // namespace tokenfab::tools

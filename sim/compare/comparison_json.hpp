// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "sim/compare/compared_results.hpp"

namespace tokenfab {

/// For programs: every value with its differences, significance where there are replications. Ends
/// with a newline.
std::string comparison_json(const ComparedResults& results);

}  // namespace tokenfab

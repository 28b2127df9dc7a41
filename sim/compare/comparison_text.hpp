// SPDX-License-Identifier: Apache-2.0
// Compared results as tables by subject matter for people, and with all values for programs.
#pragma once

#include <string>

#include "sim/compare/compared_results.hpp"
#include "sim/compare/table.hpp"

namespace tokenfab {

/// Without `tells_all` the values that differ, each told once; with it every value.
std::string comparison_text(const ComparedResults& results, TableFormat format, bool tells_all);

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// The money ledgers of compared results: every item with its share of the total and its part of the
// cost per million tokens.
#pragma once

#include "sim/compare/compared_results.hpp"
#include "sim/compare/table.hpp"

namespace tokenfab {

Table cost_table(const ComparedResults& results);

}  // namespace tokenfab

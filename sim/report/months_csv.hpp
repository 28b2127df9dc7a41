// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "sim/metrics/result.hpp"

namespace tokenfab {

/// The text of months.csv: one row per site and calendar month on its wall clock; empty if no site
/// has seen more than one month. Money: grid bill and fuel as they fell due, emissions at their
/// price by when they were made, everything else by time; what belongs to no site by chips. A
/// site's rows sum to its costs.
std::string months_csv(const RunResult& result);

}  // namespace tokenfab

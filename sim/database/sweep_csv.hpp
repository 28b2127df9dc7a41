// SPDX-License-Identifier: Apache-2.0
// A sweep database as one table.
#pragma once

#include <functional>
#include <string_view>

#include "sim/database/sweep_database.hpp"

namespace tokenfab {

/// A row per run: run,point,replication,seed,status,reason, one column per axis (its number where
/// all values have one), one per metric that any run has; empty where there is none. Quoted as RFC
/// 4180 has it; numbers are the shortest that read back the same.
void write_sweep_csv(const SweepDatabase& database,
                     const std::function<void(std::string_view)>& write);

}  // namespace tokenfab

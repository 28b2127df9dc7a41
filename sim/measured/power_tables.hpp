// SPDX-License-Identifier: Apache-2.0
// Tables of what served language models draw, every row a replica under a steady load.
#pragma once

#include "sim/measured/case_formats.hpp"

namespace tokenfab {

/// ML.ENERGY leaderboard v3 (ml-energy/leaderboard, data of 2026-02-16): chip power, energy per
/// output token and median gap between tokens, by the batch that runs. Prompt lengths are not
/// recorded; those assumed for each task stand in power_tables.cpp.
CaseFormat leaderboard_format();

/// Mean power over a request at measured times: splitwise-sim perf_model.csv (Mutinifni,
/// @8f99e7dc).
CaseFormat burst_power_format();

}  // namespace tokenfab

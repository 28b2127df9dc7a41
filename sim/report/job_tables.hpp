// SPDX-License-Identifier: Apache-2.0
// What jobs did, for people.
#pragma once

#include "sim/metrics/summary.hpp"
#include "sim/report/text_table.hpp"

namespace tokenfab {

/// The queue, training, where the chips' time went; one line per job. Nothing without jobs.
void add_jobs(TextTable& table, const Summary& summary);

}  // namespace tokenfab

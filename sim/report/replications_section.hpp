// SPDX-License-Identifier: Apache-2.0
// Runs of one scenario under several seeds as means with 95 % confidence intervals.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tokenfab {

/// Run 0 has the scenario's own seed. The others' seeds are below 2^53, which every JSON reader
/// keeps exactly.
std::int64_t replication_seed(std::int64_t seed, std::int64_t run);

/// What replications need of a run's report.json; itself JSON.
std::string replication_part(std::string_view report);

/// report.json of run 0 with the object `replications`; `parts` are those of all runs in order.
std::string replicated_report(std::string_view report, const std::vector<std::string>& parts);

/// How many runs a report.json holds; 1 without the object.
std::int64_t replications_of(std::string_view report);

/// The section of the table for people, of a report that has the object.
std::string replications_table(std::string_view report);

/// All assertions hold in all runs.
bool holds_in_all(const std::vector<std::string>& parts);

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// The shards of a sweep put together.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tokenfab {

struct MergeOutcome {
  std::string name;                         // of the sweep
  std::int64_t runs = 0;                    // that are there now
  std::int64_t run_count = 0;               // that the sweep has
  std::int64_t repeated = 0;                // met again, with the same answer
  std::vector<std::int64_t> first_missing;  // at most ten

  std::int64_t missing() const { return run_count - runs; }
};

/// Writes `out`, which must not be there, with the runs of all `inputs`, as if one process had
/// played them in order. Throws ConfigError or DataError with everything that is wrong: inputs of
/// different sweeps or programs, damaged ones, and runs whose answers differ; then there is no out.
MergeOutcome merge_sweeps(const std::string& out, const std::vector<std::string>& inputs);

/// For people: "3 of 40 runs are missing: 7, 8, 31".
std::string missing_text(const MergeOutcome& outcome);

}  // namespace tokenfab

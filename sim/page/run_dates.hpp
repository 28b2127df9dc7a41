// SPDX-License-Identifier: Apache-2.0
// Dates of a run on the wall clock of its sites, as far as the scenario tells when it starts.
#pragma once

#include <optional>
#include <string>

#include "sim/page/page_input.hpp"

namespace tokenfab {

class RunDates {
 public:
  explicit RunDates(const RunInput& run);

  /// "2025-07-15 09:30" or, without a start, "1.5 h" into the run.
  std::string text(double seconds) const;
  /// Milliseconds since 1970 of date 0 on the wall clock.
  std::optional<double> start_ms() const;

 private:
  std::string start_;  // "2025-07-15T09:00"; empty: not known
};

}  // namespace tokenfab

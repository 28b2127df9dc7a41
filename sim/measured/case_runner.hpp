// SPDX-License-Identifier: Apache-2.0
// Runs cases in parallel, each in a child process (one SimGrid engine per process). The answers
// come in the order of the cases, whatever the number of processes.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "sim/measured/measured_case.hpp"

namespace tokenfab {

struct CaseAnswer {
  std::vector<Measurement> predicted;  // as many and in the order of MeasuredCase::measured
  std::string failure;                 // why there is none: the message of what was thrown
};

struct CaseJob {
  const MeasuredCase* measured = nullptr;
  Overrides more;
};

/// `processes` >= 1. `watch`, if given, is called after every answer with how many are there.
std::vector<CaseAnswer> run_cases(const std::vector<CaseJob>& jobs, int processes,
                                  const std::function<void(std::size_t)>& watch = {});

}  // namespace tokenfab

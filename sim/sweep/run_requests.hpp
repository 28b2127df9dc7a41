// SPDX-License-Identifier: Apache-2.0
// The runs of a study: each scenario in a process of its own, some at a time. What the answers are
// does not depend on how many there are at once.
#pragma once

#include <cstddef>
#include <functional>

#include "sim/scenario/loader.hpp"
#include "sim/sweep/run_answer.hpp"

namespace tokenfab {

/// Loads and plays it in this process, at most once per process. What is wrong with the scenario
/// becomes the answer's status and reason; throws nothing of it.
RunAnswer answer_of_run(const ScenarioRequest& request);

/// `request_of(0)` to `request_of(count - 1)`, each loaded and played in a child process, at most
/// `processes` (>= 1) at a time; it is called in the child. `at_answer` hears every answer in the
/// order in which they come; a run that crashed is one of them. `watch`, if given, is called after
/// every answer and when a signal interrupts the wait, with how many there are; where it says false
/// the runs under way are ended and the result is false.
bool run_requests(std::size_t count, std::size_t processes,
                  const std::function<ScenarioRequest(std::size_t)>& request_of,
                  const std::function<void(std::size_t index, RunAnswer answer)>& at_answer,
                  const std::function<bool(std::size_t done)>& watch = {});

/// All at once: the answers in the order of the requests.
std::vector<RunAnswer> answers_of_requests(const std::vector<ScenarioRequest>& requests,
                                           std::size_t processes);

}  // namespace tokenfab

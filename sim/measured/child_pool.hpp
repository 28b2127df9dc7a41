// SPDX-License-Identifier: Apache-2.0
// Works in parallel, each in a child process: SimGrid allows one engine per process.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace tokenfab {

struct ChildAnswer {
  std::string text;     // what the work returned
  std::string failure;  // the message of what it threw; then there is no text
};

/// The answers come in the order of the works, whatever the number of `processes` (>= 1). `watch`,
/// if given, is called after every answer with how many are there.
std::vector<ChildAnswer> answers_of_children(const std::vector<std::function<std::string()>>& works,
                                             int processes,
                                             const std::function<void(std::size_t)>& watch = {});

}  // namespace tokenfab

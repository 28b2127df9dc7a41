// SPDX-License-Identifier: Apache-2.0
// Many pieces of work, each in a process of its own, some at a time.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace tokenfab::tools {

/// The text that each of works[0], works[1], ... returns, in that order, with at most `jobs`
/// processes at a time. `watch` is called after every answer with how many are there; where it says
/// false, or a signal interrupts the wait and it then says false, the children are ended and
/// nothing is returned. Throws ChildFailed with the exit code of the first failure.
std::vector<std::string> texts_from_children(const std::vector<std::function<std::string()>>& works,
                                             std::size_t jobs,
                                             const std::function<bool(std::size_t)>& watch);

}  // namespace tokenfab::tools

// SPDX-License-Identifier: Apache-2.0
// Commands' work in processes of its own that tell their failures themselves.
#pragma once

#include <cstddef>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

namespace tokenfab::tools {

/// A child did not succeed; it has told why on standard error.
class ChildFailed : public std::runtime_error {
 public:
  explicit ChildFailed(int code) : std::runtime_error("a run failed"), code_(code) {}
  int code() const { return code_; }  // exit code

 private:
  int code_;
};

/// The text that `work` returns, made in a child process. Throws ChildFailed with the exit code
/// that its exceptions stand for.
std::string text_from_child(const std::function<std::string()>& work);

/// The text that each of works[0], works[1], ... returns, in that order, with at most `jobs`
/// processes at a time. `watch` is called after every answer with how many are there; where it says
/// false, or a signal interrupts the wait and it then says false, the children are ended and
/// nothing is returned. Throws ChildFailed with the exit code of the first failure.
std::vector<std::string> texts_from_children(const std::vector<std::function<std::string()>>& works,
                                             std::size_t jobs,
                                             const std::function<bool(std::size_t)>& watch);

}  // namespace tokenfab::tools

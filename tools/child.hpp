// SPDX-License-Identifier: Apache-2.0
// Work in a process of its own: SimGrid allows one engine per process.
#pragma once

#include <functional>
#include <stdexcept>
#include <string>

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

}  // namespace tokenfab::tools

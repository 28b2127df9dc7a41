// SPDX-License-Identifier: Apache-2.0
// Work in a process of its own: SimGrid allows one engine per process.
#pragma once

#include <sys/types.h>

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

/// A process that was started and the end of the pipe that it answers through.
struct Child {
  pid_t process = -1;
  int pipe = -1;
};

/// Starts `work`; the child ends with the exit code that its exceptions stand for, by any signal
/// that would end a program, and with its parent.
Child start_child(const std::function<std::string()>& work);
/// Appends what the child has written, waiting for it; false at the end.
bool read_some(const Child& child, std::string& text);
/// Waits for the end of a child that was read to the end. Throws ChildFailed.
void finish(const Child& child);

/// The text that `work` returns, made in a child process. Throws ChildFailed with the exit code
/// that its exceptions stand for.
std::string text_from_child(const std::function<std::string()>& work);

}  // namespace tokenfab::tools

// SPDX-License-Identifier: Apache-2.0
// Works in processes of their own, some at a time: SimGrid allows one engine per process.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace tokenfab {

/// What a child process does: it writes into the pipe and returns its exit code.
using ChildWork = std::function<int(int pipe)>;

/// A process that was started and the end of the pipe that it answers through.
struct Child {
  pid_t process = -1;
  int pipe = -1;
};

/// What is left of a child that has ended.
struct ChildEnd {
  std::string text;  // what it wrote
  int status = 0;    // as waitpid tells it
};

/// Starts `work`; the child ends by any signal that would end a program, and with its parent.
/// Throws std::system_error.
Child start_child(const ChildWork& work);
/// Appends what the child has written, waiting for it; false at the end.
bool read_some(const Child& child, std::string& text);
/// Waits for the end of a child that was read to the end; its status.
int finish(const Child& child);
/// Ends this process, a child, at once: nothing of its parent's is flushed or undone.
[[noreturn]] void end_child(int code);
/// Writes it all; false: the reader is gone.
bool write_all(int pipe, std::string_view text);

/// Does works[0], works[1], ... in at most `processes` (>= 1) children at a time and hands over the
/// end of each by its index, in the order in which they end. `watch` is called after every end, and
/// when a signal interrupts the wait, with how many there are; where it says false the children are
/// killed, as they are where an exception leaves, and the rest is not done: false.
bool run_children(const std::vector<ChildWork>& works, std::size_t processes,
                  const std::function<void(std::size_t index, ChildEnd end)>& at_end,
                  const std::function<bool(std::size_t)>& watch);

struct ChildAnswer {
  std::string text;     // what the work returned
  std::string failure;  // the message of what it threw; then there is no text
};

/// The answers come in the order of the works, whatever the number of `processes` (>= 1). `watch`,
/// if given, is called after every answer with how many are there.
std::vector<ChildAnswer> answers_of_children(const std::vector<std::function<std::string()>>& works,
                                             int processes,
                                             const std::function<void(std::size_t)>& watch = {});

/// As many as this machine has processors, at least 1.
std::size_t processor_count();

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "tools/child.hpp"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <system_error>

#include "tools/exit_codes.hpp"

namespace tokenfab::tools {
namespace {

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

void write_all(int file, const std::string& text) {
  for (std::size_t done = 0; done < text.size();) {
    const auto written = ::write(file, text.data() + done, text.size() - done);
    if (written < 0 && errno != EINTR) {
      fail("cannot hand over a result");
    }
    done += written > 0 ? static_cast<std::size_t>(written) : 0;
  }
}

}  // namespace

Child start_child(const std::function<std::string()>& work) {
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) {
    fail("no pipe to a child process");
  }
  std::fflush(nullptr);  // or the child would print it again
  const auto parent = ::getpid();
  const auto child = ::fork();
  if (child < 0) {
    ::close(ends[0]);
    ::close(ends[1]);
    fail("no child process");
  }
  if (child == 0) {
    ::close(ends[0]);
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) {  // it ended before we asked to be told
      std::_Exit(exit_internal);
    }
    const int code = exit_code_of([&] {
      write_all(ends[1], work());
      return static_cast<int>(exit_ok);
    });
    std::fflush(nullptr);
    std::_Exit(code);
  }
  ::close(ends[1]);
  return {child, ends[0]};
}

bool read_some(const Child& child, std::string& text) {
  std::array<char, 1 << 16> buffer{};
  const auto got = ::read(child.pipe, buffer.data(), buffer.size());
  if (got > 0) {
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return got > 0 || (got < 0 && errno == EINTR);
}

void finish(const Child& child) {
  ::close(child.pipe);
  int status = 0;
  while (::waitpid(child.process, &status, 0) < 0 && errno == EINTR) {
  }
  if (!WIFEXITED(status)) {
    throw ChildFailed(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT ? exit_interrupted
                                                                        : exit_internal);
  }
  if (WEXITSTATUS(status) != exit_ok) {
    throw ChildFailed(WEXITSTATUS(status));
  }
}

std::string text_from_child(const std::function<std::string()>& work) {
  const auto child = start_child(work);
  std::string text;
  while (read_some(child, text)) {
  }
  finish(child);
  return text;
}

}  // namespace tokenfab::tools

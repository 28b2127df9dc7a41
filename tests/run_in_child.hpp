// SPDX-License-Identifier: Apache-2.0
// Work in a process of its own: SimGrid allows one engine per process, and a failed CHECK ends the
// process that it happens in.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>
#include <stdexcept>
#include <string>

namespace tokenfab::testing {

struct ChildOutcome {
  bool succeeded = false;
  std::string bytes;   // what the work returned
  std::string errors;  // what the child wrote to standard error, or its exception's text
};

namespace detail {

inline void write_all(int file, const std::string& bytes) {
  for (std::size_t done = 0; done < bytes.size();) {
    const auto written = ::write(file, bytes.data() + done, bytes.size() - done);
    if (written <= 0) {
      ::_exit(3);
    }
    done += static_cast<std::size_t>(written);
  }
}

[[noreturn]] inline void be_child(int result, std::FILE* errors,
                                  const std::function<std::string()>& work) {
  // The test framework would report signals of the child as its own.
  for (const auto signal : {SIGABRT, SIGSEGV, SIGFPE, SIGILL, SIGTERM, SIGINT}) {
    std::signal(signal, SIG_DFL);
  }
  ::dup2(::fileno(errors), STDERR_FILENO);
  try {
    write_all(result, work());
  } catch (const std::exception& error) {
    write_all(STDERR_FILENO, error.what());
    ::_exit(2);
  }
  ::_exit(0);
}

}  // namespace detail

inline ChildOutcome try_in_child(const std::function<std::string()>& work) {
  int ends[2];
  std::FILE* errors = std::tmpfile();
  if (errors == nullptr || ::pipe(ends) != 0) {
    throw std::runtime_error("no pipe to a child");
  }
  std::fflush(nullptr);
  const auto child = ::fork();
  if (child < 0) {
    throw std::runtime_error("no child");
  }
  if (child == 0) {
    ::close(ends[0]);
    detail::be_child(ends[1], errors, work);
  }
  ::close(ends[1]);
  ChildOutcome outcome;
  char buffer[1 << 16];
  for (ssize_t got = 0; (got = ::read(ends[0], buffer, sizeof buffer)) > 0;) {
    outcome.bytes.append(buffer, static_cast<std::size_t>(got));
  }
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  outcome.succeeded = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  std::rewind(errors);
  for (std::size_t got = 0; (got = std::fread(buffer, 1, sizeof buffer, errors)) > 0;) {
    outcome.errors.append(buffer, got);
  }
  std::fclose(errors);
  return outcome;
}

/// The bytes that `work` returns, made in a child; throws what the child said if it failed.
inline std::string run_in_child(const std::function<std::string()>& work) {
  auto outcome = try_in_child(work);
  if (!outcome.succeeded) {
    throw std::runtime_error("the child failed: " + outcome.errors);
  }
  return outcome.bytes;
}

}  // namespace tokenfab::testing

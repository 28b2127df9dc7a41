// SPDX-License-Identifier: Apache-2.0
#include "sim/process/child_pool.hpp"

#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <system_error>
#include <thread>

namespace tokenfab {
namespace {

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

[[noreturn]] void be_child(const ChildWork& work, pid_t parent, int pipe) {
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) {  // it ended before we asked to be told
    ::_exit(EXIT_FAILURE);
  }
  try {
    const int code = work(pipe);
    std::fflush(nullptr);
    ::_exit(code);
  } catch (const std::exception&) {
    ::_exit(EXIT_FAILURE);  // or the parent's stack would be unwound: it kills the other children
  }
}

class ChildPool {
 public:
  explicit ChildPool(const std::vector<ChildWork>& works) : works_(works) {}
  ~ChildPool() {
    for (const auto& each : running_) {
      ::kill(each.child.process, SIGKILL);
      finish(each.child);
    }
  }
  ChildPool(const ChildPool&) = delete;
  ChildPool& operator=(const ChildPool&) = delete;

  bool run(std::size_t processes, const std::function<void(std::size_t, ChildEnd)>& at_end,
           const std::function<bool(std::size_t)>& watch) {
    start_more(processes);
    while (done_ < works_.size()) {
      listen(processes, at_end);
      if (!watch(done_)) {
        return false;
      }
    }
    return true;
  }

 private:
  struct Running {
    std::size_t index = 0;
    Child child;
    std::string text;
  };

  void start_more(std::size_t processes) {
    while (running_.size() < processes && next_ < works_.size()) {
      running_.push_back({next_, start_child(works_[next_]), {}});
      ++next_;
    }
  }

  /// Waits until a child has written or ended, or a signal came.
  void listen(std::size_t processes, const std::function<void(std::size_t, ChildEnd)>& at_end) {
    std::vector<pollfd> polled;
    for (const auto& each : running_) {
      polled.push_back({each.child.pipe, POLLIN, 0});
    }
    if (::poll(polled.data(), polled.size(), -1) < 0) {
      return;
    }
    for (std::size_t i = polled.size(); i-- > 0;) {
      if (polled[i].revents != 0 && !read_some(running_[i].child, running_[i].text)) {
        auto ended = std::move(running_[i]);
        running_.erase(running_.begin() + static_cast<std::ptrdiff_t>(i));
        ++done_;
        start_more(processes);  // while the system still takes the other one's memory apart
        const int status = finish(ended.child);
        at_end(ended.index, {std::move(ended.text), status});
      }
    }
  }

  const std::vector<ChildWork>& works_;
  std::vector<Running> running_;
  std::size_t next_ = 0;
  std::size_t done_ = 0;
};

// An answer is a letter and then the text or the message.
constexpr char is_text = 't';
constexpr char is_failed = 'f';

std::string answer_of_work(const std::function<std::string()>& work) {
  try {
    return is_text + work();
  } catch (const std::exception& error) {
    return is_failed + std::string(error.what());
  }
}

ChildAnswer answer_of(const std::string& bytes) {
  if (bytes.empty()) {
    return {"", "the run ended without an answer"};
  }
  return bytes.front() == is_failed ? ChildAnswer{"", bytes.substr(1)}
                                    : ChildAnswer{bytes.substr(1), ""};
}

}  // namespace

Child start_child(const ChildWork& work) {
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
    be_child(work, parent, ends[1]);
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

int finish(const Child& child) {
  ::close(child.pipe);
  int status = 0;
  while (::waitpid(child.process, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

void end_child(int code) { ::_exit(code); }

bool write_all(int pipe, std::string_view text) {
  while (!text.empty()) {
    const auto written = ::write(pipe, text.data(), text.size());
    if (written < 0 && errno != EINTR) {
      return false;
    }
    text.remove_prefix(written < 0 ? 0 : static_cast<std::size_t>(written));
  }
  return true;
}

bool run_children(const std::vector<ChildWork>& works, std::size_t processes,
                  const std::function<void(std::size_t index, ChildEnd end)>& at_end,
                  const std::function<bool(std::size_t)>& watch) {
  return ChildPool(works).run(processes, at_end, watch);
}

std::vector<ChildAnswer> answers_of_children(const std::vector<std::function<std::string()>>& works,
                                             int processes,
                                             const std::function<void(std::size_t)>& watch) {
  std::vector<ChildWork> children;
  for (const auto& work : works) {
    children.emplace_back([&work](int pipe) {
      return write_all(pipe, answer_of_work(work)) ? EXIT_SUCCESS : EXIT_FAILURE;
    });
  }
  std::vector<ChildAnswer> answers(works.size());
  run_children(
      children, static_cast<std::size_t>(processes),
      [&answers](std::size_t index, const ChildEnd& end) { answers[index] = answer_of(end.text); },
      [&watch](std::size_t done) {
        if (watch) {
          watch(done);
        }
        return true;
      });
  return answers;
}

std::size_t processor_count() {
  return std::max<std::size_t>(1, std::thread::hardware_concurrency());
}

}  // namespace tokenfab

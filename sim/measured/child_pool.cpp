// SPDX-License-Identifier: Apache-2.0
#include "sim/measured/child_pool.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>

namespace tokenfab {
namespace {

/// A work under way: its child and what it has written so far.
struct Running {
  std::size_t index = 0;
  pid_t child = -1;
  int pipe = -1;
  std::string bytes;
};

void write_all(int pipe, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto written = ::write(pipe, bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) {
      return;
    }
    bytes.remove_prefix(written < 0 ? 0 : static_cast<std::size_t>(written));
  }
}

// An answer is a letter and then the text or the message.
constexpr char is_text = 't';
constexpr char is_failed = 'f';

[[noreturn]] void answer_in_child(const std::function<std::string()>& work, int pipe) {
  std::string bytes;
  try {
    bytes = is_text + work();
  } catch (const std::exception& error) {
    bytes = std::string(1, is_failed) + error.what();
  }
  write_all(pipe, bytes);
  ::_exit(0);
}

ChildAnswer answer_of(const std::string& bytes) {
  ChildAnswer answer;
  if (bytes.empty()) {
    answer.failure = "the run ended without an answer";
  } else if (bytes.front() == is_failed) {
    answer.failure = bytes.substr(1);
  } else {
    answer.text = bytes.substr(1);
  }
  return answer;
}

class ChildPool {
 public:
  ChildPool(const std::vector<std::function<std::string()>>& works,
            std::vector<ChildAnswer>& answers)
      : works_(works), answers_(answers) {}

  void run(std::size_t processes, const std::function<void(std::size_t)>& watch) {
    while (done_ < works_.size()) {
      while (running_.size() < processes && next_ < works_.size()) {
        start(next_++);
      }
      listen();
      if (watch) {
        watch(done_);
      }
    }
  }

 private:
  void start(std::size_t index) {
    std::array<int, 2> pipe{};
    std::fflush(nullptr);  // or the child would print it again
    if (::pipe(pipe.data()) != 0) {
      answers_[index].failure = fmt::format("no pipe: {}", std::strerror(errno));
      ++done_;
      return;
    }
    const auto child = ::fork();
    if (child == 0) {
      ::close(pipe[0]);
      answer_in_child(works_[index], pipe[1]);
    }
    ::close(pipe[1]);
    if (child < 0) {
      answers_[index].failure = fmt::format("no process: {}", std::strerror(errno));
      ::close(pipe[0]);
      ++done_;
      return;
    }
    running_.push_back({index, child, pipe[0], {}});
  }

  /// Waits until some child has written or ended.
  void listen() {
    std::vector<pollfd> polled;
    for (const auto& each : running_) {
      polled.push_back({each.pipe, POLLIN, 0});
    }
    if (polled.empty() || ::poll(polled.data(), polled.size(), -1) < 0) {
      return;
    }
    for (std::size_t i = polled.size(); i-- > 0;) {
      if (polled[i].revents != 0 && !read_some(running_[i])) {
        finish(running_[i]);
        running_.erase(running_.begin() + static_cast<std::ptrdiff_t>(i));
      }
    }
  }

  static bool read_some(Running& running) {
    std::array<char, 4096> block{};
    const auto size = ::read(running.pipe, block.data(), block.size());
    if (size > 0) {
      running.bytes.append(block.data(), static_cast<std::size_t>(size));
    }
    return size > 0 || (size < 0 && errno == EINTR);
  }

  void finish(const Running& running) {
    ::close(running.pipe);
    ::waitpid(running.child, nullptr, 0);
    answers_[running.index] = answer_of(running.bytes);
    ++done_;
  }

  const std::vector<std::function<std::string()>>& works_;
  std::vector<ChildAnswer>& answers_;
  std::vector<Running> running_;
  std::size_t next_ = 0;
  std::size_t done_ = 0;
};

}  // namespace

std::vector<ChildAnswer> answers_of_children(const std::vector<std::function<std::string()>>& works,
                                             int processes,
                                             const std::function<void(std::size_t)>& watch) {
  std::vector<ChildAnswer> answers(works.size());
  ChildPool(works, answers).run(static_cast<std::size_t>(processes), watch);
  return answers;
}

}  // namespace tokenfab

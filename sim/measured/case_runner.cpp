// SPDX-License-Identifier: Apache-2.0
#include "sim/measured/case_runner.hpp"

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

/// A case being run: its child and what it has written so far.
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

// An answer is a letter and then the predicted values as they lie in memory, or the message.
constexpr char is_predicted = 'p';
constexpr char is_failed = 'f';

[[noreturn]] void answer_in_child(const CaseJob& job, int pipe) {
  std::string bytes;
  try {
    const auto predicted = job.measured->predict(job.more);
    bytes.assign(1, is_predicted);
    for (const auto& wanted : job.measured->measured) {
      double value = -1;
      for (const auto& each : predicted) {
        value = each.quantity == wanted.quantity ? each.value : value;
      }
      bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
    }
  } catch (const std::exception& error) {
    bytes = std::string(1, is_failed) + error.what();
  }
  write_all(pipe, bytes);
  ::_exit(0);
}

CaseAnswer answer_of(const MeasuredCase& measured, const std::string& bytes) {
  CaseAnswer answer;
  if (bytes.empty() || bytes.front() == is_failed) {
    answer.failure = bytes.empty() ? "the run ended without an answer" : bytes.substr(1);
    return answer;
  }
  for (std::size_t i = 0; i < measured.measured.size(); ++i) {
    double value = 0;
    std::memcpy(&value, bytes.data() + 1 + i * sizeof value, sizeof value);
    answer.predicted.push_back({measured.measured[i].quantity, value});
  }
  return answer;
}

class CasePool {
 public:
  CasePool(const std::vector<CaseJob>& jobs, std::vector<CaseAnswer>& answers)
      : jobs_(jobs), answers_(answers) {}

  void run(std::size_t processes, const std::function<void(std::size_t)>& watch) {
    while (done_ < jobs_.size()) {
      while (running_.size() < processes && next_ < jobs_.size()) {
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
    std::fflush(nullptr);
    if (::pipe(pipe.data()) != 0) {
      answers_[index].failure = fmt::format("no pipe: {}", std::strerror(errno));
      ++done_;
      return;
    }
    const auto child = ::fork();
    if (child == 0) {
      ::close(pipe[0]);
      answer_in_child(jobs_[index], pipe[1]);
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
    answers_[running.index] = answer_of(*jobs_[running.index].measured, running.bytes);
    ++done_;
  }

  const std::vector<CaseJob>& jobs_;
  std::vector<CaseAnswer>& answers_;
  std::vector<Running> running_;
  std::size_t next_ = 0;
  std::size_t done_ = 0;
};

}  // namespace

std::vector<CaseAnswer> run_cases(const std::vector<CaseJob>& jobs, int processes,
                                  const std::function<void(std::size_t)>& watch) {
  std::vector<CaseAnswer> answers(jobs.size());
  CasePool(jobs, answers).run(static_cast<std::size_t>(processes), watch);
  return answers;
}

}  // namespace tokenfab

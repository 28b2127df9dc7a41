// SPDX-License-Identifier: Apache-2.0
#include "tools/child_pool.hpp"

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

#include "tools/child.hpp"

namespace tokenfab::tools {
namespace {

class ChildPool {
 public:
  explicit ChildPool(const std::vector<std::function<std::string()>>& works)
      : works_(works), texts_(works.size()) {}
  ~ChildPool() { end_all(); }
  ChildPool(const ChildPool&) = delete;
  ChildPool& operator=(const ChildPool&) = delete;

  /// False: the watcher wanted no more.
  bool run(std::size_t jobs, const std::function<bool(std::size_t)>& watch) {
    while (done_ < works_.size()) {
      while (running_.size() < jobs && next_ < works_.size()) {
        running_.push_back(start(next_++));
      }
      listen();
      if (!watch(done_)) {
        return false;
      }
    }
    return true;
  }
  std::vector<std::string> take() { return std::move(texts_); }

 private:
  struct Running {
    std::size_t index = 0;
    Child child;
  };

  Running start(std::size_t index) { return {index, start_child(works_[index])}; }

  /// Waits until a child has written or ended, or a signal came.
  void listen() {
    std::vector<pollfd> polled;
    for (const auto& each : running_) {
      polled.push_back({each.child.pipe, POLLIN, 0});
    }
    if (::poll(polled.data(), polled.size(), -1) < 0) {
      return;
    }
    for (std::size_t i = polled.size(); i-- > 0;) {
      if (polled[i].revents != 0 && !read_some(running_[i].child, texts_[running_[i].index])) {
        const auto child = running_[i].child;
        running_.erase(running_.begin() + static_cast<std::ptrdiff_t>(i));
        finish(child);
        ++done_;
      }
    }
  }

  void end_all() {
    for (const auto& each : running_) {
      ::kill(each.child.process, SIGKILL);
      ::close(each.child.pipe);
      while (::waitpid(each.child.process, nullptr, 0) < 0 && errno == EINTR) {
      }
    }
    running_.clear();
  }

  const std::vector<std::function<std::string()>>& works_;
  std::vector<std::string> texts_;
  std::vector<Running> running_;
  std::size_t next_ = 0;
  std::size_t done_ = 0;
};

}  // namespace

std::vector<std::string> texts_from_children(const std::vector<std::function<std::string()>>& works,
                                             std::size_t jobs,
                                             const std::function<bool(std::size_t)>& watch) {
  ChildPool pool(works);
  return pool.run(std::max<std::size_t>(1, jobs), watch) ? pool.take() : std::vector<std::string>();
}

}  // namespace tokenfab::tools

// SPDX-License-Identifier: Apache-2.0
#include "tools/child.hpp"

#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <system_error>

#include "sim/process/child_pool.hpp"
#include "tools/exit_codes.hpp"

namespace tokenfab::tools {
namespace {

ChildWork telling(const std::function<std::string()>& work) {
  return [&work](int pipe) {
    return exit_code_of([&] {
      if (!write_all(pipe, work())) {
        throw std::system_error(errno, std::generic_category(), "cannot hand over a result");
      }
      return static_cast<int>(exit_ok);
    });
  };
}

void check_end(int status) {
  if (!WIFEXITED(status)) {
    throw ChildFailed(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT ? exit_interrupted
                                                                        : exit_internal);
  }
  if (WEXITSTATUS(status) != exit_ok) {
    throw ChildFailed(WEXITSTATUS(status));
  }
}

}  // namespace

std::string text_from_child(const std::function<std::string()>& work) {
  const auto child = start_child(telling(work));
  std::string text;
  while (read_some(child, text)) {
  }
  check_end(finish(child));
  return text;
}

std::vector<std::string> texts_from_children(const std::vector<std::function<std::string()>>& works,
                                             std::size_t jobs,
                                             const std::function<bool(std::size_t)>& watch) {
  std::vector<ChildWork> children;
  for (const auto& work : works) {
    children.push_back(telling(work));
  }
  std::vector<std::string> texts(works.size());
  const auto take = [&texts](std::size_t index, ChildEnd end) {
    check_end(end.status);
    texts[index] = std::move(end.text);
  };
  const bool is_whole = run_children(children, std::max<std::size_t>(1, jobs), take, watch);
  return is_whole ? texts : std::vector<std::string>();
}

}  // namespace tokenfab::tools

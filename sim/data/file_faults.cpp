// SPDX-License-Identifier: Apache-2.0
#include "sim/data/file_faults.hpp"

#include <algorithm>

#include "sim/data/problems.hpp"

namespace tokenfab {

void FileFaults::add(std::int64_t line, std::string message, std::string fix) {
  add(problem_at(file_, line, std::move(message), std::move(fix)));
}

void FileFaults::add_at(std::string pointer, std::string message, std::string fix) {
  auto problem = problem_at(file_, 0, std::move(message), std::move(fix));
  problem.pointer = std::move(pointer);
  add(std::move(problem));
}

void FileFaults::reject(std::int64_t line, std::string message, std::string fix) {
  problems_.push_back(problem_at(file_, line, std::move(message), std::move(fix)));
  raise_all();
}

void FileFaults::add(Problem problem) {
  problems_.push_back(std::move(problem));
  if (problems_.size() == most) {
    raise();
  }
}

void FileFaults::raise() {
  if (!problems_.empty()) {
    raise_all();
  }
}

void FileFaults::raise_all() {
  std::stable_sort(problems_.begin(), problems_.end(),
                   [](const Problem& a, const Problem& b) { return a.place.line < b.place.line; });
  throw DataError(std::exchange(problems_, {}));
}

}  // namespace tokenfab

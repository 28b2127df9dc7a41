// SPDX-License-Identifier: Apache-2.0
// How far a study of many runs has come: a bar on a terminal, or lines of JSON.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "tools/commands.hpp"

namespace tokenfab::tools {

struct StudyState {
  std::size_t done = 0;
  std::size_t count = 0;
  std::size_t without_numbers = 0;  // infeasible, invalid, crashed
  double elapsed_s = 0;
};

/// "[#########...........]  450 of 1000 runs, 361 /s, 1.5 s left, 12 without numbers".
std::string study_text(const StudyState& state);
/// The same as one JSON object without line end.
std::string study_json(const StudyState& state);

/// Prints to standard error: at most twice a second, and at the end.
class StudyProgress {
 public:
  StudyProgress(Progress mode, std::size_t count);
  ~StudyProgress() { end(); }
  StudyProgress(const StudyProgress&) = delete;
  StudyProgress& operator=(const StudyProgress&) = delete;

  /// A study that finds out on its way how many runs it needs.
  void expect(std::size_t count) { count_ = count; }
  void print(std::size_t done, std::size_t without_numbers = 0);
  /// Ends the line on the terminal, before anything else is said.
  void end();

 private:
  using Clock = std::chrono::steady_clock;

  Progress mode_;
  std::size_t count_;
  Clock::time_point start_ = Clock::now();
  Clock::time_point next_ = start_;
  std::size_t line_length_ = 0;  // of the open line on the terminal
};

}  // namespace tokenfab::tools

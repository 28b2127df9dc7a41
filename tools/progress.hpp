// SPDX-License-Identifier: Apache-2.0
// Where a run is, for whoever watches: one line on a terminal, or lines of JSON.
#pragma once

#include <chrono>
#include <string>

#include "sim/scenario/simulation.hpp"
#include "tools/commands.hpp"

namespace tokenfab::tools {

/// "42 %, 12 s left, 1800 s simulated, 1234 requests, $1.234 per million tokens, 3.4 kWh".
/// `elapsed_s` is the wall time so far.
std::string progress_text(const RunProgress& progress, double elapsed_s);
/// The same as one JSON object without line end; unknown values are left out.
std::string progress_json(const RunProgress& progress, double elapsed_s, bool is_done);

/// What fits into one line of a terminal with so many columns, which a longer one would break.
std::string cut_to(std::string text, std::size_t columns);

/// Prints to standard error: the first time it is told, then at most twice a second.
class ProgressPrinter {
 public:
  explicit ProgressPrinter(Progress mode);
  ~ProgressPrinter();
  ProgressPrinter(const ProgressPrinter&) = delete;
  ProgressPrinter& operator=(const ProgressPrinter&) = delete;

  void print(const RunProgress& progress);
  /// The run was played to its end.
  void finish(const RunProgress& end);

 private:
  using Clock = std::chrono::steady_clock;

  double elapsed_s() const;
  void write_line(const std::string& text);

  Progress mode_;
  Clock::time_point start_ = Clock::now();
  Clock::time_point next_ = start_;
  std::size_t line_length_ = 0;  // of the open line on the terminal
};

}  // namespace tokenfab::tools

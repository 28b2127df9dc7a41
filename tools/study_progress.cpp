// SPDX-License-Identifier: Apache-2.0
#include "tools/study_progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace tokenfab::tools {
namespace {

double runs_per_s(const StudyState& state) {
  return state.elapsed_s > 0 ? static_cast<double>(state.done) / state.elapsed_s : 0;
}

/// The wall time left if the rest is like what is done; negative: nobody knows.
double seconds_left(const StudyState& state) {
  const double rate = runs_per_s(state);
  return rate > 0 ? static_cast<double>(state.count - state.done) / rate : -1;
}

std::string readable_span(double seconds) {
  if (seconds < 90) {
    return fmt::format("{:.0f} s", seconds);
  }
  return seconds < 5400 ? fmt::format("{:.0f} min", seconds / 60)
                        : fmt::format("{:.1f} h", seconds / 3600);
}

}  // namespace

std::string study_text(const StudyState& state) {
  constexpr std::size_t width = 20;
  const auto filled = state.count == 0 ? width : width * state.done / state.count;
  auto text = fmt::format("[{}{}] {} of {} runs", std::string(filled, '#'),
                          std::string(width - filled, '.'), state.done, state.count);
  if (const double left = seconds_left(state); left >= 0) {
    text += fmt::format(", {:.3g} /s, {} left", runs_per_s(state), readable_span(left));
  }
  if (state.without_numbers > 0) {
    text += fmt::format(", {} without numbers", state.without_numbers);
  }
  return text;
}

std::string study_json(const StudyState& state) {
  nlohmann::ordered_json json{{"runs_done", state.done},
                              {"runs", state.count},
                              {"runs_without_numbers", state.without_numbers}};
  if (const double left = seconds_left(state); left >= 0) {
    json["runs_per_s"] = runs_per_s(state);
    json["eta_s"] = left;
  }
  return json.dump();
}

StudyProgress::StudyProgress(Progress mode, std::size_t count)
    : mode_(mode == Progress::Auto && ::isatty(STDERR_FILENO) == 0 ? Progress::None : mode),
      count_(count) {}

void StudyProgress::end() {
  if (line_length_ > 0) {
    fmt::print(stderr, "\n");
  }
  line_length_ = 0;
}

void StudyProgress::print(std::size_t done, std::size_t without_numbers) {
  const auto now = Clock::now();
  if (mode_ == Progress::None || (now < next_ && done < count_)) {
    return;
  }
  next_ = now + std::chrono::milliseconds(500);
  const double elapsed_s = std::chrono::duration<double>(now - start_).count();
  const StudyState state{done, count_, without_numbers, elapsed_s};
  if (mode_ == Progress::Json) {
    fmt::print(stderr, "{}\n", study_json(state));
    return;
  }
  const auto text = study_text(state);
  line_length_ = std::max(line_length_, text.size());  // covers what a longer line left
  fmt::print(stderr, "\r{:<{}}", text, line_length_);
}

}  // namespace tokenfab::tools

// SPDX-License-Identifier: Apache-2.0
#include "tools/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

namespace tokenfab::tools {
namespace {

/// The wall time left if the run goes on as it did so far.
std::optional<double> seconds_left(const RunProgress& progress, double elapsed_s) {
  if (!progress.fraction || *progress.fraction <= 0) {
    return std::nullopt;
  }
  return elapsed_s * (1 - *progress.fraction) / *progress.fraction;
}

/// Where nobody watches, `auto` shows nothing.
Progress shown(Progress mode) {
  return mode == Progress::Auto && ::isatty(STDERR_FILENO) == 0 ? Progress::None : mode;
}

}  // namespace

std::string progress_text(const RunProgress& progress, double elapsed_s) {
  std::string text;
  if (progress.fraction) {
    text += fmt::format("{:3.0f} %, ", *progress.fraction * 100);
  }
  text += fmt::format("{:.0f} s simulated", progress.now.seconds());
  if (progress.requests_completed > 0 || !progress.jobs_ended) {
    text += fmt::format(", {} requests", progress.requests_completed);
  }
  if (progress.jobs_ended) {
    text += fmt::format(", {} jobs ended", *progress.jobs_ended);
  }
  if (progress.cost_usd) {
    text += fmt::format(", ${:.4g} so far", *progress.cost_usd);
  }
  if (progress.cost_per_mtok_usd) {
    text += fmt::format(", ${:.4g} per million tokens", *progress.cost_per_mtok_usd);
  }
  if (const auto left = seconds_left(progress, elapsed_s)) {
    text += fmt::format(", {:.0f} s left", *left);
  }
  return text;
}

std::string progress_json(const RunProgress& progress, double elapsed_s) {
  nlohmann::ordered_json json{{"simulated_s", progress.now.seconds()},
                              {"requests", progress.requests_completed},
                              {"events", progress.events}};
  if (progress.jobs_ended) {
    json["jobs"] = *progress.jobs_ended;
  }
  if (progress.fraction) {
    json["fraction"] = *progress.fraction;
  }
  if (const auto left = seconds_left(progress, elapsed_s)) {
    json["eta_s"] = *left;
  }
  if (progress.cost_usd) {
    json["cost_usd"] = *progress.cost_usd;
  }
  if (progress.cost_per_mtok_usd) {
    json["cost_per_mtok_usd"] = *progress.cost_per_mtok_usd;
  }
  return json.dump();
}

ProgressPrinter::ProgressPrinter(Progress mode) : mode_(shown(mode)) {}

ProgressPrinter::~ProgressPrinter() {
  if (line_length_ > 0) {
    fmt::print(stderr, "\n");
  }
}

void ProgressPrinter::print(const RunProgress& progress) {
  const auto now = Clock::now();
  if (mode_ == Progress::None || now < next_) {
    return;
  }
  next_ = now + std::chrono::milliseconds(500);
  const double elapsed_s = std::chrono::duration<double>(now - start_).count();
  if (mode_ == Progress::Json) {
    fmt::print(stderr, "{}\n", progress_json(progress, elapsed_s));
    return;
  }
  const auto text = progress_text(progress, elapsed_s);
  line_length_ = std::max(line_length_, text.size());  // covers what a longer line left
  fmt::print(stderr, "\r{:<{}}", text, line_length_);
}

}  // namespace tokenfab::tools

// SPDX-License-Identifier: Apache-2.0
#include "tools/progress.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "sim/core/unit_factors.hpp"

namespace tokenfab::tools {
namespace {

/// The wall time left if the run goes on as it did so far.
std::optional<double> seconds_left(const RunProgress& progress, double elapsed_s) {
  if (!progress.fraction || *progress.fraction <= 0) {
    return std::nullopt;
  }
  return elapsed_s * (1 - *progress.fraction) / *progress.fraction;
}

std::string time_text(double seconds) {
  constexpr double hours = 3600;
  constexpr double days = 24 * hours;
  return seconds >= 2 * days    ? fmt::format("{:.1f} d", seconds / days)
         : seconds >= 2 * hours ? fmt::format("{:.1f} h", seconds / hours)
                                : fmt::format("{:.0f} s", seconds);
}

std::size_t terminal_columns() {
  constexpr std::size_t usual = 80;
  winsize size{};
  const bool is_known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1;
  return is_known ? size.ws_col : usual;
}

/// Where nobody watches, `auto` shows nothing.
Progress shown(Progress mode) {
  return mode == Progress::Auto && ::isatty(STDERR_FILENO) == 0 ? Progress::None : mode;
}

}  // namespace

std::string progress_text(const RunProgress& progress, double elapsed_s) {
  std::string text;
  if (progress.fraction) {
    text += fmt::format("{:.0f} %, ", *progress.fraction * 100);
  }
  if (const auto left = seconds_left(progress, elapsed_s)) {
    text += fmt::format("{:.0f} s left, ", *left);  // early: the end may be cut
  }
  text += time_text(progress.now.seconds()) + " simulated";
  if (progress.requests_completed > 0 || !progress.jobs_ended) {
    text += fmt::format(", {} requests", progress.requests_completed);
  }
  if (progress.jobs_ended) {
    text += fmt::format(", {} jobs ended", *progress.jobs_ended);
  }
  text += progress.cost_per_mtok_usd
              ? fmt::format(", ${:.4g} per million tokens", *progress.cost_per_mtok_usd)
              : fmt::format(", ${:.4g} so far", progress.cost_usd);
  text += fmt::format(", {:.4g} kWh", progress.energy_j / joules_per_kwh);
  return text;
}

std::string progress_json(const RunProgress& progress, double elapsed_s, bool is_done) {
  nlohmann::ordered_json json{{"elapsed_s", elapsed_s},
                              {"simulated_s", progress.now.seconds()},
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
  json["energy_j"] = progress.energy_j;
  json["cost_usd"] = progress.cost_usd;
  if (progress.cost_per_mtok_usd) {
    json["cost_per_mtok_usd"] = *progress.cost_per_mtok_usd;
  }
  json["done"] = is_done;
  return json.dump();
}

std::string cut_to(std::string text, std::size_t columns) {
  text.resize(std::min(text.size(), columns));  // all of it is ASCII
  return text;
}

ProgressPrinter::ProgressPrinter(Progress mode) : mode_(shown(mode)) {}

ProgressPrinter::~ProgressPrinter() {
  if (line_length_ > 0) {
    fmt::print(stderr, "\n");
  }
}

double ProgressPrinter::elapsed_s() const {
  return std::chrono::duration<double>(Clock::now() - start_).count();
}

void ProgressPrinter::write_line(const std::string& text) {
  const auto line = cut_to(text, terminal_columns() - 1);  // the cursor needs one
  fmt::print(stderr, "\r{:<{}}", line, line_length_);      // covers what a longer line left
  line_length_ = line.size();
}

void ProgressPrinter::print(const RunProgress& progress) {
  const auto now = Clock::now();
  if (mode_ == Progress::None || now < next_) {
    return;
  }
  next_ = now + std::chrono::milliseconds(500);
  if (mode_ == Progress::Json) {
    fmt::print(stderr, "{}\n", progress_json(progress, elapsed_s(), false));
  } else {
    write_line(progress_text(progress, elapsed_s()));
  }
}

void ProgressPrinter::finish(const RunProgress& end) {
  if (mode_ == Progress::Json) {
    fmt::print(stderr, "{}\n", progress_json(end, elapsed_s(), true));
  } else if (line_length_ > 0) {
    write_line(progress_text(end, elapsed_s()));
  }
}

}  // namespace tokenfab::tools

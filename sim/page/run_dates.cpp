// SPDX-License-Identifier: Apache-2.0
#include "sim/page/run_dates.hpp"

#include <fmt/format.h>

#include "sim/core/calendar.hpp"
#include "sim/page/figures.hpp"

namespace tokenfab {

RunDates::RunDates(const RunInput& run) : start_(text_of(run.scenario.find("start"))) {
  start_ = local_date(start_) ? start_ : std::string();
}

std::string RunDates::text(double seconds) const {
  if (start_.empty()) {
    return figure_text("", "s", seconds);
  }
  const Calendar calendar(*local_date(start_));
  const auto civil = calendar.at(Instant(Duration::from_seconds(seconds)));
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}", civil.year, civil.month, civil.day,
                     civil.hour, civil.minute);
}

std::optional<double> RunDates::start_ms() const {
  const auto start = local_date(start_);
  return start ? std::optional(1000 * start->seconds()) : std::nullopt;
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "models/energy/outages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <stdexcept>

namespace tokenfab {
namespace {

constexpr double year_s = 365.0 * 86400;

/// Since 1970-01-01T00:00 on the same clock.
std::optional<Duration> wall_clock(const std::string& text) {
  int year = 0;
  int month = 0;
  int day = 0;
  int hour = 0;
  int minute = 0;
  char rest = 0;
  if (std::sscanf(text.c_str(), "%4d-%2d-%2dT%2d:%2d%c", &year, &month, &day, &hour, &minute,
                  &rest) != 5 ||
      hour < 0 || hour > 23 || minute < 0 || minute > 59 || month < 1 || day < 1) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) {
    return std::nullopt;
  }
  const auto days = std::chrono::sys_days(date).time_since_epoch().count();
  return Duration::from_ticks((Int128{days} * 86400 + hour * 3600 + minute * 60) *
                              Duration::ticks_per_second);
}

}  // namespace

void ScheduledOutageConfig::describe(Describe<ScheduledOutageConfig>& d) {
  using C = ScheduledOutageConfig;
  d.field("at", &C::at, "Begin, from the start of the run").range(0, 3e9);
  d.field("date", &C::date, "Begin on the site's wall clock, such as 2024-07-01T14:00");
  d.field("duration", &C::duration, "Until the grid is back").required().range(1e-3, 3e9);
}

void ScheduledOutagesConfig::describe(Describe<ScheduledOutagesConfig>& d) {
  d.map("outages", &ScheduledOutagesConfig::outages, "Outages by name").required();
}

ScheduledOutages::ScheduledOutages(const ScheduledOutagesConfig& config) : config_(config) {
  std::string problems;
  for (const auto& [name, outage] : config_.outages) {
    if (outage.at.has_value() == outage.date.has_value()) {
      problems += fmt::format("{}outages/{}: give either \"at\" or \"date\"",
                              problems.empty() ? "" : "; ", name);
    } else if (outage.date && !wall_clock(*outage.date)) {
      problems += fmt::format("{}outages/{}: \"{}\" is no date of the form 2024-07-01T14:00",
                              problems.empty() ? "" : "; ", name, *outage.date);
    }
  }
  if (!problems.empty()) {
    throw std::invalid_argument(problems);
  }
}

void ScheduledOutages::open(const SiteInputs& inputs) {
  outages_.clear();
  given_ = 0;
  for (const auto& [name, outage] : config_.outages) {
    const Instant begin = outage.at ? Instant(Duration::from_seconds(outage.at->si()))
                                    : inputs.calendar.at_local(*wall_clock(*outage.date));
    outages_.push_back({begin, begin + Duration::from_seconds(outage.duration.si())});
  }
  std::sort(outages_.begin(), outages_.end(),
            [](const GridOutage& a, const GridOutage& b) { return a.begin < b.begin; });
  for (std::size_t i = 1; i < outages_.size(); ++i) {
    if (outages_[i].begin < outages_[i - 1].end) {
      throw std::invalid_argument(fmt::format(
          "outages: one begins {:g} s after the start while another lasts until {:g} s; join them",
          outages_[i].begin.seconds(), outages_[i - 1].end.seconds()));
    }
  }
}

std::optional<GridOutage> ScheduledOutages::next() {
  return given_ < outages_.size() ? std::optional(outages_[given_++]) : std::nullopt;
}

void RandomOutagesConfig::describe(Describe<RandomOutagesConfig>& d) {
  using C = RandomOutagesConfig;
  d.field("per_year", &C::per_year, "Outages a year, on average")
      .range(0, 1e5)
      .source("Estimate: EIA-861 reports 1.0 to 1.4 interruptions per US customer and year");
  d.field("mean_duration", &C::mean_duration, "Of an outage")
      .range(1e-3, 3e8)
      .source("Estimate: about two hours per interruption without major events (EIA-861)");
}

void RandomOutages::open(const SiteInputs& inputs) {
  random_.emplace(inputs.seed, 0, inputs.path, "outages");
  end_ = Instant();
}

std::optional<GridOutage> RandomOutages::next() {
  if (config_.per_year <= 0) {
    return std::nullopt;
  }
  const double gap_s = year_s / config_.per_year * random_->standard_exponential();
  const double span_s = config_.mean_duration.si() * random_->standard_exponential();
  const Instant begin = end_ + Duration::from_seconds(gap_s);
  end_ = begin + std::max(Duration::from_ticks(1), Duration::from_seconds(span_s));
  return GridOutage{begin, end_};
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "models/energy/outages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace tokenfab {
namespace {

constexpr double year_s = 365.0 * 86400;

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
      problems += fmt::format("{}outages/{}: give either \"at\" or \"date\", one of them",
                              problems.empty() ? "" : "; ", name);
    } else if (outage.date && !local_date(*outage.date)) {
      problems += fmt::format("{}outages/{}: \"{}\" is no date of the form 2024-07-01T14:00",
                              problems.empty() ? "" : "; ", name, *outage.date);
    }
  }
  if (!problems.empty()) {
    throw std::invalid_argument(problems);
  }
}

void ScheduledOutages::open(const SiteInputs& inputs) {
  std::vector<std::pair<GridOutage, std::string>> named;
  for (const auto& [name, outage] : config_.outages) {
    const Instant begin = outage.at ? Instant(Duration::from_seconds(outage.at->si()))
                                    : inputs.calendar.at_local(*local_date(*outage.date));
    named.emplace_back(GridOutage{begin, begin + Duration::from_seconds(outage.duration.si())},
                       name);
  }
  std::sort(named.begin(), named.end(),
            [](const auto& a, const auto& b) { return a.first.begin < b.first.begin; });
  outages_.clear();
  given_ = 0;
  for (std::size_t i = 0; i < named.size(); ++i) {
    const auto& [outage, name] = named[i];
    if (i > 0 && outage.begin < outages_.back().end) {
      throw std::invalid_argument(fmt::format(
          "outages/{} begins {:g} s after the start, while outages/{} lasts until {:g} s; join "
          "them",
          name, outage.begin.seconds(), named[i - 1].second, outages_.back().end.seconds()));
    }
    outages_.push_back(outage);
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

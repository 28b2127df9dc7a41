// SPDX-License-Identifier: Apache-2.0
#include "sim/plan/stretch.hpp"

#include <fmt/format.h>

#include <cmath>

#include "models/workload/synthetic_workload.hpp"

namespace tokenfab {
namespace {

/// Requests of the shortest stretch. Estimate: the 99th percentile of so many is the mean of the
/// four slowest.
constexpr double requests_min = 400;
/// And so many rounds of a closed loop, of which filling and draining are two.
constexpr double loop_rounds_min = 5;
constexpr double shortest_fraction = 1.0 / 8;

}  // namespace

Stretches::Stretches(const Scenario& scenario, const PlanSubject& subject) {
  const auto& config = *scenario.config;
  const auto& demand = subject.demand;
  warmup_s_ = config.warmup.si();
  double requests = 0;
  double least = requests_min;
  if (demand.rate_per_s && demand.span_s && *demand.span_s > warmup_s_) {
    span_s_ = *demand.span_s;
    requests = *demand.rate_per_s * (span_s_ - warmup_s_);
  } else if (config.workloads.size() == 1 && !config.horizon) {
    const auto& [name, workload] = *config.workloads.begin();
    if (workload.source.model == "synthetic") {
      const auto& source =
          *static_cast<const SyntheticWorkloadConfig*>(workload.source.config.get());
      if (source.concurrency && source.number) {
        loop_requests_ = child_pointer("/workloads", name) + "/num_prompts";
        loop_requests_all_ = static_cast<double>(*source.number);
        requests = loop_requests_all_;
        least = std::max(least, loop_rounds_min * static_cast<double>(*source.concurrency));
      }
    }
  }
  for (double fraction = shortest_fraction; fraction < 1; fraction *= 2) {
    if (requests * fraction >= least) {
      fractions_.push_back(fraction);
    }
  }
}

std::vector<std::pair<std::string, std::string>> Stretches::settings_of(double fraction) const {
  if (fraction >= 1) {
    return {};
  }
  if (!loop_requests_.empty()) {
    return {{loop_requests_, fmt::format("{:.0f}", std::ceil(fraction * loop_requests_all_))}};
  }
  const double end_s = warmup_s_ + fraction * (span_s_ - warmup_s_);
  return {{"/horizon", fmt::format("{} s", end_s)}};
}

}  // namespace tokenfab

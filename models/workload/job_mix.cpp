// SPDX-License-Identifier: Apache-2.0
#include "models/workload/job_mix.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <stdexcept>

namespace tokenfab {
namespace {

std::int64_t chips_of(const std::string& text) {
  std::int64_t chips = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, chips);
  if (error != std::errc() || stop != end || chips < 1 || chips > 100'000'000) {
    throw std::invalid_argument(fmt::format(
        "sizes: \"{}\" is no number of chips, expected a whole number from 1 to 100000000", text));
  }
  return chips;
}

/// Cumulative shares, the last one 1.
std::vector<double> cumulate(const std::map<std::string, double>& weights, const char* field) {
  std::vector<double> cumulative;
  double sum = 0;
  for (const auto& [name, weight] : weights) {
    cumulative.push_back(sum += weight);
  }
  if (!weights.empty() && !(sum > 0)) {
    throw std::invalid_argument(fmt::format("{}: no weight is positive", field));
  }
  for (double& share : cumulative) {
    share /= sum;
  }
  return cumulative;
}

}  // namespace

void JobMixConfig::describe(Describe<JobMixConfig>& d) {
  using C = JobMixConfig;
  d.field("job_rate", &C::job_rate, "Mean submissions").required().range(1e-12, 1e6);
  d.field("num_jobs", &C::num_jobs, "Jobs in all; without it a horizon ends the load")
      .range(1, 1e12);
  d.field("sizes", &C::sizes, "Chips of a job -> weight; scaled to a sum of 1").range(0, 1e9);
  d.field("run_median", &C::run_median, "Run time that half of the jobs exceed").range(1e-3, 1e9);
  d.field("run_p90", &C::run_p90, "Run time that a tenth of the jobs exceeds").range(1e-3, 1e9);
  d.field("run_max", &C::run_max, "Longest run time; longer ones are cut").range(1e-3, 1e9);
  d.field("estimate_factor", &C::estimate_factor,
          "Estimates lie evenly between the run time and so many times it; 1: they are exact")
      .range(1, 1e3);
  d.field("users", &C::users, "User -> weight; scaled to a sum of 1").range(0, 1e9);
  d.field("priority", &C::priority, "Of every job; greater goes first where it counts")
      .range(-1e9, 1e9);
  describe_behaviour(d);
}

JobMix::JobMix(const JobMixConfig& config) : config_(config) {
  if (config.run_p90 < config.run_median || config.run_max < config.run_p90) {
    throw std::invalid_argument(
        fmt::format("run_median {} s, run_p90 {} s and run_max {} s must ascend",
                    config.run_median.si(), config.run_p90.si(), config.run_max.si()));
  }
  if (config.sizes.empty()) {
    throw std::invalid_argument("sizes: no size is given, expected one such as {\"8\": 1}");
  }
  for (const auto& [size, weight] : config.sizes) {
    sizes_.values.push_back(chips_of(size));
  }
  for (const auto& [user, weight] : config.users) {
    users_.values.push_back(user);
  }
  sizes_.cumulative = cumulate(config.sizes, "sizes");
  users_.cumulative = cumulate(config.users, "users");
  log_median_ = std::log(config.run_median.si());
  log_sigma_ = (std::log(config.run_p90.si()) - log_median_) / normal_quantile(0.9);
}

template <class Value>
const Value& JobMix::Weighted<Value>::draw(RandomStream& random) const {
  const auto found = std::upper_bound(cumulative.begin(), cumulative.end(), random.uniform());
  return values[static_cast<std::size_t>(found - cumulative.begin())];
}

void JobMix::open(JobInputs inputs) {
  arrivals_ = inputs.stream("submissions");
  runs_ = inputs.stream("run times");
  size_stream_ = inputs.stream("sizes");
  estimates_ = inputs.stream("estimates");
  user_stream_ = inputs.stream("users");
}

bool JobMix::next(JobRow& row) {
  if (config_.num_jobs && given_ >= *config_.num_jobs) {
    return false;
  }
  row = JobRow();
  row.id = static_cast<std::uint64_t>(++given_);
  const double gap = arrivals_->standard_exponential() / config_.job_rate.si();
  row.submit = last_submit_ += Duration::from_seconds(gap);
  const double drawn = std::exp(log_median_ + log_sigma_ * runs_->standard_normal());
  const double run = std::min(drawn, config_.run_max.si());
  row.run = std::max(Duration::from_seconds(run), Duration::from_ticks(1));
  const double factor = 1 + (config_.estimate_factor - 1) * estimates_->uniform();
  row.estimate = config_.estimate_factor > 1 ? Duration::from_seconds(run * factor) : row.run;
  row.chips = sizes_.draw(*size_stream_);
  row.priority = config_.priority;
  if (!users_.values.empty()) {
    row.user = users_.draw(*user_stream_);
  }
  return true;
}

}  // namespace tokenfab

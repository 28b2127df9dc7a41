// SPDX-License-Identifier: Apache-2.0
#include "sim/metrics/queue_trend.hpp"

#include <numeric>

namespace tokenfab {
namespace {

constexpr std::size_t max_samples = 256;  // halved when full
constexpr std::uint64_t least_arrivals = 100;
constexpr double growth_factor = 2;
constexpr double least_share = 0.01;

}  // namespace

bool QueueTrend::arrives() { return arrivals_++ % stride_ == 0; }

void QueueTrend::sample(std::uint64_t waiting) {
  samples_.push_back(waiting);
  if (samples_.size() == max_samples) {
    for (std::size_t i = 0; i < max_samples / 2; ++i) {
      samples_[i] = samples_[2 * i];
    }
    samples_.resize(max_samples / 2);
    stride_ *= 2;
  }
}

double QueueTrend::mean(std::size_t begin, std::size_t end) const {
  const auto at = [this](std::size_t i) {
    return samples_.begin() + static_cast<std::ptrdiff_t>(i);
  };
  const auto sum = std::accumulate(at(begin), at(end), std::uint64_t{0});
  return static_cast<double>(sum) / static_cast<double>(end - begin);
}

QueueGrowth QueueTrend::growth(std::uint64_t replicas) const {
  QueueGrowth growth;
  if (arrivals_ < least_arrivals) {
    return growth;
  }
  const auto count = samples_.size();
  growth.second_quarter = mean(count / 4, count / 2);
  growth.third_quarter = mean(count / 2, count * 3 / 4);
  growth.last_quarter = mean(count * 3 / 4, count);
  const double last = growth.last_quarter;
  growth.still_grows = last > growth_factor * growth.second_quarter &&
                       last > growth.third_quarter && last >= static_cast<double>(replicas) &&
                       last >= least_share * static_cast<double>(arrivals_);
  return growth;
}

}  // namespace tokenfab

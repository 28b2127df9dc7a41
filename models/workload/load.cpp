// SPDX-License-Identifier: Apache-2.0
#include "models/workload/load.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace tokenfab {

Load::Load(const LoadConfig& config, std::string_view workload, std::string_view rate_key)
    : config_(config) {
  if (config.rate.has_value() == config.concurrency.has_value()) {
    throw std::invalid_argument(fmt::format(
        "{} needs {} (open loop) or concurrency (closed loop), and not both", workload, rate_key));
  }
  if (!config.diurnal.empty()) {
    if (config.concurrency) {
      throw std::invalid_argument(
          fmt::format("diurnal varies {}; a closed loop has none", rate_key));
    }
    DiurnalPattern(config.diurnal, Duration());  // throws what is wrong with it
  }
}

void Load::open(RandomStream arrivals, Duration time_of_day) {
  if (config_.rate) {
    arrivals_.emplace(*config_.rate, config_.burstiness);
  }
  if (!config_.diurnal.empty()) {
    diurnal_.emplace(config_.diurnal, time_of_day);
  }
  stream_ = arrivals;
}

bool Load::next(Instant& date) {
  if (is_exhausted() || (config_.concurrency && given_ >= *config_.concurrency)) {
    return false;
  }
  if (arrivals_) {
    last_date_ += arrivals_->next_gap(*stream_);
  }
  date = diurnal_ ? Instant(diurnal_->date_of(last_date_.since_start())) : last_date_;
  ++given_;
  return true;
}

bool Load::follows() {
  if (!is_closed() || is_exhausted()) {
    return false;
  }
  ++given_;
  return true;
}

std::optional<std::uint64_t> Load::expected() const {
  return config_.number ? std::optional<std::uint64_t>(*config_.number) : std::nullopt;
}

std::optional<double> Load::rate_per_s() const {
  return config_.rate ? std::optional(config_.rate->si()) : std::nullopt;
}

}  // namespace tokenfab

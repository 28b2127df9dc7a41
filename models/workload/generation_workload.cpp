// SPDX-License-Identifier: Apache-2.0
#include "models/workload/generation_workload.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <stdexcept>

namespace tokenfab {

void GenerationMixConfig::describe(Describe<GenerationMixConfig>& d) {
  using C = GenerationMixConfig;
  d.field("share", &C::share, "Weight of this shape among all requests").range(0, 1e9);
  d.field("width", &C::width, "Pixels").range(8, 65535);
  d.field("height", &C::height, "Pixels").range(8, 65535);
  d.field("frames", &C::frames, "Frames of one item; 1 is a still image").range(1, 65535);
  d.field("steps", &C::steps, "Denoising steps; 0 is the model's default").range(0, 65535);
  d.field("images", &C::images, "Items made from one prompt").range(1, 1000);
}

GenerationShape GenerationMixConfig::shape() const {
  return {static_cast<std::uint16_t>(width), static_cast<std::uint16_t>(height),
          static_cast<std::uint16_t>(frames), static_cast<std::uint16_t>(steps),
          static_cast<std::uint16_t>(images)};
}

void GenerationWorkloadConfig::describe(Describe<GenerationWorkloadConfig>& d) {
  using C = GenerationWorkloadConfig;
  d.map("mix", &C::mix, "Shapes that are asked for, by name").required();
  d.field("request_rate", &C::request_rate, "Open loop: mean arrivals per second").range(1e-9, 1e9);
  d.field("burstiness", &C::burstiness, "Open loop: gamma shape of the gaps; 1 is Poisson")
      .range(0.02, 1e6);
  d.field("diurnal", &C::diurnal,
          "Open loop: local hour of the day (\"0\" to below \"24\") -> factor on request_rate, "
          "which holds until the next hour given; scaled to a mean of 1 over the day")
      .range(0, 1e9);
  d.field("concurrency", &C::concurrency, "Closed loop: requests always under way").range(1, 1e7);
  d.field("num_prompts", &C::num_prompts, "Requests in all; without it a horizon ends the load")
      .range(1, 1e12);
}

GenerationWorkload::GenerationWorkload(const GenerationWorkloadConfig& config) : config_(config) {
  std::vector<std::string> problems;
  if (config.request_rate.has_value() == config.concurrency.has_value()) {
    problems.emplace_back(
        "a generation workload needs request_rate (open loop) or concurrency (closed loop), and "
        "not both");
  }
  if (!config.diurnal.empty() && config.concurrency) {
    problems.emplace_back("diurnal varies request_rate; a closed loop has none");
  } else if (!config.diurnal.empty()) {
    try {
      DiurnalPattern(config.diurnal, Duration());
    } catch (const std::invalid_argument& error) {
      problems.emplace_back(error.what());
    }
  }
  double total = 0;
  for (const auto& [name, mix] : config.mix) {
    if (mix.share > 0) {
      shapes_.push_back(mix.shape());
      cumulative_share_.push_back(total += mix.share);
    }
  }
  if (shapes_.empty()) {
    problems.emplace_back("mix names no shape with a share above 0");
  }
  if (!problems.empty()) {
    throw std::invalid_argument(fmt::format("{}", fmt::join(problems, "; ")));
  }
  for (auto& share : cumulative_share_) {
    share /= total;
  }
}

void GenerationWorkload::open(WorkloadInputs inputs) {
  if (config_.request_rate) {
    arrivals_.emplace(*config_.request_rate, config_.burstiness);
  }
  if (!config_.diurnal.empty()) {
    diurnal_.emplace(config_.diurnal, inputs.time_of_day);
  }
  arrival_stream_ = inputs.stream("arrivals");
  shape_stream_ = inputs.stream("shapes");
}

bool GenerationWorkload::next(Arrival& arrival) {
  if (exhausted() || (config_.concurrency && given_ >= *config_.concurrency)) {
    return false;
  }
  if (arrivals_) {
    last_date_ += arrivals_->next_gap(*arrival_stream_);
  }
  arrival = Arrival{};
  arrival.date = diurnal_ ? Instant(diurnal_->date_of(last_date_.since_start())) : last_date_;
  fill(arrival);
  return true;
}

void GenerationWorkload::departed(const Departure& departure, std::vector<Arrival>& next) {
  if (!config_.concurrency || exhausted()) {
    return;
  }
  auto& arrival = next.emplace_back();
  arrival.date = departure.date;
  fill(arrival);
}

void GenerationWorkload::fill(Arrival& arrival) {
  // The last cumulative share may round to below 1.
  const auto at = std::lower_bound(cumulative_share_.begin(), cumulative_share_.end() - 1,
                                   shape_stream_->uniform());
  arrival.generation = shapes_[static_cast<std::size_t>(at - cumulative_share_.begin())];
  ++given_;
}

std::vector<double> GenerationWorkload::generation_shares() const {
  std::vector<double> shares;
  double before = 0;
  for (const auto up_to : cumulative_share_) {
    shares.push_back(up_to - before);
    before = up_to;
  }
  return shares;
}

std::optional<std::uint64_t> GenerationWorkload::expected_requests() const {
  return config_.num_prompts ? std::optional<std::uint64_t>(*config_.num_prompts) : std::nullopt;
}

std::optional<double> GenerationWorkload::offered_rate_per_s() const {
  return config_.request_rate ? std::optional(config_.request_rate->si()) : std::nullopt;
}

}  // namespace tokenfab

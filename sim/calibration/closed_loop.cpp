// SPDX-License-Identifier: Apache-2.0
#include "sim/calibration/closed_loop.hpp"

#include <algorithm>
#include <cmath>
#include <queue>
#include <stdexcept>
#include <utility>
#include <vector>

#include "models/serving/replica.hpp"
#include "models/serving/transformer_step_model.hpp"
#include "sim/scenario/replica_limits.hpp"

namespace tokenfab {
namespace {

/// Requests of an offline run that a fit plays: enough for many full batches.
constexpr std::int64_t requests_max = 2'000;

/// Fractions of multiples of an irrational number fill (0, 1) evenly (Weyl 1916).
double even_draw(std::int64_t i, double irrational) {
  const double product = static_cast<double>(i + 1) * irrational;
  return product - std::floor(product);
}
constexpr double golden_ratio = 0.6180339887498949;
constexpr double root_of_two = 0.4142135623730951;

std::uint32_t length(std::int64_t longest, double shortest, double draw) {
  const double low = std::max(1.0, std::floor(static_cast<double>(longest) * shortest));
  return static_cast<std::uint32_t>(std::lround(low + draw * (static_cast<double>(longest) - low)));
}

class Player : public ReplicaObserver {
 public:
  Player(const ServingScenario& served, const EngineProfileConfig& profile,
         const ReplicaLimits& limits, const StepModel& step_model)
      : served_(served),
        profile_(profile),
        requests_(std::min(served.num_prompts, std::max(requests_max, 10 * served.concurrency))),
        replica_(limits, step_model, pool_, *this, Stepping::Request) {}

  ServedRates play() {
    const auto users = std::min(served_.concurrency, requests_);
    for (std::int64_t i = 0; i < users; ++i) {
      arrive(Instant());
    }
    while (!entering_.empty() || replica_.next_event()) {
      const bool enters = !entering_.empty() && (!replica_.next_event() ||
                                                 entering_.top().first <= *replica_.next_event());
      if (enters) {
        const auto [at, slot] = entering_.top();
        entering_.pop();
        replica_.submit({slot}, at);
      } else {
        const auto now = *replica_.next_event();
        replica_.advance_to(now);
        end_ = now;
      }
    }
    return rates();
  }

  void steps_done(const StepsRecord& /*record*/) override {}
  void first_token(SlotId slot, Instant now) override {
    pool_[slot].first_token = now;
    ttft_s_ += (now - pool_[slot].arrival).seconds();
    ++first_tokens_;
  }
  void token_after_preemption(SlotId /*slot*/, Duration /*gap*/) override {}
  void preempted(SlotId /*slot*/) override {}
  void finished(SlotId slot, Instant now) override {
    const auto& request = pool_[slot];
    output_tokens_ += request.output_tokens;
    if (request.output_tokens > 1) {
      tpot_s_ +=
          (now - request.first_token).seconds() / static_cast<double>(request.output_tokens - 1);
      ++answers_;
    }
    pool_.give_back(slot);
    if (started_ < requests_) {
      arrive(now);
    }
  }

 private:
  void arrive(Instant now) {
    const auto slot = pool_.take();
    auto& request = pool_[slot];
    request.number = static_cast<std::uint64_t>(started_);
    request.arrival = now;
    request.input_tokens = length(served_.isl, served_.shortest, even_draw(started_, golden_ratio));
    request.output_tokens = length(served_.osl, served_.shortest, even_draw(started_, root_of_two));
    ++started_;
    const double front_end = profile_.request_overhead.si() +
                             profile_.request_token_overhead.si() * request.input_tokens;
    entering_.emplace(now + Duration::from_seconds(front_end), slot.index);
  }

  ServedRates rates() const {
    ServedRates rates;
    rates.ttft_mean_s = ttft_s_ / static_cast<double>(std::max<std::int64_t>(1, first_tokens_));
    rates.tpot_mean_s = tpot_s_ / static_cast<double>(std::max<std::int64_t>(1, answers_));
    rates.output_rate_per_s =
        static_cast<double>(output_tokens_) / std::max(1e-9, (end_ - Instant()).seconds());
    return rates;
  }

  using Entry = std::pair<Instant, std::uint32_t>;  // date, slot

  const ServingScenario& served_;
  const EngineProfileConfig& profile_;
  std::int64_t requests_;
  std::int64_t started_ = 0;
  RequestPool pool_;
  Replica replica_;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> entering_;
  Instant end_;
  double ttft_s_ = 0;
  double tpot_s_ = 0;
  std::int64_t first_tokens_ = 0;
  std::int64_t answers_ = 0;
  std::uint64_t output_tokens_ = 0;
};

}  // namespace

ClosedLoop::ClosedLoop(const ServingScenario& served)
    : served_(served), scenario_(std::make_shared<const Scenario>(load(served))) {
  const auto& plan = scenario_->pools.front();
  const auto limits = limits_of(plan, scenario_->config->services.begin()->second);
  if (!limits.can_hold(static_cast<std::uint64_t>(served.isl),
                       static_cast<std::uint64_t>(served.osl))) {
    throw std::runtime_error("the KV cache does not hold one request");
  }
}

const EngineProfileConfig& ClosedLoop::profile() const {
  return scenario_->pools.front().config->engine->profile;
}

ServedRates ClosedLoop::play(const EngineProfileConfig& profile) const {
  const auto& plan = scenario_->pools.front();
  auto engine = *plan.config->engine;
  engine.profile = profile;
  auto limits = limits_of(plan, scenario_->config->services.begin()->second);
  const TransformerStepModel step_model(*plan.model, plan.node->chip, engine,
                                        plan.node->host_power_per_chip());
  limits.lookahead_tokens = step_model.decode_rate().rows_per_sequence - 1;
  return Player(served_, profile, limits, step_model).play();
}

}  // namespace tokenfab

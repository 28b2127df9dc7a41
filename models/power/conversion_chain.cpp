// SPDX-License-Identifier: Apache-2.0
#include "models/power/conversion_chain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "sim/core/check.hpp"

namespace tokenfab {
namespace {

/// A span cut at a jump may miss it by the rounding of doubles; what is left then is no span.
constexpr double sliver_s = 1e-9;

void make(std::optional<ConversionStage>& stage, const std::optional<ConversionStageConfig>& config,
          Watts design) {
  if (config) {
    stage.emplace(*config, design);
  }
}

Watts loss_of(const std::optional<ConversionStage>& stage, Watts output) {
  return stage ? stage->loss(output) : Watts(0);
}

void keep_earlier(std::optional<double>& earliest, std::optional<double> seconds) {
  if (seconds && (!earliest || *seconds < *earliest)) {
    earliest = seconds;
  }
}

ChainOutcome scaled(const ChainOutcome& outcome, double factor) {
  return {outcome.drawn * factor, outcome.indoor_loss * factor, outcome.outdoor_loss * factor,
          outcome.stored * factor};
}

void add(ChainOutcome& sum, const ChainOutcome& part) {
  sum.drawn += part.drawn;
  sum.indoor_loss += part.indoor_loss;
  sum.outdoor_loss += part.outdoor_loss;
  sum.stored += part.stored;
}

}  // namespace

ConversionChain::ConversionChain(const ConversionChainConfig& config) : config_(config) {
  if (const auto found = contradictions(config); !found.empty()) {
    throw std::invalid_argument(fmt::format("{}", fmt::join(found, "; ")));
  }
}

void ConversionChain::size_for(Watts racks_design, Watts cooling_design) {
  CHECK(!is_sized_, "racks {} W", racks_design.si());
  is_sized_ = true;
  const Watts racks = racks_design * (config_.margin / config_.oversubscription);
  const Watts cooling = cooling_design * config_.margin;
  if (config_.rack_breakers) {
    rack_breakers_.emplace(*config_.rack_breakers, racks);
  }
  make(distribution_, config_.distribution, racks);
  Watts flow = racks + loss_of(distribution_, racks);
  if (config_.cooling_on_ups) {
    flow += cooling;
  }
  size_conditioner(flow);
  const Watts charge = battery_ ? battery_->charge_power() : Watts(0);
  if (rectifier_) {
    flow += charge;
  }
  flow += loss_of(ups_, flow) + loss_of(rectifier_, flow);
  if (!rectifier_) {
    flow += charge;
  }
  if (!config_.cooling_on_ups) {
    flow += cooling;
  }
  make(switchgear_, config_.switchgear, flow);
  flow += loss_of(switchgear_, flow);
  make(transformer_, config_.transformer, flow);
  flow += loss_of(transformer_, flow);
  if (config_.main_breaker) {
    main_breaker_.emplace(*config_.main_breaker, flow);
  }
}

void ConversionChain::size_conditioner(Watts output) {
  make(ups_, config_.ups, output);
  make(rectifier_, config_.rectifier, output);
  if (!config_.battery) {
    return;
  }
  if (ups_) {
    const Watts rating = ups_->rating();
    battery_.emplace(*config_.battery, rating + ups_->loss(rating), rating);
    return;
  }
  battery_.emplace(*config_.battery, rectifier_->rating(), rectifier_->rating());
  // The charger hangs on its output, so the rectifier is built for both.
  make(rectifier_, config_.rectifier, output + battery_->charge_power());
}

const ConversionStage* ConversionChain::conditioner() const {
  if (ups_) {
    return &*ups_;
  }
  return rectifier_ ? &*rectifier_ : nullptr;
}

bool ConversionChain::conditioner_works(const ChainInputs& inputs) const {
  return conditioner() == nullptr || conditioner()->works(inputs.units_lost);
}

ConversionChain::Flows ConversionChain::flows_at(const ChainInputs& inputs) const {
  CHECK(is_sized_, "size_for() comes first");
  Flows flows;
  const Watts distribution_loss = loss_of(distribution_, inputs.racks);
  flows.indoor = distribution_loss;
  flows.conditioned = inputs.racks + distribution_loss;
  if (config_.cooling_on_ups) {
    flows.conditioned += inputs.cooling;
  }
  const bool is_open = main_breaker_ && main_breaker_->is_tripped();
  if (inputs.has_source && !is_open) {
    Flows fed = flows;
    add_source(fed, inputs);
    if (!main_breaker_ || !main_breaker_->opens_at(fed.main_load)) {
      return fed;
    }
    flows.main_load = fed.main_load;
  }
  if (battery_ && !battery_->is_empty() && conditioner_works(inputs)) {
    add_battery(flows, inputs.units_lost);
    return flows;
  }
  Flows dead;
  dead.main_load = flows.main_load;
  return dead;
}

void ConversionChain::add_source(Flows& flows, const ChainInputs& inputs) const {
  flows.is_fed = flows.has_source = true;
  const bool is_charging = battery_ && !battery_->is_full() && conditioner_works(inputs);
  const Watts charge = is_charging ? battery_->charge_power() : Watts(0);
  if (is_charging) {
    flows.stored = battery_->stored_power();
    flows.indoor += charge - flows.stored;
  }
  if (rectifier_) {
    flows.conditioned += charge;
  }
  Watts loss;
  if (ups_) {
    loss = config_.ups_mode == UpsMode::Eco && !is_charging
               ? ups_->eco_loss(flows.conditioned, inputs.units_lost)
               : ups_->loss(flows.conditioned, inputs.units_lost);
  } else if (rectifier_) {
    loss = rectifier_->loss(flows.conditioned, inputs.units_lost);
  }
  flows.indoor += loss;
  flows.switched = flows.conditioned + loss;
  if (!rectifier_) {
    flows.switched += charge;
  }
  if (!config_.cooling_on_ups) {
    flows.switched += inputs.cooling;
  }
  const Watts switchgear_loss = loss_of(switchgear_, flows.switched);
  flows.transformed = flows.switched + switchgear_loss;
  const Watts transformer_loss = loss_of(transformer_, flows.transformed);
  flows.outdoor = switchgear_loss + transformer_loss;
  flows.drawn = flows.transformed + transformer_loss;
  flows.main_load = flows.drawn;
}

void ConversionChain::add_battery(Flows& flows, double units_lost) const {
  flows.is_fed = true;
  const Watts loss = ups_ ? ups_->loss(flows.conditioned, units_lost) : Watts(0);
  flows.indoor += loss;
  flows.stored = -(flows.conditioned + loss);
}

std::optional<double> ConversionChain::time_to_jump(const Flows& flows) const {
  std::optional<double> next;
  if (battery_) {
    keep_earlier(next, battery_->time_to_end(flows.stored));
  }
  if (main_breaker_ && flows.has_source) {
    keep_earlier(next, main_breaker_->time_to_trip(flows.main_load));
  }
  return next;
}

void ConversionChain::pass(double seconds, const Flows& flows, Watts racks) {
  if (battery_) {
    battery_->advance(seconds, flows.stored);
  }
  if (main_breaker_) {
    main_breaker_->advance(seconds, flows.main_load);
  }
  if (rack_breakers_) {
    rack_breakers_->advance(seconds, racks);
  }
}

ChainOutcome ConversionChain::advance(Duration span, const ChainInputs& inputs) {
  const double total = span.seconds();
  double left = total;
  ChainOutcome sum;
  constexpr int rounds_max = 8;  // main breaker trips, battery full, battery empty, roundings
  for (int round = 0;; ++round) {
    CHECK(round < rounds_max, "{} s of {} s left", left, total);
    const Flows flows = flows_at(inputs);
    const bool has_cooling = flows.has_source || config_.cooling_on_ups;
    CHECK(flows.is_fed || inputs.racks == Watts(0), "racks {} W without power for {} s",
          inputs.racks.si(), left);
    CHECK((flows.is_fed && has_cooling) || inputs.cooling == Watts(0),
          "cooling {} W without power for {} s", inputs.cooling.si(), left);
    double step = left;
    if (const auto jump = time_to_jump(flows); jump && left - *jump > sliver_s) {
      step = *jump;
    }
    pass(step, flows, inputs.racks);
    const ChainOutcome part{flows.drawn, flows.indoor, flows.outdoor, flows.stored};
    if (step == total) {
      return part;
    }
    add(sum, scaled(part, step / total));
    left -= step;
    if (left <= 0) {
      return sum;
    }
  }
}

bool ConversionChain::can_feed(const ChainInputs& inputs) const {
  if (rack_breakers_ && (rack_breakers_->is_tripped() || rack_breakers_->opens_at(inputs.racks))) {
    return false;
  }
  return conditioner_works(inputs) && flows_at(inputs).is_fed;
}

bool ConversionChain::can_cool(const ChainInputs& inputs) const {
  const Flows flows = flows_at(inputs);
  return config_.cooling_on_ups ? conditioner_works(inputs) && flows.is_fed : flows.has_source;
}

std::optional<Duration> ConversionChain::time_to_change(const ChainInputs& inputs) const {
  const Flows flows = flows_at(inputs);
  auto next = time_to_jump(flows);
  if (rack_breakers_ && flows.is_fed && !rack_breakers_->opens_at(inputs.racks)) {
    keep_earlier(next, rack_breakers_->time_to_trip(inputs.racks));
  }
  constexpr double never_s = 1e15;
  if (!next || *next > never_s) {
    return std::nullopt;
  }
  return std::max(Duration::from_seconds(*next), Duration::from_ticks(1));
}

std::vector<Overload> ConversionChain::overloads(const ChainInputs& inputs) const {
  const Flows flows = flows_at(inputs);
  std::vector<Overload> found;
  const auto add_if_over = [&](const char* name, const std::optional<ConversionStage>& stage,
                               Watts output, double units_lost) {
    const double share = stage ? stage->load_share(output, units_lost) : 0;
    if (share > 1) {
      found.push_back({name, share});
    }
  };
  add_if_over("transformer", transformer_, flows.transformed, 0);
  add_if_over("switchgear", switchgear_, flows.switched, 0);
  add_if_over("ups", ups_, flows.conditioned, inputs.units_lost);
  add_if_over("rectifier", rectifier_, flows.conditioned, inputs.units_lost);
  add_if_over("distribution", distribution_, flows.is_fed ? inputs.racks : Watts(0), 0);
  return found;
}

void ConversionChain::reset_breakers() {
  if (main_breaker_) {
    main_breaker_->reset();
  }
  if (rack_breakers_) {
    rack_breakers_->reset();
  }
}

Joules ConversionChain::stored() const {
  return battery_ ? std::max(battery_->energy(), Joules(0)) : Joules(0);
}

}  // namespace tokenfab

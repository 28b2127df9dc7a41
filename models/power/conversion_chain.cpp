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

bool ConversionChain::battery_feeds(const ChainInputs& inputs) const {
  return battery_ && !battery_->is_empty() && conditioner_works(inputs);
}

bool ConversionChain::main_holds(const ChainInputs& inputs) const {
  return source_feeds(inputs) &&
         !(main_breaker_ && main_breaker_->opens_at(flows_at(inputs, true).drawn));
}

Watts ConversionChain::conditioner_loss(Watts output, double units_lost, bool is_eco) const {
  if (ups_) {
    return is_eco ? ups_->eco_loss(output, units_lost) : ups_->loss(output, units_lost);
  }
  return rectifier_ ? rectifier_->loss(output, units_lost) : Watts(0);
}

ConversionChain::Flows ConversionChain::flows_at(const ChainInputs& inputs,
                                                 bool from_source) const {
  CHECK(is_sized_, "size_for() comes first");
  Flows flows;
  if (from_source) {
    flows.indoor = loss_of(distribution_, inputs.racks);
    feed_from_source(flows, inputs, inputs.racks + flows.indoor);
  } else {
    const bool has_racks = inputs.racks > Watts(0);
    flows.indoor = has_racks ? loss_of(distribution_, inputs.racks) : Watts(0);
    feed_from_battery(flows, inputs, inputs.racks + flows.indoor);
  }
  return flows;
}

/// `rack_output`: what the UPS or rectifier gives for the racks alone.
void ConversionChain::feed_from_source(Flows& flows, const ChainInputs& inputs,
                                       Watts rack_output) const {
  const bool is_charging = battery_ && !battery_->is_full() && conditioner_works(inputs);
  const Watts charge = is_charging ? battery_->charge_power() : Watts(0);
  if (is_charging) {
    flows.stored = battery_->stored_power();
  }
  flows.conditioned = rack_output;
  (config_.cooling_on_ups ? flows.conditioned : flows.switched) += inputs.cooling;
  (rectifier_ ? flows.conditioned : flows.switched) += charge;
  const bool is_eco = config_.ups_mode == UpsMode::Eco;
  const Watts rack_loss = conditioner_loss(rack_output, inputs.units_lost, is_eco);
  const bool is_same = flows.conditioned == rack_output && !(is_eco && is_charging);
  const Watts loss =
      is_same ? rack_loss
              : conditioner_loss(flows.conditioned, inputs.units_lost, is_eco && !is_charging);
  flows.indoor += rack_loss;
  flows.switched += flows.conditioned + loss;
  const Watts switchgear_loss = loss_of(switchgear_, flows.switched);
  flows.transformed = flows.switched + switchgear_loss;
  const Watts transformer_loss = loss_of(transformer_, flows.transformed);
  flows.outdoor = switchgear_loss + transformer_loss + (loss - rack_loss) + (charge - flows.stored);
  flows.drawn = flows.transformed + transformer_loss;
}

void ConversionChain::feed_from_battery(Flows& flows, const ChainInputs& inputs,
                                        Watts rack_output) const {
  flows.conditioned = rack_output;
  (config_.cooling_on_ups ? flows.conditioned : flows.drawn) += inputs.cooling;
  const auto inverter_loss = [&](Watts output) {
    return ups_ && output > Watts(0) ? ups_->loss(output, inputs.units_lost) : Watts(0);
  };
  const Watts rack_loss = inverter_loss(rack_output);
  const Watts loss = inverter_loss(flows.conditioned);
  flows.indoor += rack_loss;
  flows.outdoor = loss - rack_loss;
  const Watts demand = flows.conditioned + loss;
  (battery_feeds(inputs) ? flows.stored : flows.drawn) += battery_feeds(inputs) ? -demand : demand;
}

void ConversionChain::pass(double seconds, const Flows& flows, Watts through_main, Watts racks) {
  if (battery_) {
    battery_->advance(seconds, flows.stored);
  }
  if (main_breaker_) {
    main_breaker_->advance(seconds, through_main);
  }
  if (rack_breakers_) {
    rack_breakers_->advance(seconds, racks);
  }
}

ChainOutcome ConversionChain::advance(Duration span, const ChainInputs& inputs) {
  const bool from_source = source_feeds(inputs);  // for the whole span
  const double total = span.seconds();
  double left = total;
  ChainOutcome sum;
  constexpr int rounds_max = 4;  // the battery gets full or empty, and roundings
  for (int round = 0;; ++round) {
    CHECK(round < rounds_max, "{} s of {} s left", left, total);
    const Flows flows = flows_at(inputs, from_source);
    double step = left;
    if (const auto end = battery_ ? battery_->time_to_end(flows.stored) : std::nullopt;
        end && left - *end > sliver_s) {
      step = *end;
    }
    pass(step, flows, from_source ? flows.drawn : Watts(0), inputs.racks);
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
  return conditioner_works(inputs) && (main_holds(inputs) || battery_feeds(inputs));
}

bool ConversionChain::can_cool(const ChainInputs& inputs) const {
  if (!config_.cooling_on_ups) {
    return main_holds(inputs);
  }
  return conditioner_works(inputs) && (main_holds(inputs) || battery_feeds(inputs));
}

std::optional<Duration> ConversionChain::time_to_change(const ChainInputs& inputs) const {
  const Flows flows = flows_at(inputs, source_feeds(inputs));
  std::optional<double> next;
  if (flows.stored < Watts(0)) {
    next = battery_->time_to_end(flows.stored);
  }
  if (main_breaker_ && source_feeds(inputs)) {
    keep_earlier(next, main_breaker_->time_to_trip(flows.drawn));
  }
  if (rack_breakers_) {
    keep_earlier(next, rack_breakers_->time_to_trip(inputs.racks));
  }
  constexpr double never_s = 1e15;
  if (!next || *next > never_s) {
    return std::nullopt;
  }
  return std::max(Duration::from_seconds(*next), Duration::from_ticks(1));
}

std::vector<Overload> ConversionChain::overloads(const ChainInputs& inputs) const {
  const Flows flows = flows_at(inputs, source_feeds(inputs));
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
  add_if_over("distribution", distribution_, inputs.racks, 0);
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

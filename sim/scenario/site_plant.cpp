// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/site_plant.hpp"

#include <algorithm>

#include "models/catalog.hpp"
#include "sim/core/check.hpp"
#include "sim/scenario/site_models.hpp"

namespace tokenfab {
namespace {

// Nearer than this to empty batteries the racks are cut: the last bit of their charge stays.
constexpr auto margin_to_dark = Duration::from_ticks(Duration::ticks_per_second / 1000);
// Estimate: until somebody has found the overload and closed the breaker, or until an island that
// has broken down is tried again.
constexpr auto closing_time = Duration::from_seconds(60);
// After so many blackouts in a row, no chip at work in between, nobody waits for the next start.
constexpr int vain_starts_max = 20;

void come_sooner(Instant& date, const std::optional<Instant>& other) {
  if (other && *other < date) {
    date = *other;
  }
}

std::unique_ptr<PowerControl> opened_control(const PluginConfig& config,
                                             const OpenSiteModel& open) {
  auto control = plugin_table().make<PowerControl>("control", config);
  open(*control, "control");
  return control;
}

}  // namespace

SitePlant::SitePlant(const std::string& name, std::uint32_t number, const SiteConfig& config,
                     const Calendar& calendar, Duration interval, const SiteModels& models,
                     const OpenSiteModel& open, std::vector<MeteredPool*> pools,
                     PlantListener& listener, EventLog* events)
    : number_(number),
      listener_(listener),
      calendar_(calendar),
      restart_time_(Duration::from_seconds(config.restart_time.si())),
      it_(name, config, std::move(pools)),
      faults_(config.plant_faults),
      weather_model_(models.weather),
      chain_(plugin_table().make<PowerChain>("power", config.power)),
      cooling_(plugin_table().make<CoolingModel>("cooling", config.cooling)),
      tariff_(models.tariff),
      bill_(tariff_->open_bill()),
      carbon_(models.carbon),
      control_(opened_control(config.control, open)),
      supply_(config.energy, plugin_table(), open, place_of(*weather_model_)),
      islands_(config.energy.battery && config.energy.battery->backs_up),
      can_settle_(cooling_->state().has_value() || config.power.model != "constant_efficiency"),
      has_decider_(config.control.model != "none" || config.energy.dispatch.model != "none"),
      events_(events),
      extremes_(interval) {
  result_.name = name;
  result_.country = config.country;
  result_.chips = it_.chips();
  result_.has_battery = config.energy.battery.has_value();
  clocks_.assign(it_.clusters().size(), 1);
  cooling_->size_for(it_.power_design());
  cooling_inputs_.it_power = it_.power_design();
  chain_->size_for(it_.power_design(), cooling_->power_design());
  look_ahead();
  note_sources(Instant());
  next_event_ = soonest(Instant());
}

/// Everything that is constant for a while from the date solved on.
void SitePlant::look_ahead() {
  const auto now = solved_;
  weather_ = weather_model_->at(now);
  carbon_now_ = carbon_->intensity(now);
  units_lost_ = faults_.ups_units_lost(now);
  cooling_inputs_.weather = weather_;
  cooling_inputs_.health = faults_.cooling(now);
  holds_until_ = calendar_.month_end(now);
  come_sooner(holds_until_, calendar_.next_multiple(now, Duration::from_seconds(3600)));
  come_sooner(holds_until_, weather_model_->holds_until(now));
  come_sooner(holds_until_, tariff_->holds_until(now));
  come_sooner(holds_until_, carbon_->holds_until(now));
  come_sooner(holds_until_, faults_.next_change(now));
  come_sooner(holds_until_, supply_.contracted_until(now));
  for (const auto* pool : it_.pools()) {
    come_sooner(holds_until_, pool->holds_until(now));
  }
}

ChainInputs SitePlant::chain_inputs(Watts racks, Watts cooling) const {
  // What fed racks may draw, or sun and wind would be a source for racks that are dark only.
  const auto load = std::max(load_, it_.power_design());
  return {racks, cooling, supply_.has_source(solved_, supply_inputs(load)), units_lost_};
}

SupplyInputs SitePlant::supply_inputs(Watts load) const { return {load, weather_}; }

void SitePlant::solve(Instant now) {
  if (it_.any_busy()) {
    blackouts_in_vain_ = 0;
  }
  while (solved_ < now) {
    auto until = std::min(now, holds_until_);
    come_sooner(until, supply_.next_event(solved_, supply_inputs(load_)));
    solve_stretch(until);
    if (solved_ == holds_until_) {
      look_ahead();
      is_settling_ = can_settle_;
    }
    note_sources(solved_);
    decide(solved_);
    feed_or_cut(solved_);
  }
  next_event_ = soonest(now);
}

void SitePlant::solve_stretch(Instant until) {
  PlantStretch stretch;
  stretch.from = solved_;
  stretch.span = until - solved_;
  const Seconds span(stretch.span.seconds());
  stretch.is_dark = racks_ == Racks::Dark;
  const auto thermal = cooling_->state();
  const auto reading = it_.read(until, span, !stretch.is_dark,
                                thermal ? std::optional(thermal->room) : std::nullopt);
  stretch.it = reading.power;
  auto chain = chain_inputs(reading.power, Watts(0));
  auto& inputs = cooling_inputs_;
  inputs.it_power = reading.power;
  inputs.liquid_heat = reading.liquid_heat;
  inputs.air_heat = reading.power - reading.liquid_heat;
  inputs.indoor_loss = chain_->indoor_loss(chain);
  inputs.chip_power = reading.chip_power;
  inputs.is_powered = chain_->can_cool(chain);
  const auto stored_before = cooling_->stored_heat();
  stretch.cooling = cooling_last_ = cooling_->advance(stretch.span, inputs);
  stretch.heat_stored = cooling_->stored_heat() - stored_before;
  chain.cooling = stretch.cooling.electric_power();
  stretch.chain = chain_->advance(stretch.span, chain);
  is_settling_ = stretch.heat_stored != Joules(0) || stretch.chain.stored != Watts(0);
  load_ = stretch.chain.drawn;
  stretch.supply = supply_.advance(solved_, stretch.span, supply_inputs(load_));
  stretch.carbon = carbon_now_;
  stretch.grid_renewable_share = carbon_->renewable_share(solved_);
  stretch.contracted = supply_.contracted(solved_, weather_);
  if (stretch.contracted > Watts(0)) {
    stretch.contract_payment = supply_.contract_payment(solved_, weather_) -
                               stretch.contracted * tariff_->energy_price(solved_);
  }
  stretch.clock = it_.mean_clock();
  bill_->meter(solved_, stretch.span, stretch.supply.import, stretch.supply.exported);
  solved_ = until;
  record(stretch);
}

/// What a control room would see now; it decides for the stretch to come.
void SitePlant::decide(Instant now) {
  const auto inputs = supply_inputs(load_);
  supply_.decide(now, inputs, *tariff_);
  ControlView view;
  view.now = now;
  view.site_power = load_;
  view.available_power = supply_.available_power(now, inputs);
  view.price = tariff_->energy_price(now);
  view.carbon = carbon_now_;
  view.clusters = it_.controlled();
  clocks_.assign(clocks_.size(), 1);
  control_->decide(view, clocks_);
  note_caps(now);
  if (const auto thermal = cooling_->state()) {
    for (auto& clock : clocks_) {
      clock = std::min(clock, thermal->clock_limit);
    }
  }
  it_.set_clocks(clocks_, now);
  note_throttling(now);
}

/// Whether batteries feed, and when they could be empty, or a breaker opens, before the next look.
SitePlant::Outlook SitePlant::outlook() const {
  const auto cooling = cooling_last_.electric_power();
  const auto inputs = chain_inputs(cooling_inputs_.it_power, cooling);
  if (chain_->advance(Duration(), inputs).stored >= Watts(0)) {
    return {false, chain_->time_to_change(inputs)};
  }
  const auto racks = racks_ == Racks::Dark ? Watts(0) : it_.power_design();
  return {true, chain_->time_to_change(chain_inputs(racks, cooling))};
}

void SitePlant::feed_or_cut(Instant now) {
  const auto thermal = cooling_->state();
  const bool is_too_hot = thermal && thermal->is_too_hot;
  auto inputs = chain_inputs(cooling_inputs_.it_power, cooling_last_.electric_power());
  const auto [is_on_battery, left] = outlook();
  note_change(noted_.is_on_battery, is_on_battery, EventKind::UpsBatteryBegan,
              EventKind::UpsBatteryEnded, now);
  const auto racks_before = racks_;
  const bool is_spent = is_on_battery && left && *left <= margin_to_dark;
  if (racks_ != Racks::Dark && (is_too_hot || is_spent || !chain_->can_feed(inputs))) {
    inputs.units_lost = 0;  // all units lost: no breaker has tripped
    const bool has_tripped = inputs.has_source && (is_spent || !chain_->can_feed(inputs));
    ++result_.blackouts;
    result_.thermal_shutdowns += is_too_hot ? 1 : 0;
    result_.breaker_trips += has_tripped ? 1 : 0;
    const bool must_wait = has_tripped || (islands_ && !inputs.has_source);
    closes_at_ = must_wait ? now + closing_time : now;
    note_blackout(now, is_too_hot, has_tripped);
    cut(now);
  } else if (racks_ == Racks::Dark && !is_too_hot && inputs.has_source && closes_at_ <= now) {
    chain_->reset_breakers();
    if (chain_->can_feed(inputs)) {
      racks_ = Racks::Starting;
      back_at_ = now + restart_time_;
      note(now, EventKind::PowerBack);
    }
  }
  if (racks_ == Racks::Starting && back_at_ <= now) {
    racks_ = Racks::Fed;
    note(now, EventKind::NodesBack);
    listener_.nodes_are_back(number_, now);
  }
  has_changed_ = racks_ != racks_before || inputs.has_source != had_source_;
  had_source_ = inputs.has_source;
  is_settling_ = is_settling_ || (has_changed_ && can_settle_);
}

void SitePlant::cut(Instant now) {
  ++blackouts_in_vain_;
  const bool had_nodes = racks_ == Racks::Fed;
  racks_ = Racks::Dark;
  if (had_nodes) {
    listener_.racks_went_dark(number_, now);
  }
}

bool SitePlant::comes_back() const {
  if (blackouts_in_vain_ > vain_starts_max) {
    return false;
  }
  const auto thermal = cooling_->state();
  if (racks_ != Racks::Dark || !thermal || !thermal->is_too_hot) {
    return racks_ != Racks::Fed;  // every outage and every loss of UPS units has an end
  }
  return cooling_->time_to_change(cooling_ahead()) || faults_.next_change(solved_) ||
         !supply_.has_grid(solved_);
}

/// What the cooling plant will have to deal with: heat as in the last stretch, but power and racks
/// as they are now.
CoolingInputs SitePlant::cooling_ahead() const {
  auto inputs = cooling_inputs_;
  if (racks_ == Racks::Dark) {
    inputs.it_power = inputs.liquid_heat = inputs.air_heat = inputs.chip_power = Watts(0);
  }
  const auto chain = chain_inputs(inputs.it_power, Watts(0));
  inputs.indoor_loss = chain_->indoor_loss(chain);
  inputs.is_powered = chain_->can_cool(chain);
  return inputs;
}

/// The next date at which anything but what the racks draw changes.
Instant SitePlant::soonest(Instant now) const {
  auto date = holds_until_;
  come_sooner(date, supply_.next_event(now, supply_inputs(load_)));
  come_sooner(date, control_->next_change(now));
  if (racks_ == Racks::Starting) {
    come_sooner(date, back_at_);
  }
  if (racks_ == Racks::Dark && closes_at_ > now) {
    come_sooner(date, closes_at_);
  }
  if (has_changed_) {
    date = now;  // what the last stretch drew says nothing of the next
  }
  const auto after = [now](const std::optional<Duration>& span) {
    return span ? std::optional(now + *span) : std::nullopt;
  };
  come_sooner(date, after(cooling_->time_to_change(cooling_ahead())));
  come_sooner(date, after(outlook().until_change));
  // A change that is due at once, or nearer than the clock can tell, waits for the next tick.
  return std::max(date, now + margin_to_dark);
}

}  // namespace tokenfab

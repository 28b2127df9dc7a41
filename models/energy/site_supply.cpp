// SPDX-License-Identifier: Apache-2.0
#include "models/energy/site_supply.hpp"

#include <algorithm>

#include "models/energy/supply_parts.hpp"

namespace tokenfab {

SiteSupply::SiteSupply(const EnergyConfig& config, const PluginTable& table,
                       const OpenSiteModel& open, const std::optional<SitePlace>& place)
    : parts_(std::make_unique<Parts>(config, table, open, place)) {}
SiteSupply::~SiteSupply() = default;
SiteSupply::SiteSupply(SiteSupply&&) noexcept = default;

void SiteSupply::decide(Instant now, const SupplyInputs& inputs, const Tariff& tariff) {
  auto& parts = *parts_;
  if (!parts.battery) {
    return;
  }
  const auto& battery = *parts.battery;
  DispatchView view;
  view.now = now;
  view.load = inputs.load;
  view.renewable = parts.solar.power(now, inputs.weather) + parts.wind.power(now, inputs.weather);
  if (parts.decided_for > Seconds(0)) {
    parts.last_import = parts.imported / parts.decided_for;
    parts.imported = Joules(0);
    parts.decided_for = Seconds(0);
  }
  view.last_import = parts.last_import;
  if (parts.import_limit < no_limit) {
    view.import_limit = parts.import_limit;
  }
  view.price = [&tariff](Instant at) { return tariff.energy_price(at); };
  view.charge = battery.charge();
  view.charge_min = battery.charge_min();
  view.charge_max = battery.charge_max();
  view.charge_power = battery.charge_power();
  view.discharge_power = battery.discharge_power();
  view.round_trip_efficiency = battery.config().round_trip_efficiency;
  parts.command = parts.policy->battery_power(view);
}

SupplyOutcome SiteSupply::advance(Instant from, Duration span, const SupplyInputs& inputs) {
  return parts_->advance(from, span, inputs);
}

bool SiteSupply::has_grid(Instant now) const { return !parts_->grid || parts_->grid->at(now); }

bool SiteSupply::genset_runs(Instant now, const SupplyInputs& inputs) const {
  auto genset = parts_->genset;
  return genset && parts_->settled_moment(now, inputs, genset).genset_runs;
}

bool SiteSupply::has_source(Instant now, const SupplyInputs& inputs) const {
  if (has_grid(now)) {
    return true;
  }
  auto genset = parts_->genset;
  const auto at = parts_->settled_moment(now, inputs, genset);
  const bool battery_leads =
      at.battery_islands && (at.discharge_power > Watts(0) || at.solar + at.wind >= at.load);
  return at.genset_runs || battery_leads;
}

std::optional<Watts> SiteSupply::available_power(Instant now, const SupplyInputs& inputs) const {
  if (!has_source(now, inputs)) {
    return Watts(0);
  }
  auto genset = parts_->genset;
  const auto at = parts_->settled_moment(now, inputs, genset);
  const bool has_battery = at.has_grid || at.battery_islands;
  const Watts own =
      at.solar + at.wind + at.genset_capacity + (has_battery ? at.discharge_power : Watts(0));
  if (!at.has_grid) {
    return own;
  }
  return at.import_limit < no_limit ? std::optional(own + at.import_limit) : std::nullopt;
}

std::optional<Instant> SiteSupply::next_event(Instant now, const SupplyInputs& inputs) const {
  auto genset = parts_->genset;
  const auto at = parts_->settled_moment(now, inputs, genset);
  return parts_->next_change(now, genset ? &*genset : nullptr, balance(at));
}

Joules SiteSupply::stored() const {
  return parts_->battery ? parts_->battery->charge() : Joules(0);
}

double SiteSupply::charge_share() const {
  return parts_->battery ? parts_->battery->charge() / parts_->battery->capacity() : 0;
}

double SiteSupply::battery_health() const {
  return parts_->battery ? parts_->battery->health() : 1;
}

double SiteSupply::battery_cycles() const {
  return parts_->battery ? parts_->battery->cycles() : 0;
}

std::uint64_t SiteSupply::generator_starts() const {
  return parts_->genset ? parts_->genset->starts() : 0;
}

Duration SiteSupply::outage_time() const { return parts_->outage_time; }

Watts SiteSupply::contracted(Instant at, const Weather& weather) const {
  Watts sum;
  for (auto& contract : parts_->contracts) {
    sum += contract.solar.power(at, weather) + contract.wind.power(at, weather);
  }
  return sum;
}

DollarsPerSecond SiteSupply::contract_payment(Instant at, const Weather& weather) const {
  DollarsPerSecond sum;
  for (auto& contract : parts_->contracts) {
    sum += (contract.solar.power(at, weather) + contract.wind.power(at, weather)) * contract.price;
  }
  return sum;
}

std::optional<Instant> SiteSupply::contracted_until(Instant at) const {
  std::optional<Instant> until;
  for (auto& contract : parts_->contracts) {
    for (auto* plant : {&contract.solar, &contract.wind}) {
      const auto holds = plant->holds_until(at);
      if (holds && (!until || *holds < *until)) {
        until = holds;
      }
    }
  }
  return until;
}

std::vector<EnergyAsset> SiteSupply::assets() const {
  std::vector<EnergyAsset> owned;
  for (const auto* plant : {&parts_->solar, &parts_->wind}) {
    if (plant->get() != nullptr) {
      owned.push_back(plant->get()->asset());
      owned.back().name = plant == &parts_->solar ? "solar" : "wind";
    }
  }
  if (parts_->battery) {
    owned.push_back(parts_->battery->asset());
  }
  if (parts_->genset) {
    owned.push_back(parts_->genset->asset());
  }
  return owned;
}

}  // namespace tokenfab

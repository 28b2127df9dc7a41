// SPDX-License-Identifier: Apache-2.0
#include "models/energy/supply_parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace tokenfab {
namespace {

bool is_alike(const Weather& a, const Weather& b) {
  return a.dry_bulb == b.dry_bulb && a.wet_bulb == b.wet_bulb &&
         a.relative_humidity == b.relative_humidity && a.pressure_pa == b.pressure_pa &&
         a.irradiance_w_m2 == b.irradiance_w_m2 && a.wind_m_s == b.wind_m_s;
}

void keep_earliest(std::optional<Instant>& earliest, std::optional<Instant> date) {
  if (date && (!earliest || *date < *earliest)) {
    earliest = date;
  }
}

}  // namespace

void GridPresence::seek(Instant now) {
  while (!is_over_ && (!outage_ || outage_->end <= now)) {
    outage_ = source_->next();
    is_over_ = !outage_;
  }
}

bool GridPresence::at(Instant now) {
  seek(now);
  return is_over_ || now < outage_->begin;
}

std::optional<Instant> GridPresence::next_change(Instant now) {
  seek(now);
  if (is_over_) {
    return std::nullopt;
  }
  return now < outage_->begin ? outage_->begin : outage_->end;
}

Watts KeptSource::power(Instant at, const Weather& weather) {
  if (!source_) {
    return Watts(0);
  }
  const bool holds = is_known_ && at >= since_ && (!until_ || at < *until_);
  if (!holds || !is_alike(weather, weather_)) {
    power_ = source_->power(at, weather);
    weather_ = weather;
    if (!holds) {
      since_ = at;
      until_ = source_->holds_until(at);
      is_known_ = true;
    }
  }
  return power_;
}

std::optional<Instant> KeptSource::holds_until(Instant at) {
  if (!source_) {
    return std::nullopt;
  }
  const bool holds = is_known_ && at >= since_ && (!until_ || at < *until_);
  return holds ? until_ : source_->holds_until(at);
}

SiteSupply::Parts::Parts(const EnergyConfig& config, const PluginTable& table,
                         const OpenSiteModel& open, const std::optional<SitePlace>& place)
    : import_limit(config.grid.import_limit.value_or(no_limit)),
      export_limit(config.grid.export_limit.value_or(no_limit)) {
  for (const auto& [place_of, message] : contradictions(config)) {
    throw std::invalid_argument(fmt::format("{}: {}", place_of, message));
  }
  const auto opened = [&](SiteModel& part, const std::string& key) {
    if (open) {
      open(part, "energy/" + key);
    }
  };
  const auto source = [&](const char* kind, const PluginConfig& chosen, const std::string& key) {
    if (chosen.model.empty()) {
      return KeptSource();
    }
    auto made = table.make<PowerSource>(kind, chosen);
    made->locate(place);
    opened(*made, key);
    return KeptSource(std::move(made));
  };
  solar = source("solar", config.solar, "solar");
  wind = source("wind", config.wind, "wind");
  for (const auto& [name, contract] : config.contracts) {
    contracts.push_back({source("solar", contract.solar, "contracts/" + name + "/solar"),
                         source("wind", contract.wind, "contracts/" + name + "/wind"),
                         contract.price});
  }
  if (config.grid.outages.model != "none") {
    auto outages = table.make<Outages>("outages", config.grid.outages);
    opened(*outages, "grid/outages");
    grid.emplace(std::move(outages));
  }
  if (config.genset) {
    genset.emplace(*config.genset);
  }
  if (config.battery) {
    battery.emplace(*config.battery);
    policy = table.make<DispatchPolicy>("dispatch", config.dispatch);
    opened(*policy, "dispatch");
  }
}

SupplyMoment SiteSupply::Parts::moment(Instant now, const SupplyInputs& inputs, bool genset_runs) {
  SupplyMoment at;
  at.load = inputs.load;
  at.solar = solar.power(now, inputs.weather);
  at.wind = wind.power(now, inputs.weather);
  at.has_grid = !grid || grid->at(now);
  at.import_limit = import_limit;
  at.export_limit = export_limit;
  if (battery) {
    at.battery_command = command;
    at.charge_power = battery->charge_power();
    at.discharge_power = battery->discharge_power();
    at.battery_islands = battery->config().backs_up;
  }
  if (genset_runs && genset) {
    at.genset_runs = genset->is_running();
    at.genset_capacity = genset->capacity();
  }
  return at;
}

SupplyMoment SiteSupply::Parts::settled_moment(Instant now, const SupplyInputs& inputs,
                                               std::optional<Genset>& copy) {
  auto at = moment(now, inputs, false);
  if (copy) {
    copy->settle(now, needs_genset(at));
    at.genset_runs = copy->is_running();
    at.genset_capacity = copy->capacity();
  }
  return at;
}

void SiteSupply::Parts::settle_genset(Instant now, const SupplyInputs& inputs) {
  if (genset) {
    genset->settle(now, needs_genset(moment(now, inputs, false)));
  }
}

std::optional<Instant> SiteSupply::Parts::next_change(Instant now, const Genset* generator,
                                                      const SupplyFlows& flows) {
  std::optional<Instant> next = solar.holds_until(now);
  keep_earliest(next, wind.holds_until(now));
  if (grid) {
    keep_earliest(next, grid->next_change(now));
  }
  if (generator != nullptr) {
    keep_earliest(next, generator->next_event(now, flows.genset));
  }
  if (battery) {
    if (const auto span = battery->time_to_limit(flows.battery)) {
      keep_earliest(next, now + *span);
    }
  }
  return next;
}

bool SiteSupply::Parts::is_plain_grid() const {
  return !grid && !battery && !genset && solar.get() == nullptr && wind.get() == nullptr;
}

SupplyOutcome SiteSupply::Parts::plain_grid(const SupplyInputs& inputs) {
  SupplyOutcome outcome;
  outcome.import = inputs.load;
  outcome.over_limit = std::max(Watts(0), inputs.load - import_limit);
  return outcome;
}

SupplyOutcome SiteSupply::Parts::advance(Instant from, Duration span, const SupplyInputs& inputs) {
  if (is_plain_grid()) {
    return plain_grid(inputs);
  }
  SupplyOutcome sum;  // of powers times the share of the span
  const Instant end = from + span;
  const double span_s = span.seconds();
  Instant now = from;
  while (now < end) {
    settle_genset(now, inputs);
    const auto at = moment(now, inputs, true);
    const auto flows = balance(at);
    auto until = next_change(now, genset ? &*genset : nullptr, flows).value_or(end);
    const Instant ageing = battery ? Battery::ageing_date(now) : end;
    until = std::min({until, ageing, end});
    const Duration part = until - now;
    const double share = part == span ? 1 : part.seconds() / span_s;
    sum.import += flows.import * share;
    sum.exported += flows.exported * share;
    sum.solar += flows.solar * share;
    sum.wind += flows.wind * share;
    sum.genset += flows.genset * share;
    sum.curtailed += flows.curtailed * share;
    sum.over_limit += flows.over_limit * share;
    sum.shortfall += flows.shortfall * share;
    if (battery) {
      auto flow = battery->advance(now, part, flows.battery);
      if (until == ageing) {
        const auto lost = battery->age();
        flow.stored += lost.stored;
        flow.loss += lost.loss;
      }
      sum.stored += flow.stored / Seconds(span_s);
      sum.battery_loss += flow.loss / Seconds(span_s);
    }
    if (genset) {
      const auto fuel = genset->advance(part, flows.genset);
      sum.fuel += genset->price_of(fuel);
      sum.direct_emissions += genset->emissions_of(fuel);
    }
    if (!at.has_grid) {
      outage_time += part;
    }
    now = until;
  }
  imported += sum.import * Seconds(span_s);
  decided_for += Seconds(span_s);
  return sum;
}

}  // namespace tokenfab

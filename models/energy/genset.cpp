// SPDX-License-Identifier: Apache-2.0
#include "models/energy/genset.hpp"

#include <algorithm>

namespace tokenfab {

void GensetConfig::describe(Describe<GensetConfig>& d) {
  using C = GensetConfig;
  constexpr auto homer = "HOMER Pro 3.12, example of a 50 kW diesel generator";
  d.field("capacity", &C::capacity, "Power of all generators").required().range(1, 1e12);
  d.field("start_time", &C::start_time, "From the loss of the grid to taking load")
      .range(0, 86400)
      .source("NFPA 110, type 10: within 10 s");
  d.field("min_load", &C::min_load, "Share of capacity below which fuel no longer falls")
      .range(0, 1)
      .source("Estimate: 30 %, against wet stacking of diesel engines");
  d.field("fuel_no_load", &C::fuel_no_load, "Fuel per rated energy, whatever the output")
      .range(0, 1e-6)
      .source(homer);
  d.field("fuel_slope", &C::fuel_slope, "Fuel per energy given").range(0, 1e-6).source(homer);
  d.field("fuel_price", &C::fuel_price, "Price of fuel")
      .range(0, 1e6)
      .source("Estimate: 0.99 USD/L, US diesel about 3.75 USD/gal in 2024");
  d.field("emissions", &C::emissions, "CO2e per fuel burned on site")
      .range(0, 1e5)
      .source("EPA emission factors hub: 10.21 kg CO2 per US gallon of diesel");
  d.field("tank", &C::tank, "How long the tank lasts at full output; endless if absent")
      .range(0, 1e8);
  describe_ownership(d, "REopt, diesel: 650 USD/kW and 20 USD/kW/year");
}

Genset::Genset(const GensetConfig& config) : config_(config) {
  if (config_.tank) {
    tank_ = burn(config_.capacity) * *config_.tank;
    fuel_ = *tank_;
  }
}

Genset::CubicMetresPerSecond Genset::burn(Watts output) const {
  const Watts carried = std::max(output, config_.min_load * config_.capacity);
  return config_.capacity * config_.fuel_no_load + carried * config_.fuel_slope;
}

void Genset::settle(Instant now, bool is_needed) {
  if (!is_needed) {
    state_ = State::Off;
    fuel_ = tank_.value_or(CubicMetres(0));
    return;
  }
  if (state_ == State::Off) {
    state_ = State::Starting;
    ready_ = now + Duration::from_seconds(config_.start_time.si());
    ++starts_;
  }
  if (state_ == State::Starting && now >= ready_) {
    state_ = State::Running;
  }
  if (state_ == State::Running && tank_ && fuel_ <= CubicMetres(0)) {
    state_ = State::OutOfFuel;
  }
}

std::optional<Instant> Genset::next_event(Instant now, Watts output) const {
  if (state_ == State::Starting) {
    return ready_;
  }
  if (state_ != State::Running || !tank_) {
    return std::nullopt;
  }
  const Seconds left = fuel_ / burn(output);
  return now + std::max(Duration::from_ticks(1), Duration::from_seconds(left.si()));
}

CubicMetres Genset::advance(Duration span, Watts output) {
  if (state_ != State::Running) {
    return CubicMetres(0);
  }
  const CubicMetres burned = burn(output) * Seconds(span.seconds());
  if (tank_) {
    fuel_ -= burned;
    // Emptied to the rounding of a tick: empty.
    if (fuel_ < 1e-12 * *tank_) {
      fuel_ = CubicMetres(0);
    }
  }
  return burned;
}

EnergyAsset Genset::asset() const {
  return {"genset", config_.capacity * config_.price, config_.life,
          config_.capacity * config_.maintenance};
}

}  // namespace tokenfab

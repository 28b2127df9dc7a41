// SPDX-License-Identifier: Apache-2.0
// Laws of a site's energy supply on random sites: stretches may be cut, energy closes, charge stays
// within its limits, more wind never means more import, no policy beats the optimal plan.
#include "models/energy/site_supply.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iostream>

#include "models/energy/battery_plan.hpp"
#include "models/energy/day_ahead_dispatch.hpp"
#include "models/energy/outages.hpp"
#include "models/energy/price_arbitrage_dispatch.hpp"
#include "models/energy/ramp_limit_dispatch.hpp"
#include "models/energy/simple_dispatch.hpp"
#include "models/energy/solar_plant.hpp"
#include "models/energy/wind_farm.hpp"
#include "sim/core/random.hpp"
#include "tests/energy_site.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

constexpr double interval_s = 300;

PluginConfig policy_number(int number) {
  switch (number) {
    case 0:
      return model_of("self_consumption", SelfConsumptionConfig());
    case 1:
      return model_of("peak_shaving", PeakShavingConfig{Watts(4e6)});
    case 2:
      return model_of("price_arbitrage", PriceArbitrageConfig());
    case 3:
      return model_of("ramp_limit", RampLimitConfig{WattsPerSecond(1e3), 0.5, Seconds(900)});
    default:
      return model_of("none", NoDispatchConfig());
  }
}

EnergyConfig random_site(RandomStream& random, int policy) {
  const auto chance = [&random](double p) { return random.uniform() < p; };
  EnergyConfig config;
  if (chance(0.5)) {
    config.grid.import_limit = Watts(4e6);
  }
  if (chance(0.5)) {
    config.grid.export_limit = Watts(1e6);
  }
  if (chance(0.6)) {
    RandomOutagesConfig outages;
    outages.per_year = 8760;
    outages.mean_duration = Seconds(900);
    config.grid.outages = model_of("random", outages);
  }
  if (chance(0.7)) {
    WindFarmConfig farm;
    farm.capacity = Watts(6e6);
    config.wind = model_of("turbine", farm);
  }
  if (chance(0.5)) {
    SolarPlantConfig plant;
    plant.capacity_dc = Watts(5e6);
    plant.latitude_deg = 30;
    plant.longitude_deg = 0;
    plant.step = Seconds(900);
    config.solar = model_of("pv", plant);
  }
  if (chance(0.6)) {
    config.genset.emplace();
    config.genset->capacity = Watts(3e6);
    config.genset->start_time = Seconds(40);
    if (chance(0.5)) {
      config.genset->tank = Seconds(400);
    }
  }
  config.battery = plain_battery();
  config.battery->capacity = Joules(600 * kwh);
  config.battery->power = Watts(550e3);
  config.battery->soc_min = 0.1;
  config.battery->soc_max = 0.95;
  config.battery->calendar_fade = 1e-3;
  config.battery->cycle_fade = 1e-4;
  config.battery->backs_up = chance(0.5);
  config.dispatch = policy_number(policy);
  return config;
}

SupplyInputs random_inputs(RandomStream& random) {
  SupplyInputs inputs;
  inputs.load = Watts(6e6 * random.uniform());
  inputs.weather.wind_m_s = 12 * random.uniform();
  inputs.weather.irradiance_w_m2 = std::max(0.0, 1200 * random.uniform() - 300);
  return inputs;
}

void add(SupplyOutcome& sum, const SupplyOutcome& part, double share) {
  sum.import += part.import * share;
  sum.exported += part.exported * share;
  sum.solar += part.solar * share;
  sum.wind += part.wind * share;
  sum.genset += part.genset * share;
  sum.curtailed += part.curtailed * share;
  sum.stored += part.stored * share;
  sum.battery_loss += part.battery_loss * share;
  sum.over_limit += part.over_limit * share;
  sum.shortfall += part.shortfall * share;
  sum.fuel += part.fuel;
  sum.direct_emissions += part.direct_emissions;
}

void require_alike(const SupplyOutcome& a, const SupplyOutcome& b) {
  constexpr double close = 6e6 * 1e-9;
  REQUIRE(a.import.si() == Approx(b.import.si()).margin(close));
  REQUIRE(a.exported.si() == Approx(b.exported.si()).margin(close));
  REQUIRE(a.solar.si() == Approx(b.solar.si()).margin(close));
  REQUIRE(a.wind.si() == Approx(b.wind.si()).margin(close));
  REQUIRE(a.genset.si() == Approx(b.genset.si()).margin(close));
  REQUIRE(a.curtailed.si() == Approx(b.curtailed.si()).margin(close));
  REQUIRE(a.stored.si() == Approx(b.stored.si()).margin(close));
  REQUIRE(a.battery_loss.si() == Approx(b.battery_loss.si()).margin(close));
  REQUIRE(a.over_limit.si() == Approx(b.over_limit.si()).margin(close));
  REQUIRE(a.shortfall.si() == Approx(b.shortfall.si()).margin(close));
  REQUIRE(a.fuel.si() == Approx(b.fuel.si()).epsilon(1e-9).margin(1e-9));
  REQUIRE(a.direct_emissions.si() == Approx(b.direct_emissions.si()).epsilon(1e-9).margin(1e-9));
}

void require_lawful(const SupplyOutcome& out, Watts load) {
  REQUIRE(imbalance(out, load) == Approx(0).margin(6e6 * 1e-9));
  for (const auto part : {out.import, out.exported, out.solar, out.wind, out.genset, out.curtailed,
                          out.battery_loss, out.over_limit, out.shortfall}) {
    REQUIRE(part >= Watts(-6e6 * 1e-12));
  }
  REQUIRE(out.over_limit <= out.import + Watts(1e-3));
}

const HourlyTariff zigzag({0.05, 0.30, 0.02, 0.11, 0.25});

}  // namespace

TEST_CASE("supply law: a stretch may be cut anywhere, and energy closes") {
  for (int trial = 0; trial < 60; ++trial) {
    RandomStream random(trial, 0, "site", "laws");
    const auto config = random_site(random, trial % 5);
    SiteSupply whole(config, plugin_table(), opened_at_new_year(trial));
    SiteSupply cut(config, plugin_table(), opened_at_new_year(trial));
    const double begin_s = 86400 * 80 + 43200 + 3600 * 12 - 20 * interval_s;  // over a midnight
    SupplyInputs inputs;
    for (int i = 0; i < 60; ++i) {
      const Instant now = at_s(begin_s + i * interval_s);
      if (i % 3 == 0) {
        inputs = random_inputs(random);
      }
      whole.decide(now, inputs, zigzag);
      cut.decide(now, inputs, zigzag);
      const auto out = whole.advance(now, seconds(interval_s), inputs);
      require_lawful(out, inputs.load);
      SupplyOutcome sum;
      Instant at = now;
      for (int piece = 0; piece < 3; ++piece) {
        const Instant end = piece == 2 ? now + seconds(interval_s)
                                       : at + seconds(random.uniform() * interval_s / 2);
        add(sum, cut.advance(at, end - at, inputs), (end - at).seconds() / interval_s);
        at = end;
      }
      require_alike(out, sum);
      REQUIRE(whole.charge_share() >= 0.1 - 1e-12);
      REQUIRE(whole.charge_share() <= 0.95 + 1e-12);
      REQUIRE(whole.stored().si() == Approx(cut.stored().si()).epsilon(1e-9));
      REQUIRE(whole.battery_health() == Approx(cut.battery_health()).epsilon(1e-12));
      REQUIRE(whole.battery_cycles() == Approx(cut.battery_cycles()).epsilon(1e-9));
      REQUIRE(whole.generator_starts() == cut.generator_starts());
      REQUIRE(whole.outage_time() == cut.outage_time());
    }
  }
}

TEST_CASE("supply law: nothing changes before the next event") {
  for (int trial = 0; trial < 40; ++trial) {
    RandomStream random(trial, 0, "site", "events");
    auto config = random_site(random, trial % 5);
    config.battery->calendar_fade = config.battery->cycle_fade = 0;
    SiteSupply supply(config, plugin_table(), opened_at_new_year(trial));
    Instant now = at_s(86400 * 80 + 36000);
    for (int i = 0; i < 40; ++i) {
      const auto inputs = random_inputs(random);
      supply.decide(now, inputs, zigzag);
      const auto event = supply.next_event(now, inputs);
      const Duration span =
          event ? std::min(*event - now, seconds(interval_s)) : seconds(interval_s);
      REQUIRE(span > Duration());
      const auto first = supply.advance(now, span / 2, inputs);
      const auto second = supply.advance(now + span / 2, span - span / 2, inputs);
      REQUIRE(first.import.si() == Approx(second.import.si()).margin(0.01));
      REQUIRE(first.stored.si() == Approx(second.stored.si()).margin(0.01));
      REQUIRE(first.genset.si() == Approx(second.genset.si()).margin(0.01));
      REQUIRE(first.shortfall.si() == Approx(second.shortfall.si()).margin(0.01));
      now += span;
    }
  }
}

TEST_CASE("supply law: more wind never means more import") {
  for (int trial = 0; trial < 200; ++trial) {
    RandomStream random(trial, 0, "site", "wind");
    const auto config = random_site(random, trial % 5);
    auto inputs = random_inputs(random);
    inputs.weather.wind_m_s /= 2;  // below rated wind more wind is more power
    double before = 1e300;
    for (int gust = 0; gust < 4; ++gust) {
      SiteSupply supply(config, plugin_table(), opened_at_new_year(trial));
      const Instant now = at_s(86400 * 80 + 36000);
      supply.decide(now, inputs, zigzag);
      const auto out = supply.advance(now, seconds(interval_s), inputs);
      REQUIRE(out.import.si() <= before + 0.01);
      before = out.import.si();
      inputs.weather.wind_m_s *= 1.15;
    }
  }
}

TEST_CASE("supply law: no policy is cheaper than the optimal plan") {
  if (!BatteryPlanner::is_built()) {
    std::cout << "skipped: this build has no CLP (coinor-libclp-dev)" << std::endl;
    std::exit(77);
  }
  for (int trial = 0; trial < 12; ++trial) {
    RandomStream random(trial, 0, "site", "prices");
    std::vector<double> prices(48, 0);  // the day after has no price, so nothing is kept for it
    const double lowest = trial % 3 == 0 ? -0.05 : 0.01;
    for (int hour = 0; hour < 24; ++hour) {
      prices[hour] = lowest + 0.3 * random.uniform();
    }
    const HourlyTariff tariff(prices);
    SupplyInputs inputs;
    inputs.load = Watts(4e6 + 2e5 * random.uniform());
    const auto day_cost = [&](const PluginConfig& policy) {
      EnergyConfig config;
      config.battery = plain_battery();
      config.battery->power = Watts(200e3 + 600e3 * (trial % 4) / 3);
      config.dispatch = policy;
      SiteSupply supply(config, plugin_table(), opened_at_new_year());
      double cost = 0;
      for (int i = 0; i < 24 * 4; ++i) {
        const Instant now = at_s(i * 900.0);
        supply.decide(now, inputs, tariff);
        const auto out = supply.advance(now, seconds(900), inputs);
        cost += out.import.si() * 900 * tariff.energy_price(now).si();
      }
      return cost;
    };
    const double best = day_cost(model_of("day_ahead_optimal", DayAheadOptimalConfig()));
    for (int policy = 0; policy < 5; ++policy) {
      REQUIRE(best <= day_cost(policy_number(policy)) * (1 + 1e-6) + 1e-6);
    }
  }
}

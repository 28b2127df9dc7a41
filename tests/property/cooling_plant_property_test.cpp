// SPDX-License-Identifier: Apache-2.0
// Laws of every cooling plant: cutting a stretch changes nothing, energy closes, harder never costs
// less.
#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/cooling/air_economizer.hpp"
#include "models/cooling/constant_pue.hpp"
#include "models/cooling/liquid_plant.hpp"
#include "models/cooling/room_plant.hpp"
#include "sim/core/random.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;

namespace {

constexpr double design_w = 20e6;

struct Kind {
  std::string name;
  std::function<std::unique_ptr<CoolingModel>()> make;
};

template <class Plant, class Config>
Kind kind(std::string name, Config config) {
  return {std::move(name), [config] {
            auto plant = std::make_unique<Plant>(config);
            plant->size_for(Watts(design_w));
            return plant;
          }};
}

std::vector<Kind> kinds() {
  LiquidPlantConfig towers;
  towers.heat_rejection = LiquidPlantConfig::HeatRejector::CoolingTower;
  LiquidPlantConfig trimmed;
  trimmed.trim.share = 0.5;
  LiquidPlantConfig cool = towers;
  cool.facility_water.supply = Celsius(21);
  cool.air_cooling = LiquidPlantConfig::AirCooling::FacilityWater;
  LiquidPlantConfig relieved;
  relieved.air_economizer.emplace();
  AirEconomizerConfig bare;
  bare.backup.share = 0;
  ChilledWaterConfig no_economizer;
  no_economizer.economizer.mode = EconomizerConfig::Mode::None;
  return {kind<ConstantPue>("constant", ConstantPueConfig{}),
          kind<ChilledWater>("chilled water", ChilledWaterConfig{}),
          kind<ChilledWater>("chilled water, no economizer", no_economizer),
          kind<DryCoolerPlant>("dry coolers", DryCoolerPlantConfig{}),
          kind<AirEconomizer>("outside air", AirEconomizerConfig{}),
          kind<AirEconomizer>("outside air, no chillers", bare),
          kind<LiquidPlant>("liquid, dry coolers", LiquidPlantConfig{}),
          kind<LiquidPlant>("liquid, trimmed", trimmed),
          kind<LiquidPlant>("liquid, air economizer", relieved),
          kind<LiquidPlant>("liquid, towers", towers),
          kind<LiquidPlant>("liquid, one loop", cool)};
}

double uniform(RandomStream& random, double low, double high) {
  return low + (high - low) * random.uniform();
}

double health(RandomStream& random) {
  const double draw = random.uniform();
  return draw < 0.5 ? 1 : draw < 0.7 ? 0 : random.uniform();
}

CoolingInputs random_inputs(RandomStream& random) {
  CoolingInputs inputs;
  const double load = uniform(random, 0, 1.1) * design_w;
  const double liquid = random.uniform();
  inputs.liquid_heat = Watts(load * liquid);
  inputs.air_heat = Watts(load * (1 - liquid));
  inputs.it_power = Watts(load);
  inputs.indoor_loss = Watts(uniform(random, 0, 0.06) * load);
  inputs.chip_power = Watts(uniform(random, 0, 900));
  const double dry = uniform(random, -25, 45);
  inputs.weather.dry_bulb = Celsius(dry);
  inputs.weather.wet_bulb = Celsius(std::max(-30.0, dry - uniform(random, 0, 18)));
  inputs.health = {health(random), health(random), health(random), health(random)};
  inputs.is_powered = random.uniform() < 0.85;
  return inputs;
}

void require_same(const CoolingModel& a, const CoolingModel& b) {
  const double scale = std::max(1.0, std::abs(a.stored_heat().si()));
  REQUIRE(std::abs(a.stored_heat().si() - b.stored_heat().si()) <= 1e-9 * scale);
  if (a.state()) {
    REQUIRE(a.state()->chip.degrees() == Approx(b.state()->chip.degrees()).epsilon(1e-9));
    REQUIRE(a.state()->room.degrees() == Approx(b.state()->room.degrees()).epsilon(1e-9));
    REQUIRE(a.state()->clock_limit == b.state()->clock_limit);
    REQUIRE(a.state()->is_too_hot == b.state()->is_too_hot);
  }
}

}  // namespace

TEST_CASE("cooling plants: cutting a stretch changes nothing, and energy closes") {
  for (const auto& [name, make] : kinds()) {
    INFO(name);
    RandomStream random(1, 0, "tests/cooling/" + name, "inputs");
    const auto whole = make();
    const auto parts = make();
    for (int stretch = 0; stretch < 300; ++stretch) {
      INFO(stretch);
      const CoolingInputs inputs = random_inputs(random);
      const double span = std::exp(uniform(random, -2, 9));
      const double heat = (inputs.liquid_heat + inputs.air_heat + inputs.indoor_loss).si();
      const double before = whole->stored_heat().si();
      const auto once = whole->advance(Duration::from_seconds(span), inputs);
      const double in = (heat + once.electric_power().si()) * span;
      const double out = once.heat_rejected.si() * span + whole->stored_heat().si() - before;
      REQUIRE(std::abs(in - out) <= 1e-9 * std::max({1.0, in, before}));

      double electric = 0;
      double water = 0;
      double left = span;
      for (int cut = 0; cut < 4; ++cut) {
        const double part = cut == 3 ? left : left * random.uniform();
        const auto outcome = parts->advance(Duration::from_seconds(part), inputs);
        electric += outcome.electric_power().si() * part;
        water += outcome.water.si();
        left -= part;
      }
      // What is rejected is the difference of what is stored: rounding of that, in joules.
      const double rounding = 1e-3 + 1e-14 * before;
      REQUIRE(electric == Approx(once.electric_power().si() * span).epsilon(1e-9).margin(rounding));
      REQUIRE(water == Approx(once.water.si()).epsilon(1e-9).margin(1e-9));
      require_same(*whole, *parts);
    }
  }
}

TEST_CASE("cooling plants: the date of the next change is the one at which it comes") {
  for (const auto& [name, make] : kinds()) {
    INFO(name);
    RandomStream random(2, 0, "tests/cooling/" + name, "inputs");
    const auto plant = make();
    for (int stretch = 0; stretch < 200; ++stretch) {
      INFO(stretch);
      const CoolingInputs inputs = random_inputs(random);
      plant->advance(Duration(), inputs);
      const auto change = plant->time_to_change(inputs);
      const double span = std::exp(uniform(random, 0, 8));
      if (!plant->state()) {
        REQUIRE_FALSE(change);
      } else if (change && change->seconds() < span) {
        const auto earlier = *plant->state();
        plant->advance(*change - *change / 1'000'000, inputs);
        REQUIRE(plant->state()->clock_limit == earlier.clock_limit);
        REQUIRE(plant->state()->is_too_hot == earlier.is_too_hot);
        plant->advance(*change / 1'000'000 + Duration::from_ticks(2), inputs);
        const auto later = *plant->state();
        REQUIRE(
            (later.clock_limit != earlier.clock_limit || later.is_too_hot != earlier.is_too_hot));
      } else {
        const auto earlier = *plant->state();
        plant->advance(Duration::from_seconds(span), inputs);
        REQUIRE(plant->state()->clock_limit == earlier.clock_limit);
        REQUIRE(plant->state()->is_too_hot == earlier.is_too_hot);
      }
    }
  }
}

TEST_CASE("cooling plants: warmer, damper weather and more load never cost less") {
  // A plant that can no longer reject the heat pays in temperature: not compared.
  const auto power_of = [](const Kind& kind, const CoolingInputs& inputs) -> std::optional<double> {
    const auto plant = kind.make();
    const auto outcome = plant->advance(Duration::from_seconds(60), inputs);
    return plant->stored_heat() > Joules(0) ? std::nullopt
                                            : std::optional(outcome.electric_power().si());
  };
  const auto require_no_less = [](double& last, std::optional<double> power) {
    if (power) {
      REQUIRE(*power >= last * (1 - 1e-12));
      last = *power;
    }
  };
  for (const auto& kind : kinds()) {
    INFO(kind.name);
    RandomStream random(3, 0, "tests/cooling/" + kind.name, "inputs");
    for (int trial = 0; trial < 40; ++trial) {
      CoolingInputs inputs = random_inputs(random);
      inputs.health = {};
      inputs.is_powered = true;
      const double share = uniform(random, 0.1, 0.9);
      const double liquid = uniform(random, 0.75, 0.9);
      const auto set_load = [&](double load) {
        inputs.it_power = Watts(load);
        inputs.liquid_heat = Watts(load * liquid);
        inputs.air_heat = Watts(load * (1 - liquid));
        inputs.indoor_loss = Watts(0.04 * load);
      };
      set_load(share * design_w);
      double last = 0;
      for (double wet = inputs.weather.dry_bulb.degrees() - 15;
           wet <= inputs.weather.dry_bulb.degrees(); wet += 0.5) {
        inputs.weather.wet_bulb = Celsius(wet);
        INFO(inputs.weather.dry_bulb.degrees()
             << " degC, wet bulb " << inputs.weather.wet_bulb.degrees() << " degC, "
             << inputs.it_power.si() << " W");
        require_no_less(last, power_of(kind, inputs));
      }
      last = 0;
      for (double load = 0.02; load < 1; load += 0.02) {
        set_load(load * design_w);
        INFO(inputs.weather.dry_bulb.degrees()
             << " degC, wet bulb " << inputs.weather.wet_bulb.degrees() << " degC, "
             << inputs.it_power.si() << " W");
        require_no_less(last, power_of(kind, inputs));
      }
      set_load(share * design_w);
      last = 0;
      const double depression = (inputs.weather.dry_bulb - inputs.weather.wet_bulb).si();
      for (double dry = -20; dry < 45; dry += 0.5) {
        inputs.weather.dry_bulb = Celsius(dry);
        inputs.weather.wet_bulb = Celsius(dry - depression);
        INFO(inputs.weather.dry_bulb.degrees()
             << " degC, wet bulb " << inputs.weather.wet_bulb.degrees() << " degC, "
             << inputs.it_power.si() << " W");
        require_no_less(last, power_of(kind, inputs));
      }
    }
  }
}

TEST_CASE("cooling plants: overhead per load falls towards one plus a share as load grows") {
  for (const auto& [name, make] : kinds()) {
    INFO(name);
    CoolingInputs inputs;
    const auto plant = make();
    const auto overhead = [&](double load) {
      inputs.it_power = Watts(load * design_w);
      inputs.liquid_heat = Watts(0.85 * load * design_w);
      inputs.air_heat = Watts(0.15 * load * design_w);
      const auto outcome = plant->advance(Duration::from_seconds(60), inputs);
      return outcome.electric_power().si() / inputs.it_power.si();
    };
    REQUIRE(overhead(0.05) >= overhead(0.2) * (1 - 1e-12));
    REQUIRE(overhead(0.2) >= overhead(0.4) * (1 - 1e-12));
  }
}

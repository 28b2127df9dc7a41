// SPDX-License-Identifier: Apache-2.0
// The power chain: solved by hand, on battery, with tripped breakers, and its contradictions.
#include "models/power/conversion_chain.hpp"

#include <stdexcept>

#include "tests/with_catch.hpp"

using namespace tokenfab;

namespace {

constexpr Duration seconds(double s) { return Duration::from_seconds(s); }

ConversionStageConfig stage_of(double a0, double a1, double a2,
                               std::optional<Watts> rating = std::nullopt) {
  ConversionStageConfig config;
  config.no_load = a0;
  config.proportional = a1;
  config.square = a2;
  config.rating = rating;
  return config;
}

/// Distribution 1 % at full load, UPS 2 % at any load, switchgear 0.5 % and transformer 1 % of the
/// load; ratings of 1 MW to the racks.
ConversionChainConfig small_chain() {
  ConversionChainConfig config;
  config.distribution = stage_of(0, 0, 0.01, Watts(1e6));
  config.ups = stage_of(0.02, 0, 0, Watts(1e6));
  config.switchgear = stage_of(0, 0.005, 0);
  config.transformer = stage_of(0, 0.01, 0);
  return config;
}

ConversionChain sized(const ConversionChainConfig& config) {
  ConversionChain chain(config);
  chain.size_for(Watts(1e6), Watts(2e5));
  return chain;
}

constexpr ChainInputs at_800_kw{Watts(8e5), Watts(2e5)};
constexpr ChainInputs outage{Watts(8e5), Watts(0), false};

}  // namespace

TEST_CASE("power chain: solved from the racks up") {
  auto chain = sized(small_chain());
  const auto outcome = chain.advance(seconds(60), at_800_kw);
  // Distribution 1e6 x 0.01 x 0.64 = 6.4 kW, UPS 20 kW: 826.4 kW. With cooling 1,026.4 kW through
  // the switchgear (5.132 kW) and 1,031.532 kW through the transformer (10.31532 kW).
  REQUIRE(outcome.indoor_loss.si() == Approx(26400));
  REQUIRE(outcome.outdoor_loss.si() == Approx(15447.32));
  REQUIRE(outcome.drawn.si() == Approx(1041847.32));
  REQUIRE(outcome.stored == Watts(0));
  REQUIRE(chain.indoor_loss(at_800_kw) == outcome.indoor_loss);
  REQUIRE(chain.overloads(at_800_kw).empty());
}

TEST_CASE("power chain: what cooling on the UPS loses there does not heat the racks' room") {
  auto config = small_chain();
  config.cooling_on_ups = true;
  config.ups->no_load = 0;
  config.ups->proportional = 0.02;
  auto chain = sized(config);
  // Distribution 6.4 kW, and 2 % of 806.4 kW indoors; 2 % of the 200 kW goes to the outside air
  // with the 5.132 kW and 10.315 kW of switchgear and transformer, which carry 1,026.528 kW.
  const auto outcome = chain.advance(seconds(1), at_800_kw);
  REQUIRE(outcome.indoor_loss.si() == Approx(22528));
  const double switchgear = 0.005 * 1026528;
  REQUIRE(outcome.outdoor_loss.si() == Approx(4000 + switchgear + 0.01 * (1026528 + switchgear)));
}

TEST_CASE("power chain: an empty one hands everything through") {
  auto chain = sized({});
  const auto outcome = chain.advance(seconds(1), at_800_kw);
  REQUIRE(outcome.drawn == Watts(1e6));
  REQUIRE(outcome.indoor_loss + outcome.outdoor_loss == Watts(0));
  REQUIRE_FALSE(chain.can_feed(outage));
}

TEST_CASE("power chain: ratings not given are met by the design load, and by no more") {
  for (const bool has_ups : {true, false}) {
    ConversionChainConfig config;
    config.distribution = stage_of(0.001, 0, 0.01);
    (has_ups ? config.ups : config.rectifier) = stage_of(0.02, 0, 0.01);
    config.switchgear = stage_of(0, 0, 0.002);
    config.transformer = stage_of(0.001, 0, 0.01);
    config.cooling_on_ups = has_ups;
    config.margin = 1.5;
    config.oversubscription = 1.25;  // 1 MW x 1.5 / 1.25 of racks, 200 kW x 1.5 of cooling
    const auto chain = sized(config);
    REQUIRE(chain.overloads({Watts(1.2e6 - 1), Watts(3e5)}).empty());
    const auto found = chain.overloads({Watts(1.2e6 + 10), Watts(3e5)});
    REQUIRE(found.size() == 4);
    for (const auto& overload : found) {
      REQUIRE(overload.ratio == Approx(1).epsilon(1e-4));
    }
  }
}

TEST_CASE("power chain: built for charging at the design load as well") {
  auto config = small_chain();
  config.battery.emplace();
  auto chain = sized(config);
  const ChainInputs design{Watts(1e6 - 100), Watts(2e5)};
  chain.advance(seconds(60), {design.racks, Watts(0), false});
  REQUIRE(chain.advance(seconds(1), design).stored > Watts(0));
  for (const auto& overload : chain.overloads(design)) {
    REQUIRE(overload.stage == "ups");  // 1 MW, and the loss of the distribution on top
  }
}

TEST_CASE("power chain: 800 V DC has a rectifier in the place of the UPS") {
  ConversionChainConfig config;
  config.rectifier = stage_of(0, 0.02, 0);
  config.battery.emplace();
  auto chain = sized(config);
  REQUIRE(chain.advance(seconds(1), at_800_kw).drawn.si() == Approx(1016e3));
  // The battery behind the rectifier carries the racks alone: 1 MW for 300 s is 300 MJ.
  REQUIRE(chain.stored().si() == Approx(300e6));
  const auto on_battery = chain.advance(seconds(30), outage);
  REQUIRE(on_battery.stored == Watts(-8e5));
  REQUIRE(on_battery.indoor_loss == Watts(0));
  // Charging: 100 kW more through the rectifier, 89.86 kW of them stay.
  const auto charging = chain.advance(seconds(1), at_800_kw);
  REQUIRE(charging.stored.si() == Approx(89860));
  REQUIRE(charging.indoor_loss.si() == Approx(0.02 * 8e5));
  REQUIRE(charging.outdoor_loss.si() == Approx(0.02 * 1e5 + 10140));
  REQUIRE(charging.drawn.si() == Approx(9e5 * 1.02 + 2e5));
}

TEST_CASE("power chain: eco mode, left while the battery charges") {
  auto config = small_chain();
  config.ups->eco_efficiency = {{"1", 0.99}};
  config.ups_mode = UpsMode::Eco;
  config.battery.emplace();
  auto chain = sized(config);
  const double eco_loss = 806400 * (1 / 0.99 - 1);
  REQUIRE(chain.indoor_loss(at_800_kw).si() == Approx(6400 + eco_loss));
  // On battery and afterwards, while charging, double conversion.
  REQUIRE(chain.advance(seconds(10), outage).indoor_loss.si() == Approx(26400));
  const auto charging = chain.advance(seconds(1), at_800_kw);
  REQUIRE(charging.indoor_loss.si() == Approx(6400 + eco_loss));
  REQUIRE((charging.drawn - charging.stored - charging.outdoor_loss).si() ==
          Approx(1e6 + 6400 + eco_loss));
  const double switched = 1e6 + 26400 + 1e5;  // with 20 kW in the UPS, and the charger
  REQUIRE(charging.drawn.si() == Approx(switched * 1.005 * 1.01));
}

TEST_CASE("power chain: the battery carries the racks until an exact date") {
  auto config = small_chain();
  config.battery.emplace();
  auto chain = sized(config);
  // 300 s at 1 MW and 20 kW of loss: 306 MJ; 826.4 kW last 370.28 s.
  REQUIRE(chain.stored().si() == Approx(306e6));
  REQUIRE(chain.can_feed(outage));
  REQUIRE_FALSE(chain.can_cool(outage));
  REQUIRE(chain.time_to_change(outage)->seconds() == Approx(306e6 / 826400).epsilon(1e-12));
  const auto outcome = chain.advance(seconds(100), outage);
  REQUIRE(outcome.drawn == Watts(0));
  REQUIRE(outcome.stored.si() == Approx(-826400));
  REQUIRE(outcome.outdoor_loss == Watts(0));
  chain.advance(*chain.time_to_change(outage), outage);
  REQUIRE_FALSE(chain.can_feed(outage));
  REQUIRE_FALSE(chain.time_to_change(outage));
  REQUIRE(std::abs(chain.stored().si()) < 1e-3);
  REQUIRE(chain.advance(seconds(60), {Watts(0), Watts(0), false}).stored == Watts(0));
  // Asked for more, it shows what is missing as drawn from a source that is not there.
  REQUIRE(chain.advance(seconds(60), outage).drawn.si() == Approx(826400));

  // 306 MJ at 89.86 kW: 3,405.3 s of an hour; the mean of the hour holds exactly 306 MJ.
  const auto charged = chain.advance(seconds(3600), at_800_kw);
  REQUIRE(charged.stored.si() * 3600 == Approx(306e6).epsilon(1e-12));
  REQUIRE(chain.stored().si() == Approx(306e6).epsilon(1e-12));
  REQUIRE_FALSE(chain.time_to_change(at_800_kw));
}

TEST_CASE("power chain: a battery with nothing to feed keeps its charge") {
  auto config = small_chain();
  config.battery.emplace();
  auto chain = sized(config);
  const auto outcome = chain.advance(seconds(3600), {Watts(0), Watts(0), false});
  REQUIRE(outcome.drawn + outcome.indoor_loss + outcome.outdoor_loss == Watts(0));
  REQUIRE(chain.stored().si() == Approx(306e6));
  REQUIRE(chain.can_feed({Watts(0), Watts(0), false}));
}

TEST_CASE("power chain: the UPS carries the cooling plant through an outage if told so") {
  auto config = small_chain();
  config.battery.emplace();
  config.cooling_on_ups = true;
  auto chain = sized(config);
  const ChainInputs cooled{Watts(8e5), Watts(2e5), false};
  REQUIRE(chain.can_cool(cooled));
  REQUIRE(chain.advance(seconds(1), cooled).stored.si() == Approx(-1026400));
}

TEST_CASE("power chain: units lost overload the rest, the last one ends it") {
  auto config = small_chain();
  config.ups->unit_rating = Watts(5e5);
  config.ups->redundancy = Redundancy::NPlus1;
  config.battery.emplace();
  auto chain = sized(config);
  ChainInputs inputs = at_800_kw;
  inputs.units_lost = 2;  // of three
  const auto found = chain.overloads(inputs);
  REQUIRE(found.size() == 1);
  REQUIRE(found.front().stage == "ups");
  REQUIRE(found.front().ratio == Approx(806400 / 5e5));
  REQUIRE(chain.can_feed(inputs));
  inputs.units_lost = 3;
  REQUIRE_FALSE(chain.can_feed(inputs));
  inputs.has_source = false;
  REQUIRE_FALSE(chain.can_feed(inputs));
}

TEST_CASE("power chain: an oversubscribed one overloads and its rack breakers trip in time") {
  ConversionChainConfig config;
  config.distribution = stage_of(0, 0, 0);
  config.rack_breakers.emplace();
  config.oversubscription = 1.25;  // built for 800 kW
  auto chain = sized(config);
  const ChainInputs full{Watts(1e6), Watts(0)};
  REQUIRE(chain.overloads(full).front().stage == "distribution");
  REQUIRE(chain.overloads(full).front().ratio == Approx(1.25));
  // r = 1.25 / 1.125: 439.111 / (r^2 - 1) = 1,871.0 s.
  const auto trip = chain.time_to_change(full);
  REQUIRE(trip->seconds() == Approx(439.1111111 / (1.25 * 1.25 / 1.265625 - 1)));
  chain.advance(*trip - seconds(1e-6), full);
  REQUIRE(chain.can_feed(full));
  chain.advance(seconds(1e-6), full);
  REQUIRE_FALSE(chain.can_feed(full));
  chain.advance(seconds(600), {Watts(0), Watts(0)});
  chain.reset_breakers();
  REQUIRE(chain.can_feed(full));
  REQUIRE(chain.time_to_change(full)->seconds() == Approx(trip->seconds()));
}

TEST_CASE("power chain: after the main breaker has tripped the battery feeds, then nothing") {
  auto config = small_chain();
  config.battery.emplace();
  config.main_breaker.emplace().rating = Watts(5e5);
  auto chain = sized(config);
  const auto trip = *chain.time_to_change(at_800_kw);
  chain.advance(trip, at_800_kw);
  REQUIRE(chain.can_feed(at_800_kw));
  REQUIRE_FALSE(chain.can_cool(at_800_kw));
  const ChainInputs uncooled{Watts(8e5), Watts(0)};
  REQUIRE(chain.advance(seconds(10), uncooled).drawn == Watts(0));
  chain.advance(*chain.time_to_change(uncooled), uncooled);
  REQUIRE_FALSE(chain.can_feed(uncooled));
  chain.reset_breakers();
  REQUIRE(chain.can_feed(at_800_kw));
  REQUIRE(chain.can_cool(at_800_kw));
}

TEST_CASE("power chain: a load far above the rating opens breakers at once") {
  ConversionChainConfig config;
  config.ups = stage_of(0, 0, 0);
  config.battery.emplace();
  config.main_breaker.emplace().rating = Watts(1e5);
  auto chain = sized(config);
  REQUIRE_FALSE(chain.can_cool(at_800_kw));  // 1 MW through a breaker of 100 kW
  REQUIRE(chain.can_feed(at_800_kw));        // from the battery
  chain.advance(seconds(1), {Watts(10e5), Watts(0)});
  REQUIRE_FALSE(chain.can_cool({Watts(1), Watts(1)}));  // it stays open
}

TEST_CASE("power chain: contradictions are named, all at once, with a fix") {
  ConversionChainConfig config;
  config.ups = stage_of(0, 0, 0, Watts(1e6));
  config.rectifier = stage_of(0, 0, 0);
  config.ups_mode = UpsMode::Eco;
  config.battery.emplace().charge_power = Watts(2e6);
  config.transformer = stage_of(0, 0, 0);
  config.transformer->eco_efficiency = {{"1", 0.99}};
  config.transformer->efficiency = {{"1", 1.01}};
  std::string text;
  try {
    const ConversionChain chain(config);
  } catch (const std::invalid_argument& error) {
    text = error.what();
  }
  REQUIRE(
      text ==
      "transformer.efficiency: 1.01 at \"1\": an efficiency is above 0 and at most 1, or the "
      "stage would make energy; transformer.eco_efficiency: only a UPS has an eco mode: leave "
      "it out; ups and rectifier: the racks hang on one of the two: leave out ups for 800 V DC, "
      "or rectifier for AC; ups_mode eco: ups has no eco_efficiency: give it, or use ups_mode "
      "double_conversion; battery.charge_power (2e+06 W) is above ups.rating (1e+06 W): lower "
      "it to 1e+06 W at most");

  ConversionChainConfig bare;
  bare.battery.emplace();
  bare.cooling_on_ups = true;
  bare.ups_mode = UpsMode::Eco;
  REQUIRE(contradictions(bare).size() == 3);
}

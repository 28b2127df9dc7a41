// SPDX-License-Identifier: Apache-2.0
// Laws of the power chain on random chains and inputs: energy closes, no stage gives more than it
// takes, more load never costs less, cutting a span changes nothing, and cooling can rely on
// indoor_loss().
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/power/conversion_chain.hpp"
#include "sim/core/random.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;

namespace {

constexpr int chain_count = 300;
constexpr int span_count = 20;

class Dice {
 public:
  explicit Dice(int number) : random_(7, 0, fmt::format("chain/{}", number), "test") {}
  bool yes(double probability = 0.5) { return random_.uniform() < probability; }
  double between(double low, double high) { return low + (high - low) * random_.uniform(); }

 private:
  RandomStream random_;
};

ConversionStageConfig random_stage(Dice& dice) {
  ConversionStageConfig config;
  if (dice.yes(0.3)) {
    config.efficiency = {{"0.1", dice.between(0.8, 0.9)},
                         {"0.5", dice.between(0.92, 0.98)},
                         {"1", dice.between(0.9, 0.97)}};
  } else {
    config.no_load = dice.between(0, 0.02);
    config.proportional = dice.between(0, 0.02);
    config.square = dice.between(0, 0.03);
    config.fixed_loss = Watts(dice.between(0, 1000));
  }
  if (dice.yes()) {
    config.unit_rating = Watts(dice.between(1e5, 2e6));
  }
  config.redundancy = static_cast<Redundancy>(static_cast<int>(dice.between(0, 3)));
  return config;
}

void maybe(std::optional<ConversionStageConfig>& stage, Dice& dice) {
  if (dice.yes(0.8)) {
    stage = random_stage(dice);
  }
}

BreakerConfig random_breaker(Dice& dice) {
  BreakerConfig config;
  config.long_time_delay = Seconds(dice.between(1, 60));
  return config;
}

ConversionChainConfig random_chain(Dice& dice) {
  ConversionChainConfig config;
  maybe(config.transformer, dice);
  maybe(config.switchgear, dice);
  maybe(config.distribution, dice);
  maybe(dice.yes() ? config.ups : config.rectifier, dice);
  if (config.ups && dice.yes()) {
    config.ups->eco_efficiency = {{"0.25", 0.985}, {"1", 0.99}};
    config.ups_mode = UpsMode::Eco;
  }
  config.cooling_on_ups = config.ups && dice.yes();
  if ((config.ups || config.rectifier) && dice.yes(0.8)) {
    auto& battery = config.battery.emplace();
    battery.autonomy = Seconds(dice.between(30, 900));
    battery.round_trip_efficiency = dice.between(0.7, 1);
  }
  if (dice.yes()) {
    config.main_breaker = random_breaker(dice);
  }
  if (dice.yes()) {
    config.rack_breakers = random_breaker(dice);
  }
  config.oversubscription = dice.between(0.8, 1.6);
  return config;
}

ConversionChain sized(const ConversionChainConfig& config) {
  ConversionChain chain(config);
  chain.size_for(Watts(1e6), Watts(2e5));
  return chain;
}

ChainInputs random_inputs(Dice& dice) {
  ChainInputs inputs;
  inputs.has_source = dice.yes(0.7);
  inputs.racks = Watts(dice.yes(0.1) ? 0 : dice.between(0, 1.1e6));
  inputs.cooling = Watts(dice.yes(0.1) ? 0 : dice.between(0, 2e5));
  inputs.units_lost = dice.yes(0.2) ? dice.between(0, 2) : 0;
  return inputs;
}

/// Up to where no breaker trips.
Duration random_span(const ConversionChain& chain, const ChainInputs& inputs, Dice& dice) {
  const auto span = Duration::from_seconds(dice.between(1, 600));
  const auto change = chain.time_to_change(inputs);
  return change && *change < span ? *change : span;
}

void require_near(double a, double b, double size) {
  REQUIRE(std::abs(a - b) <= 1e-9 * (size + 1));
}

}  // namespace

TEST_CASE("power chain: energy closes, no stage makes any, and indoor_loss() holds") {
  for (int number = 0; number < chain_count; ++number) {
    CAPTURE(number);
    Dice dice(number);
    auto chain = sized(random_chain(dice));
    for (int i = 0; i < span_count; ++i) {
      const auto inputs = random_inputs(dice);
      auto racks_alone = inputs;
      racks_alone.cooling = Watts(0);  // what is known before cooling is solved
      const auto indoor = chain.indoor_loss(racks_alone);
      const auto before = chain.stored();
      const auto span = Duration::from_seconds(dice.between(0.1, 3600));
      const auto outcome = chain.advance(span, inputs);
      const double size = outcome.drawn.si() + inputs.racks.si() + 1e5;
      require_near((inputs.racks + inputs.cooling + outcome.indoor_loss + outcome.outdoor_loss +
                    outcome.stored)
                       .si(),
                   outcome.drawn.si(), size);
      require_near(outcome.stored.si() * span.seconds(), (chain.stored() - before).si(),
                   size * span.seconds());
      require_near(outcome.indoor_loss.si(), indoor.si(), size);
      REQUIRE(outcome.indoor_loss.si() >= 0);
      REQUIRE((outcome.indoor_loss + outcome.outdoor_loss).si() >= -1e-9 * size);
      if (dice.yes(0.2)) {
        chain.reset_breakers();
      }
    }
  }
}

TEST_CASE("power chain: advancing in two calls equals advancing in one") {
  for (int number = 0; number < chain_count; ++number) {
    CAPTURE(number);
    Dice dice(number);
    auto whole = sized(random_chain(dice));
    auto cut = whole;
    for (int i = 0; i < span_count; ++i) {
      const auto inputs = random_inputs(dice);
      const auto span = random_span(whole, inputs, dice);
      const auto first = Duration::from_seconds(span.seconds() * dice.between(0, 1));
      const auto rest = span - first;
      const auto a = whole.advance(span, inputs);
      const auto b = cut.advance(first, inputs);
      const auto c = cut.advance(rest, inputs);
      const auto same = [&](Watts one, Watts two, Watts three) {
        require_near(one.si() * span.seconds(),
                     two.si() * first.seconds() + three.si() * rest.seconds(),
                     2e6 * span.seconds());
      };
      same(a.drawn, b.drawn, c.drawn);
      same(a.indoor_loss, b.indoor_loss, c.indoor_loss);
      same(a.outdoor_loss, b.outdoor_loss, c.outdoor_loss);
      same(a.stored, b.stored, c.stored);
      require_near(whole.stored().si(), cut.stored().si(), 1e7);  // capacities are 30 MJ or more
      REQUIRE(whole.can_feed(inputs) == cut.can_feed(inputs));
      REQUIRE(whole.can_cool(inputs) == cut.can_cool(inputs));
      const ChainInputs full{Watts(1.6e6), Watts(2e5)};
      const auto one = whole.time_to_change(full);
      const auto two = cut.time_to_change(full);
      REQUIRE(one.has_value() == two.has_value());
      if (one) {
        require_near(one->seconds(), two->seconds(), 600);
      }
      if (!whole.can_feed(inputs) && dice.yes()) {
        whole.reset_breakers();
        cut.reset_breakers();
      }
    }
  }
}

TEST_CASE("power chain: at the time to change something changes, and not before") {
  int changes = 0;
  for (int number = 0; number < chain_count; ++number) {
    CAPTURE(number);
    Dice dice(number);
    auto chain = sized(random_chain(dice));
    const ChainInputs inputs{Watts(1.1e6), Watts(0), dice.yes()};
    const auto feeds = [&] { return std::pair(chain.can_feed(inputs), chain.can_cool(inputs)); };
    const auto before = feeds();
    const auto change = chain.time_to_change(inputs);
    if (!change || !before.first) {
      continue;
    }
    ++changes;
    const auto early = Duration::from_seconds(change->seconds() * (1 - 1e-6));
    chain.advance(early, inputs);
    REQUIRE(feeds() == before);
    chain.advance(*change - early, inputs);
    REQUIRE(feeds() != before);
  }
  REQUIRE(changes > 50);
}

TEST_CASE("power chain: more load never draws less") {
  for (int number = 0; number < chain_count; ++number) {
    CAPTURE(number);
    Dice dice(number);
    const auto chain = sized(random_chain(dice));
    Watts last(0);
    for (double load = 0; load < 1.5e6; load += 5e4) {
      auto copy = chain;
      const auto drawn =
          copy.advance(Duration::from_seconds(1), {Watts(load), Watts(load / 10)}).drawn;
      REQUIRE(drawn >= last);
      last = drawn;
    }
  }
}

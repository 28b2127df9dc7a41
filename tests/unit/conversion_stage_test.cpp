// SPDX-License-Identifier: Apache-2.0
// One conversion stage: loss curves, redundancy, contradictions; values derived by hand.
#include "models/power/conversion_stage.hpp"

#include "tests/catalogue_entries.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

ConversionStageConfig polynomial(double a0, double a1, double a2) {
  ConversionStageConfig config;
  config.no_load = a0;
  config.proportional = a1;
  config.square = a2;
  return config;
}

ConversionStageConfig published(const std::map<std::string, double>& efficiency) {
  ConversionStageConfig config;
  config.efficiency = efficiency;
  return config;
}

double efficiency_at(const ConversionStage& stage, double share) {
  const Watts output = share * stage.rating();
  return output / (output + stage.loss(output));
}

}  // namespace

TEST_CASE("conversion stage: no-load, proportional and square-law losses") {
  // 1 MW at half load: 1e6 (0.01 + 0.004 x 0.5 + 0.02 x 0.25) = 17 kW.
  const ConversionStage stage(polynomial(0.01, 0.004, 0.02), Watts(1e6));
  REQUIRE(stage.loss(Watts(5e5)).si() == Approx(17e3));
  REQUIRE(stage.loss(Watts(0)).si() == Approx(10e3));
  REQUIRE(stage.load_share(Watts(5e5)) == Approx(0.5));
}

TEST_CASE("conversion stage: 2N units run at half their share") {
  auto config = polynomial(0.0145, 0, 0.0275);
  config.redundancy = Redundancy::TwoN;
  const ConversionStage stage(config, Watts(1e6));
  REQUIRE(stage.units() == 2);
  // Each of two units carries 250 kW of its 1 MW: 2e6 (0.0145 + 0.0275 / 16) = 32,437.5 W.
  REQUIRE(stage.loss(Watts(5e5)).si() == Approx(32437.5));
  // One lost: 1e6 (0.0145 + 0.0275 / 4) = 21,375 W.
  REQUIRE(stage.loss(Watts(5e5), 1).si() == Approx(21375));
  REQUIRE(stage.load_share(Watts(1.2e6), 1) == Approx(1.2));
  REQUIRE_FALSE(stage.works(2));
  REQUIRE(stage.loss(Watts(5e5), 2) == Watts(0));
  REQUIRE(stage.load_share(Watts(1), 2) > 1e300);
  REQUIRE(stage.load_share(Watts(0), 2) == 0);
}

TEST_CASE("conversion stage: N+1 adds one unit to those that the rating needs") {
  auto config = polynomial(0.01, 0, 0);
  config.redundancy = Redundancy::NPlus1;
  config.unit_rating = Watts(1e6);
  const ConversionStage sized(config, Watts(2.5e6));
  REQUIRE(sized.units() == 4);  // three carry 2.5 MW
  REQUIRE(sized.rating() == Watts(2.5e6));
  REQUIRE(sized.loss(Watts(0)).si() == Approx(40e3));

  config.units = 6;
  const ConversionStage given(config, Watts(2.5e6));
  REQUIRE(given.units() == 7);
  REQUIRE(given.rating() == Watts(6e6));  // what is bought outweighs the design load

  config.unit_rating.reset();
  const ConversionStage divided(config, Watts(3e6));
  REQUIRE(divided.unit_rating().si() == Approx(5e5));
}

TEST_CASE("conversion stage: published points are met, and the loss stays between them") {
  const auto titanium = published({{"0.1", 0.90}, {"0.2", 0.94}, {"0.5", 0.96}, {"1", 0.91}});
  const ConversionStage stage(titanium, Watts(3000));
  REQUIRE(efficiency_at(stage, 0.1) == Approx(0.90).epsilon(1e-12));
  REQUIRE(efficiency_at(stage, 0.2) == Approx(0.94).epsilon(1e-12));
  REQUIRE(efficiency_at(stage, 0.5) == Approx(0.96).epsilon(1e-12));
  REQUIRE(efficiency_at(stage, 1.0) == Approx(0.91).epsilon(1e-12));
  // Losses over the rating: 0.1 / 0.9 - 0.1 = 0.0111111 at 0.1, 0.0127660 at 0.2. Their line is at
  // 0.0094563 without load.
  REQUIRE(stage.loss(Watts(0)).si() == Approx(3000 * 0.0094563).epsilon(1e-4));
  Watts last(0);
  for (double load_w = 0; load_w < 4000; load_w += 1) {
    REQUIRE(stage.loss(Watts(load_w)) >= last);
    last = stage.loss(Watts(load_w));
  }
}

TEST_CASE("conversion stage: the monotone cubic by hand") {
  // Losses 0 (their line would be below), 0.01 and 0.04 at 0, 0.5 and 1: rises of 0.02 and 0.06.
  // Slopes: harmonic mean 0.03 in the middle, (3 x 0.06 - 0.02) / 2 = 0.08 at the end.
  const ConversionStage stage(published({{"0.5", 0.5 / 0.51}, {"1", 1 / 1.04}}), Watts(1000));
  REQUIRE(stage.loss(Watts(0)) == Watts(0));
  // Half way: the mean less the width over eight times the difference of the slopes,
  // 0.025 - 0.5 / 8 x 0.05 = 0.021875; the square law 0.04 x^2 has 0.0225 there.
  REQUIRE(stage.loss(Watts(750)).si() == Approx(21.875));
  REQUIRE(stage.loss(Watts(1100)).si() == Approx(40 + 0.08 * 100));  // the tangent
}

TEST_CASE("conversion stage: one point is a constant efficiency, two equal ones as well") {
  for (const auto& points : {std::map<std::string, double>{{"1", 0.96}},
                             std::map<std::string, double>{{"0.5", 0.96}, {"1", 0.96}}}) {
    const ConversionStage stage(published(points), Watts(1000));
    for (const double share : {0.01, 0.3, 0.5, 0.8, 1.5}) {
      REQUIRE(efficiency_at(stage, share) == Approx(0.96).epsilon(1e-12));
    }
  }
}

TEST_CASE("conversion stage: published points that contradict themselves") {
  const auto found = [](const std::map<std::string, double>& points) {
    const auto problems = contradictions(published(points), "ups");
    return problems.empty() ? std::string() : problems.front();
  };
  REQUIRE(found({{"0.5", 0.96}, {"1", 0.95}}).empty());
  REQUIRE(found({{"half", 0.96}}) ==
          "ups.efficiency: the key \"half\" is no load share: use a number above 0 and up to 2");
  REQUIRE(found({{"0", 0.96}}).find("no load share") != std::string::npos);
  REQUIRE(found({{"0.5", 1.01}}).find("or the stage would make energy") != std::string::npos);
  REQUIRE(found({{"0.5", 0.0}}).find("above 0") != std::string::npos);
  REQUIRE(found({{"0.5", 0.96}, {"0.50", 0.95}}).find("given twice") != std::string::npos);
  // A loss of 0.467 at a fifth and 0.02 at a half falls by 0.447; 0.33 x 0.3 = 0.099 may be.
  REQUIRE(
      found({{"0.2", 0.3}, {"0.5", 0.96}}) ==
      "ups.efficiency: between loads of 0.2 and 0.5 the loss falls so fast that more load could "
      "draw less: lower the efficiency at 0.5 to 0.5762 at most");
}

TEST_CASE("conversion stage: ratings and curves that contradict each other, all at once") {
  auto config = published({{"1", 0.96}});
  config.square = 0.01;
  config.rating = Watts(4e6);
  config.unit_rating = Watts(1e6);
  config.units = 3;
  const auto problems = contradictions(config, "ups");
  REQUIRE(problems.size() == 2);
  REQUIRE(problems[0].find("say the loss twice") != std::string::npos);
  REQUIRE(
      problems[1] ==
      "ups: 3 units of unit_rating 1e+06 W carry 3e+06 W, less than the rating of 4e+06 W: raise "
      "units to 4, or unit_rating to 1.33333e+06 W, or leave one of the three out");
}

TEST_CASE("conversion stage: no entry of the catalogue contradicts itself or beats 100 %") {
  const EmbeddedTables tables;
  for (const auto& id : tables.ids("power_stages")) {
    INFO(id);
    const auto config = power_stage(id);
    REQUIRE(contradictions(config, id).empty());
    const ConversionStage stage(config, Watts(1e5));
    Watts drawn(0);
    for (double share = 0; share < 1.5; share += 0.01) {
      const Watts output = share * stage.rating();
      REQUIRE(stage.loss(output) >= Watts(0));
      REQUIRE(output + stage.loss(output) >= drawn);
      drawn = output + stage.loss(output);
    }
    REQUIRE(efficiency_at(stage, 0.5) > 0.85);
  }
}

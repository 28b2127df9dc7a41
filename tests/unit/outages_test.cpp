// SPDX-License-Identifier: Apache-2.0
#include "models/energy/outages.hpp"

#include "tests/energy_site.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

TEST_CASE("outages: scheduled ones by span or by date, in order") {
  ScheduledOutagesConfig config;
  config.outages["storm"].date = "2024-01-02T06:30";
  config.outages["storm"].duration = Seconds(7200);
  config.outages["drill"].at = Seconds(600);
  config.outages["drill"].duration = Seconds(60);
  ScheduledOutages outages(config);
  opened_at_new_year()(outages, "outages");
  const auto drill = outages.next();
  REQUIRE(drill->begin == at_s(600));
  REQUIRE(drill->end == at_s(660));
  const auto storm = outages.next();
  REQUIRE(storm->begin == at_s(86400 + 6.5 * 3600));
  REQUIRE(storm->end == at_s(86400 + 8.5 * 3600));
  REQUIRE_FALSE(outages.next());
}

TEST_CASE("outages: what is no schedule is told") {
  ScheduledOutagesConfig config;
  config.outages["both"].at = Seconds(1);
  config.outages["both"].date = "2024-01-02T06:30";
  config.outages["bad"].date = "2024-02-30T06:30";
  REQUIRE_THROWS_WITH(ScheduledOutages(config),
                      Catch::Contains("\"2024-02-30T06:30\" is no date") &&
                          Catch::Contains("outages/both: give either"));
  config.outages.clear();
  config.outages["a"].at = Seconds(0);
  config.outages["a"].duration = Seconds(100);
  config.outages["b"] = config.outages["a"];
  config.outages["b"].at = Seconds(50);
  ScheduledOutages overlapping(config);
  REQUIRE_THROWS_WITH(opened_at_new_year()(overlapping, "outages"), Catch::Contains("join them"));
}

TEST_CASE("outages: random ones have their rate and mean, and come again with the seed") {
  RandomOutagesConfig config;
  config.per_year = 10;
  config.mean_duration = Seconds(3600);
  const auto drawn = [&config](std::uint64_t seed) {
    RandomOutages outages(config);
    opened_at_new_year(seed)(outages, "outages");
    std::vector<GridOutage> all;
    for (int i = 0; i < 20000; ++i) {
      all.push_back(*outages.next());
    }
    return all;
  };
  const auto all = drawn(7);
  double away_s = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    REQUIRE(all[i].begin < all[i].end);
    REQUIRE((i == 0 || all[i - 1].end < all[i].begin));
    away_s += (all[i].end - all[i].begin).seconds();
  }
  REQUIRE(away_s / 20000 == Approx(3600).epsilon(0.03));
  // Between them 36.5 days, and the outage itself.
  REQUIRE(all.back().end.seconds() / 20000 == Approx(36.5 * 86400 + 3600).epsilon(0.03));
  REQUIRE(drawn(7).front().begin == all.front().begin);
  REQUIRE(drawn(8).front().begin != all.front().begin);
  config.per_year = 0;
  RandomOutages never(config);
  opened_at_new_year()(never, "outages");
  REQUIRE_FALSE(never.next());
}

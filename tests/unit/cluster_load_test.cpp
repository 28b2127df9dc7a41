// SPDX-License-Identifier: Apache-2.0
#include "models/load/constant_load.hpp"
#include "models/load/daily_load.hpp"
#include "models/load/file_load.hpp"
#include "models/load/no_load.hpp"
#include "tests/utility_rates.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;

namespace {

SiteInputs site(const Calendar& calendar, SiteData data = {}) {
  SiteInputs inputs;
  inputs.calendar = calendar;
  inputs.data = std::move(data);
  return inputs;
}

Instant at_hour(double hour) { return Instant(hours(hour)); }

}  // namespace

// 1 January 2024 is a Monday.
TEST_CASE("load daily: hours hold until the next one given, weekends apart, times the month") {
  DailyLoadConfig config;
  config.by_hour = {{"8", 0.8}, {"20", 0.4}};
  config.weekend = {{"0", 0.2}};
  config.by_month = {{"1", 0.5}, {"7", 1}};
  DailyLoad load(config);
  load.open(site(calendar_from(2024, 1)));
  REQUIRE(load.utilization(at_hour(0)) == Approx(0.2));  // what 20 o'clock says, halved
  REQUIRE(load.utilization(at_hour(8)) == Approx(0.4));
  REQUIRE(load.utilization(at_hour(19.99)) == Approx(0.4));
  REQUIRE(load.utilization(at_hour(20)) == Approx(0.2));
  REQUIRE(load.utilization(at_hour(5 * 24 + 12)) == Approx(0.1));
  REQUIRE(load.utilization(at_hour(182 * 24 + 8)) == Approx(0.8));  // Monday, 1 July
  REQUIRE(load.holds_until(at_hour(8.5)) == at_hour(9));
}

TEST_CASE("load daily: keys and factors that make no sense are told") {
  DailyLoadConfig config;
  REQUIRE_THROWS_WITH(DailyLoad(config), Catch::Contains("no hour is given"));
  config.by_hour = {{"24", 0.5}};
  REQUIRE_THROWS_WITH(DailyLoad(config),
                      "by_hour: the key \"24\" is not a whole number from 0 to 23, given once");
  config.by_hour = {{"8", 0.5}, {"08", 0.6}};
  REQUIRE_THROWS_WITH(DailyLoad(config), Catch::Contains("given once"));
  config.by_hour = {{"0", 0.5}};
  config.by_month = {{"3", 2.5}};
  REQUIRE_THROWS_WITH(
      DailyLoad(config),
      "by_month: factor 2.5 on utilization 0.5 is more than full load; at most 2 fits");
}

TEST_CASE("load constant, none, and from a file") {
  const ConstantLoad constant({0.7});
  REQUIRE(constant.utilization(at_hour(5)) == 0.7);
  REQUIRE(!constant.holds_until(at_hour(5)));
  REQUIRE(NoLoad(NoLoadConfig{}).utilization(at_hour(5)) == 0);
  std::vector<double> shares(AnnualSeries::hours, 0.3);
  shares[1] = 0.9;
  FileLoad file({"load.csv", "auto"});
  REQUIRE(file.data_file()->kind == DataKind::Fraction);
  file.open(site(calendar_from(2024, 1), AnnualSeries(1, shares)));
  REQUIRE(file.utilization(at_hour(1.5)) == 0.9);
  REQUIRE(file.utilization(at_hour(2)) == 0.3);
  REQUIRE(file.holds_until(at_hour(1.5)) == at_hour(2));
}

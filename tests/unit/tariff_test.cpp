// SPDX-License-Identifier: Apache-2.0
// Tariffs as configured: who covers which hour, prices and until when they hold.
#include "models/energy/china_two_part_tariff.hpp"
#include "models/energy/real_time_tariff.hpp"
#include "models/energy/time_of_use_tariff.hpp"
#include "models/energy/urdb_tariff.hpp"
#include "tests/utility_rates.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;

namespace {

SiteInputs site(const Calendar& calendar, SiteData data = {}) {
  SiteInputs inputs;
  inputs.calendar = calendar;
  inputs.path = "sites/a/energy/grid/tariff";
  inputs.data = std::move(data);
  return inputs;
}

Instant at_hour(double hour) { return Instant(hours(hour)); }

TimeOfUsePeriod period(double usd_per_kwh, std::string hours, TariffDays days = TariffDays::All,
                       std::string months = "1-12") {
  return {DollarsPerJoule(usd_per_kwh / kwh), {}, std::move(hours), std::move(months), days};
}

/// Peak 8-11 and 18-21 on weekdays, valley 22-6 always, flat the rest.
TimeOfUseConfig three_periods() {
  TimeOfUseConfig config;
  config.periods["peak"] = period(0.3, "8-11,18-21", TariffDays::Weekday);
  config.periods["valley"] = period(0.1, "22-6");
  config.periods["flat"] = period(0.2, "6-8, 11-18, 21-22", TariffDays::Weekday);
  config.periods["flat_weekend"] = period(0.2, "6-22", TariffDays::Weekend);
  return config;
}

double usd_per_kwh(DollarsPerJoule price) { return price.si() * kwh; }

}  // namespace

// 1 January 2024 is a Monday; Saturday begins after 120 h.
TEST_CASE("time_of_use: prices and until when they hold") {
  TimeOfUseTariff tariff(three_periods());
  tariff.open(site(calendar_from(2024, 1)));
  const auto price = [&](double hour) { return usd_per_kwh(tariff.energy_price(at_hour(hour))); };
  REQUIRE(price(0) == Approx(0.1));
  REQUIRE(price(6) == Approx(0.2));
  REQUIRE(price(8.5) == Approx(0.3));
  REQUIRE(price(23.9) == Approx(0.1));
  REQUIRE(price(120 + 9) == Approx(0.2));
  REQUIRE(tariff.holds_until(at_hour(8.5)) == at_hour(11));
  REQUIRE(tariff.holds_until(at_hour(22)) == at_hour(24));  // at most until midnight
  REQUIRE(tariff.holds_until(at_hour(120 + 6)) == at_hour(120 + 22));
  REQUIRE(tariff.export_price(at_hour(8)) == DollarsPerJoule(0));
}

TEST_CASE("time_of_use: a single period holds for good") {
  TimeOfUseConfig config;
  config.periods["all"] = period(0.1, "0-24");
  const TimeOfUseTariff tariff(config);
  REQUIRE(!tariff.holds_until(Instant()));
}

TEST_CASE("time_of_use: hours not covered, or twice, are told by name") {
  auto config = three_periods();
  config.periods.erase("flat_weekend");
  REQUIRE_THROWS_WITH(TimeOfUseTariff(config),
                      "time_of_use: periods: hours 6-22 of every weekend in months "
                      "1,2,3,4,5,6,7,8,9,10,11,12 are not covered");
  config = three_periods();
  config.periods["summer"] = period(0.5, "10-12", TariffDays::Weekday, "7-8");
  REQUIRE_THROWS_WITH(
      TimeOfUseTariff(config),
      "time_of_use: periods: hours 10-12 of every weekday in months 7,8 are covered "
      "twice, by flat and summer; peak and summer");
  config = three_periods();
  config.periods["peak"].hours = "8-11,10-12";
  config.periods["flat"].months = "0-12";
  const std::string wrong =
      "time_of_use: periods: flat: months \"0-12\" are not like \"1-3,12\", "
      "from 1 to 12, none twice; peak: hours \"8-11,10-12\" are not like "
      "\"8-11,18-21\", from 0 to 24, none twice";
  REQUIRE_THROWS_WITH(TimeOfUseTariff(config), wrong);
  for (const char* hours : {"", "8", "8-8", "25-3", "8-11,", "8:30-11", "-1-3", "8-25", "a-b"}) {
    config = three_periods();
    config.periods["peak"].hours = hours;
    REQUIRE_THROWS_WITH(TimeOfUseTariff(config), Catch::Contains("peak: hours"));
  }
}

TEST_CASE("time_of_use: months over the new year") {
  TimeOfUseConfig config;
  config.periods["winter"] = period(0.3, "0-24", TariffDays::All, "11-2");
  config.periods["rest"] = period(0.1, "0-24", TariffDays::All, "3-10");
  TimeOfUseTariff tariff(config);
  tariff.open(site(calendar_from(2024, 2, 29)));
  REQUIRE(usd_per_kwh(tariff.energy_price(Instant())) == Approx(0.3));
  REQUIRE(usd_per_kwh(tariff.energy_price(at_hour(24))) == Approx(0.1));
}

// June at 1 MW: 720 MWh x 0.1; 10 USD/kW flat and 5 USD/kW in peak hours; 2 MW contracted at 3.
TEST_CASE("time_of_use: monthly charges") {
  TimeOfUseConfig config;
  config.periods["all"] = period(0.1, "0-24");
  config.charges.demand = DollarsPerWatt(0.01);
  config.charges.demand_periods["peak"] = {.price = DollarsPerWatt(0.005), .hours = "8-20"};
  config.charges.capacity = DollarsPerWatt(0.003);
  config.charges.contracted = Watts(2e6);
  config.charges.fixed = Dollars(100);
  TimeOfUseTariff tariff(config);
  tariff.open(site(calendar_from(2024, 6)));
  const auto meter = tariff.open_bill();
  meter->meter(Instant(), hours(720), Watts(1e6), Watts(0));
  REQUIRE(meter->due().energy.si() == Approx(72000));
  REQUIRE(meter->due().demand.si() == Approx(15000));
  REQUIRE(meter->due().fixed.si() == Approx(6100));
}

TEST_CASE("tariff charges: contradictions are told") {
  TimeOfUseConfig config;
  config.periods["all"] = period(0.1, "0-24");
  config.charges.ratchet = 0.8;
  REQUIRE_THROWS_WITH(TimeOfUseTariff(config),
                      "time_of_use: charges: ratchet 0.8 without a demand price; add \"demand\"");
  config.charges.demand = DollarsPerWatt(0.01);
  config.charges.demand_window = Seconds(2400);
  REQUIRE_THROWS_WITH(
      TimeOfUseTariff(config),
      "time_of_use: demand_window of 2400 s does not divide an hour; 15 min is usual");
  config.charges.demand_window = Seconds(900);
  config.charges.capacity = DollarsPerWatt(0.003);
  REQUIRE_THROWS_WITH(TimeOfUseTariff(config), Catch::Contains("contracted is not given"));
}

// 0.30 x 1.6 + 0.15 in peak hours; 36 CNY/kW x 0.9 of the highest power.
TEST_CASE("china_two_part: the market part floats, demand or transformer is the basic charge") {
  ChinaTwoPartConfig config;
  config.floating_price = DollarsPerJoule(0.30 / kwh);
  config.fixed_price = DollarsPerJoule(0.15 / kwh);
  config.periods["peak"] = {1.6, "10-12,14-19"};
  config.periods["flat"] = {1, "8-10,12-14,19-24"};
  config.periods["valley"] = {0.4, "0-8"};
  config.demand_price = DollarsPerWatt(0.036);
  ChinaTwoPartTariff demand(config);
  demand.open(site(calendar_from(2024, 6)));
  REQUIRE(usd_per_kwh(demand.energy_price(at_hour(11))) == Approx(0.63));
  REQUIRE(usd_per_kwh(demand.energy_price(at_hour(3))) == Approx(0.27));
  auto meter = demand.open_bill();
  meter->meter(Instant(), hours(24), Watts(1e6), Watts(0));  // 7 peak, 9 flat, 8 valley hours
  REQUIRE(meter->due().energy.si() == Approx(1000 * (7 * 0.63 + 9 * 0.45 + 8 * 0.27)));
  REQUIRE(meter->due().demand.si() == Approx(36000 * 0.9 / 30));
  config.basic_charge = BasicCharge::Capacity;
  REQUIRE_THROWS_WITH(ChinaTwoPartTariff(config), Catch::Contains("give \"transformer\""));
  config.transformer = Watts(2e6);
  config.capacity_price = DollarsPerWatt(0.023);
  ChinaTwoPartTariff capacity(config);
  capacity.open(site(calendar_from(2024, 6)));
  meter = capacity.open_bill();
  meter->meter(Instant(), hours(720), Watts(1e6), Watts(0));
  REQUIRE(meter->due().fixed.si() == Approx(46000));
  REQUIRE(meter->due().demand == Dollars(0));
}

TEST_CASE("real_time: the hour's price and an adder, negative prices included") {
  RealTimeConfig config;
  config.path = "prices.csv";
  config.adder = DollarsPerJoule(0.02 / kwh);
  config.export_share = 0.8;
  std::vector<double> prices(AnnualSeries::hours, 0.1 / kwh);
  prices[1] = -0.05 / kwh;
  RealTimeTariff tariff(config);
  REQUIRE(tariff.data_file()->kind == DataKind::Price);
  tariff.open(site(calendar_from(2024, 1), AnnualSeries(1, prices)));
  REQUIRE(usd_per_kwh(tariff.energy_price(at_hour(0.5))) == Approx(0.12));
  REQUIRE(usd_per_kwh(tariff.energy_price(at_hour(1.5))) == Approx(-0.03));
  REQUIRE(usd_per_kwh(tariff.export_price(at_hour(1.5))) == Approx(-0.04));
  REQUIRE(tariff.holds_until(at_hour(1.5)) == at_hour(2));
  const auto meter = tariff.open_bill();
  meter->meter(Instant(), hours(2), Watts(1e6), Watts(0));
  REQUIRE(meter->due().energy.si() == Approx(120 - 30));
}

TEST_CASE("real_time: made-up prices have the grid's mean, and come from one place") {
  RealTimeConfig config;
  REQUIRE_THROWS_WITH(RealTimeTariff(config), Catch::Contains("no prices"));
  config.grid.emplace();
  config.grid->name = "here";
  REQUIRE_THROWS_WITH(RealTimeTariff(config), Catch::Contains("has no \"price\""));
  config.grid->price.emplace().mean = DollarsPerJoule(0.04 / kwh);
  config.grid->price->shape.noise = 0.3;
  RealTimeTariff tariff(config);
  REQUIRE(!tariff.data_file());
  tariff.open(site(calendar_from(2024, 1)));
  const auto meter = tariff.open_bill();
  meter->meter(Instant(), hours(8784), Watts(1e6), Watts(0));
  REQUIRE(meter->due().energy.si() == Approx(8784e3 * 0.04));
  REQUIRE(tariff.energy_price(at_hour(1)) != tariff.energy_price(at_hour(2)));
  config.path = "prices.csv";
  REQUIRE_THROWS_WITH(RealTimeTariff(config), Catch::Contains("one of them"));
}

TEST_CASE("urdb: a rate read from a file, checked before it is used") {
  UrdbTariff tariff({"gs2.json", "auto"});
  REQUIRE(tariff.data_file()->kind == DataKind::UtilityRate);
  tariff.open(site(calendar_from(2015, 7), sce_gs2_toub()));
  REQUIRE(usd_per_kwh(tariff.energy_price(at_hour(13))) == Approx(0.1355));  // a Wednesday
  const auto meter = tariff.open_bill();
  meter->meter(Instant(), hours(744), Watts(100e3), Watts(0));
  REQUIRE(meter->due().total().si() == Approx(10263.316));
  auto broken = sce_gs2_toub();
  broken.energy_weekend[3][4] = 7;
  REQUIRE_THROWS_WITH(tariff.open(site(Calendar(), broken)),
                      "urdb: gs2.json: energy on weekends names period 7 of 5");
}

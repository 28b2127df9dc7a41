// SPDX-License-Identifier: Apache-2.0
// Tariffs of the Utility Rate Database: what each field becomes, and what unsound ones are told.
#include <fmt/format.h>

#include <cmath>
#include <string>

#include "tests/unit/site_contents.hpp"

namespace tokenfab {
namespace {

using Catch::Matchers::Contains;

/// A 12 x 24 table of one period, but for one month and hour.
std::string schedule(int usual, int month = 0, int hour = 0, int other = -1) {
  std::string text = "[";
  for (int m = 0; m < 12; ++m) {
    text += m ? ",[" : "[";
    for (int h = 0; h < 24; ++h) {
      const int period = m == month && h == hour && other >= 0 ? other : usual;
      text += fmt::format("{}{}", h ? "," : "", period);
    }
    text += "]";
  }
  return text + "]";
}

const std::string two_periods =
    R"("energyratestructure": [[{"rate": 0.10, "adj": 0.02, "sell": 0.03, "unit": "kWh"}],
       [{"rate": 0.08, "max": 2000}, {"rate": -0.01}]],
       "energyweekdayschedule": )" +
    schedule(0, 6, 14, 1) + R"(, "energyweekendschedule": )" + schedule(0);

std::string record(const std::string& more = "", const std::string& energy = two_periods) {
  return "{" + energy + (more.empty() ? "" : ", " + more) + "}";
}

UtilityRate rate_of(const std::string& text) {
  return read_site_as<UtilityRate>(DataKind::UtilityRate, text);
}

std::vector<std::string> warnings_of(const std::string& text) {
  return read_site(DataKind::UtilityRate, text).warnings;
}

std::string error_of(const std::string& text) { return site_error(DataKind::UtilityRate, text); }

std::string twelve(const std::string& value) {
  std::string text = "[" + value;
  for (int i = 1; i < 12; ++i) {
    text += "," + value;
  }
  return text + "]";
}

}  // namespace

TEST_CASE("urdb: energy prices by period and tier, with adjustments and selling") {
  const auto rate = rate_of(record(R"("utility": "U", "name": "N")"));
  CHECK(rate.name == "U: N");
  REQUIRE(rate.energy.size() == 2);
  CHECK(rate.energy[0][0].price.si() == Approx(0.12 / 3.6e6));
  CHECK(rate.energy[0][0].sell_price.si() == Approx(0.03 / 3.6e6));
  CHECK(std::isinf(rate.energy[0][0].most.si()));
  REQUIRE(rate.energy[1].size() == 2);
  CHECK(rate.energy[1][0].most.si() == Approx(7.2e9));
  CHECK(rate.energy[1][1].price.si() == Approx(-0.01 / 3.6e6));
  CHECK(std::isinf(rate.energy[1][1].most.si()));
  CHECK(rate.energy_weekday[6][14] == 1);
  CHECK(rate.energy_weekday[6][13] == 0);
  CHECK(rate.energy_weekend[6][14] == 0);
  CHECK(rate.demand.empty());
  CHECK(rate.flat_demand.empty());
  CHECK(rate.ratchet_months == 0);
  CHECK(rate.demand_window.si() == 900);
  CHECK(rate.fixed_per_month.si() == 0);
}

TEST_CASE("urdb: one period needs no table, and the service's answer holds one item") {
  const std::string flat = R"("energyratestructure": [[{"rate": 0.1}]])";
  const auto rate = rate_of("{\"items\": [" + record("", flat) + "]}");
  CHECK(rate.energy[0][0].price.si() == Approx(0.1 / 3.6e6));
  CHECK(rate.energy_weekday[11][23] == 0);
  CHECK_THAT(error_of("{\"items\": []}"), Contains("0 items, expected one tariff"));
  CHECK_THAT(error_of("{\"items\": [" + record() + "," + record() + "]}"),
             Contains("2 items, expected one tariff (ask the service for one label"));
  CHECK_THAT(error_of(R"({"error": {"code": "API_KEY_MISSING"}})"),
             Contains("the service answered with an error: \"{\"code\":\"API_KEY_MISSING\"}\""));
}

TEST_CASE("urdb: demand by time of day and flat, with its window") {
  const auto rate =
      rate_of(record(R"("demandratestructure": [[{"rate": 0}], [{"rate": 5, "adj": 0.3, "max": 100},
                {"rate": 4}]], "demandrateunit": "kW", "demandwindow": 30,
                "demandweekdayschedule": )" +
                     schedule(0, 1, 2, 1) + R"(, "demandweekendschedule": )" + schedule(1) +
                     R"(, "flatdemandstructure": [[{"rate": 13.2}], [{"rate": 2}]],
                "flatdemandmonths": [0,0,0,0,0,1,1,1,0,0,0,0])"));
  REQUIRE(rate.demand.size() == 2);
  CHECK(rate.demand[1][0].price.si() == Approx(5.3e-3));
  CHECK(rate.demand[1][0].most.si() == 1e5);
  CHECK(rate.demand[1][1].price.si() == Approx(4e-3));
  CHECK(rate.demand_weekday[1][2] == 1);
  CHECK(rate.demand_weekday[1][3] == 0);
  CHECK(rate.demand_weekend[0][0] == 1);
  CHECK(rate.demand_window.si() == 1800);
  REQUIRE(rate.flat_demand.size() == 2);
  CHECK(rate.flat_demand[0][0].price.si() == Approx(13.2e-3));
  CHECK(rate.flat_demand_season[5] == 1);
  CHECK(rate.flat_demand_season[8] == 0);
}

TEST_CASE("urdb: ratchets in both of its forms") {
  const auto monthly = rate_of(record("\"demandratchetpercentage\": " + twelve("0.35")));
  CHECK(monthly.ratchet[0] == 0.35);
  CHECK(monthly.ratchet_looks_at[11]);
  CHECK(monthly.ratchet_months == 11);
  const auto range = rate_of(record(R"("lookbackPercent": 0.8, "lookbackRange": 6)"));
  CHECK(range.ratchet[5] == 0.8);
  CHECK(range.ratchet_months == 6);
  const auto months =
      rate_of(record(R"("lookbackPercent": 0.9, "lookbackRange": 0, "lookbackMonths":
                [false,0,0,0,0,true,1,1,0,0,0,0])"));
  CHECK(months.ratchet_months == 11);
  CHECK(months.ratchet_looks_at[5]);
  CHECK_FALSE(months.ratchet_looks_at[0]);
  CHECK(rate_of(record("\"demandratchetpercentage\": " + twelve("0"))).ratchet_months == 0);
  const auto percent = record("\"demandratchetpercentage\": " + twelve("85"));
  CHECK(rate_of(percent).ratchet[3] == 0.85);
  CHECK_THAT(warnings_of(percent).at(0),
             Contains("demandratchetpercentage goes beyond 1 and is taken as percent"));
  CHECK_THAT(warnings_of(record(R"("lookbackPercent": 0.5)")).at(0),
             Contains("lookbackpercent without range or months looks 11 months back"));
  CHECK_THAT(
      error_of(record("\"lookbackPercent\": 0.5, \"demandratchetpercentage\": " + twelve("0.5"))),
      Contains("/lookbackpercent: another ratchet besides demandratchetpercentage"));
  CHECK_THAT(error_of(record(R"("lookbackPercent": 101)")),
             Contains("/lookbackpercent: \"101.0\", expected a number from 0 to 100") ||
                 Contains("/lookbackpercent: \"101\", expected a number from 0 to 100"));
  CHECK_THAT(error_of(record(R"("demandratchetpercentage": [0.5, 0.5])")),
             Contains("/demandratchetpercentage: 2 elements, expected 12"));
  CHECK_THAT(error_of(record("\"lookbackPercent\": 0.9, \"lookbackRange\": 3, \"lookbackMonths\":" +
                             twelve("1"))),
             Contains("/lookbackrange: both lookbackrange and lookbackmonths"));
}

TEST_CASE("urdb: fixed and minimum charges by month, day and year") {
  const auto fixed = [](const std::string& units) {
    return rate_of(record(R"("fixedchargefirstmeter": 12, "fixedchargeunits": ")" + units + "\""))
        .fixed_per_month.si();
  };
  CHECK(fixed("$/month") == 12);
  CHECK(fixed("$/day") == Approx(365));
  CHECK(fixed("$/year") == Approx(1));
  CHECK(rate_of(record("\"fixedmonthlycharge\": 259.2")).fixed_per_month.si() == 259.2);
  CHECK(rate_of(record("\"mincharge\": 30")).minimum_per_month.si() == 30);
  const auto yearly = record(R"("mincharge": 120, "minchargeunits": "$/year")");
  CHECK(rate_of(yearly).minimum_per_month.si() == Approx(10));
  CHECK_THAT(warnings_of(yearly).at(0), Contains("applied as a twelfth in each month"));
  CHECK_THAT(error_of(record(R"("fixedchargefirstmeter": 12, "fixedchargeunits": "EUR/month")")),
             Contains("/fixedchargeunits: \"EUR/month\", expected $/month, $/day or $/year"));
}

TEST_CASE("urdb: fuel adjustments make periods of their own") {
  const auto rate =
      rate_of(record(R"("fueladjustmentsmonthly": [0,0,0,0,0,0,0.005,0,0,0,0,0.001])"));
  const auto price = [&](int month, int hour) {
    const auto period =
        rate.energy_weekday.at(static_cast<std::size_t>(month)).at(static_cast<std::size_t>(hour));
    return rate.energy.at(period)[0].price.si() * 3.6e6;
  };
  CHECK(price(0, 0) == Approx(0.12));
  CHECK(price(6, 0) == Approx(0.125));
  CHECK(price(6, 14) == Approx(0.085));
  CHECK(price(11, 0) == Approx(0.121));
  CHECK(rate.energy.size() == 4);
  CHECK(rate.energy[rate.energy_weekday[6][14]].size() == 2);
}

TEST_CASE("urdb: tables of the wrong shape and periods that are not there") {
  const auto energy = [](const std::string& weekday) {
    return record("", R"("energyratestructure": [[{"rate": 1}], [{"rate": 2}]],
                         "energyweekdayschedule": )" +
                          weekday + ", \"energyweekendschedule\": " + schedule(0));
  };
  CHECK(error_of(energy(schedule(1))).empty());
  CHECK_THAT(error_of(energy(schedule(2))),
             Contains("t.csv: /energyweekdayschedule/0: period 2 is named, but there are 2 (from "
                      "0)"));
  CHECK_THAT(error_of(energy(schedule(0, 3, 4, 7))),
             Contains("/energyweekdayschedule/3: period 7 is named"));
  auto long_row = schedule(0);
  long_row.insert(long_row.find("]"), ",0");
  CHECK_THAT(error_of(energy(long_row)),
             Contains("/energyweekdayschedule/0: 25 columns, expected 12 lists (months) of 24 "
                      "numbers (hours)"));
  auto months_13 = schedule(0);
  months_13.insert(months_13.size() - 1, ",[0]");
  CHECK_THAT(error_of(energy(months_13)), Contains("/energyweekdayschedule: 13 rows, expected 12"));
  CHECK_THAT(error_of(energy("[[0,0,0,0,0,0,0,0,0,0,0,0,0]]")), Contains("1 rows, expected 12"));
  CHECK_THAT(error_of(energy("null")),
             Contains("/energyweekdayschedule: missing; it says when each of 2 periods holds"));
  for (const char* value : {"-1", "0.5", "\"0\"", "true", "[0]", "1e30"}) {
    INFO(value);
    auto odd = schedule(0);
    odd.replace(odd.find('0'), 1, value);
    CHECK_THAT(error_of(energy(odd)), Contains("/energyweekdayschedule/0: "));
  }
  CHECK_THAT(error_of(record(R"("flatdemandstructure": [[{"rate": 1}]],
                                "flatdemandmonths": [0,0,0,0,0,0,0,0,0,0,1,0])")),
             Contains("/flatdemandmonths: period 1 is named, but there are 1"));
  CHECK_THAT(error_of(record(R"("flatdemandstructure": [[{"rate": 1}]],
                                "flatdemandmonths": [0,0])")),
             Contains("/flatdemandmonths: 2 elements, expected 12"));
}

TEST_CASE("urdb: tiers rise, name known units and prices that are numbers") {
  const auto tiers = [](const std::string& text) {
    return error_of(record("", R"("energyratestructure": [[)" + text + "]]"));
  };
  CHECK(tiers(R"({"rate": 1, "max": 10}, {"rate": 2, "max": 20}, {"rate": 3})").empty());
  CHECK_THAT(tiers(R"({"rate": 1, "max": 20}, {"rate": 2, "max": 10}, {"rate": 3})"),
             Contains("/energyratestructure/0/1/max: 10 after 20 in the tier before, expected "
                      "rising limits"));
  CHECK_THAT(tiers(R"({"rate": 1}, {"rate": 2})"),
             Contains("/energyratestructure/0/1/max: inf after inf"));
  CHECK_THAT(warnings_of(record("", R"("energyratestructure": [[{"rate": 1, "max": 5}]])")).at(0),
             Contains("/energyratestructure/0: the price of the last tier holds beyond its max of "
                      "5 too"));
  CHECK_THAT(tiers(R"({"rate": 1, "max": 20, "unit": "kWh/kW"}, {"rate": 2})"),
             Contains("/energyratestructure/0/0/unit: limits in \"kWh/kW\" are not modelled, "
                      "expected \"kWh\""));
  CHECK_THAT(tiers(R"({"rate": "0.1"})"),
             Contains("/energyratestructure/0/0/rate: \"\"0.1\"\", expected a number"));
  CHECK_THAT(tiers(R"({"max": 3})"), Contains("/energyratestructure/0/0/rate: missing"));
  CHECK_THAT(tiers("5"), Contains("/energyratestructure/0/0: \"5\", expected an object"));
  CHECK_THAT(error_of(record("", R"("energyratestructure": [[]])")),
             Contains("/energyratestructure/0: a list, expected a list of 1 to 100 tiers"));
  CHECK_THAT(error_of(record("", R"("energyratestructure": [])")), Contains("no energy prices"));
  CHECK_THAT(error_of("{}"), Contains("t.csv: /energyratestructure: no energy prices"));
  CHECK_THAT(error_of(record(R"("demandratestructure": [[{"rate": 1}]],
                                "demandrateunit": "kVA")")),
             Contains("/demandrateunit: demand in \"kVA\" is not modelled, expected kW"));
  CHECK_THAT(error_of(record(R"("flatdemandstructure": [[{"rate": 1}]],
                                "flatdemandunit": "kW daily")")),
             Contains("/flatdemandunit: demand in \"kW daily\" is not modelled, expected kW"));
  CHECK_THAT(error_of(record(R"("demandwindow": 0)")),
             Contains("/demandwindow: ") && Contains("expected a number from 1 to 1440"));
}

TEST_CASE("urdb: names that come twice and text that is no JSON") {
  CHECK_THAT(error_of(record(R"("mincharge": 1, "mincharge": 2)")),
             Contains("t.csv: \"mincharge\" is there twice"));
  CHECK_THAT(error_of(record("", R"("energyratestructure": [[{"rate": 1, "Rate": 2}]])")),
             Contains("/energyratestructure/0/0: \"Rate\" is there twice"));
  for (const char* text : {"{", "{\"a\": }", "{} {}", "{\"a\": \xff}"}) {
    INFO(text);
    CHECK_THAT(error_of(text), Contains("t.csv: no sound JSON: "));
  }
  CHECK_THAT(site_error(DataKind::UtilityRate, "[1]", {}, "urdb"),
             Contains("a list, expected an object with a URDB tariff"));
}

TEST_CASE("urdb: what a bill would lack is told") {
  const auto warnings = warnings_of(record(
      R"("coincidentratestructure": [[{"rate": 3}]], "demandreactivepowercharge": 2.7,
         "country": "DEU")"));
  REQUIRE(warnings.size() == 3);
  CHECK_THAT(warnings[0], Contains("t.csv: the charge for demand at the grid's peak"));
  CHECK_THAT(warnings[1], Contains("reactive power"));
  CHECK_THAT(warnings[2], Contains("a tariff of \"DEU\": its prices are taken as USD"));
}

}  // namespace tokenfab

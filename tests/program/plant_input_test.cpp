// SPDX-License-Identifier: Apache-2.0
// Bad input of sites and their plants: everything wrong is told at once, with its place and the
// nearest fix; what is legal but has no effect is a warning.
#include <catch2/catch.hpp>
#include <functional>

#include "tests/program/program.hpp"

namespace tokenfab::program {
namespace {

/// Ten nodes under a given load for six hours. `site`: further fields of the site.
std::string plant(const std::string& site = "", const std::string& energy = "",
                  const std::string& cluster = "") {
  return R"({
  "scenario_version": 1, "name": "plant", "start": "2025-01-01T00:00",
  "horizon": "6 h", "plant_interval": "5 min",
  "sites": {
    "s": {
)" + site +
         R"(
      "energy": {
)" + energy +
         R"(
        "grid": {
          "tariff": {"model": "flat", "price": "0.09 USD/kWh"},
          "carbon": {"model": "flat", "intensity": "370 g/kWh"}
        }
      },
      "clusters": {
        "c": {
          "node": {"use": "hgx-h100"}, "nodes": 10,
          "load": {"model": "constant", "utilization": 0.5}
)" + cluster +
         R"(
        }
      }
    }
  },
  "services": {}, "workloads": {}
}
)";
}

const std::string flat_tariff = R"({"model": "flat", "price": "0.09 USD/kWh"})";
const std::string file_weather = R"("weather": {"model": "file", "path": "w.epw"},)";

/// One line per hour of a year without 29 February; `line` gets month, day and hour.
std::string year_of(const std::function<std::string(int, int, int)>& line) {
  const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  std::string text;
  for (int month = 1; month <= 12; ++month) {
    for (int day = 1; day <= days[month - 1]; ++day) {
      for (int hour = 0; hour < 24; ++hour) {
        text += line(month, day, hour) + "\n";
      }
    }
  }
  return text;
}

std::string epw(const std::string& dry_bulb = "20.0") {
  return "LOCATION,Town,-,XXX,TMY,1,31.0,121.0,0.0,10.0\nA\nB\nC\nD\nE\nF\n"
         "DATA PERIODS,1,1,Data\n" +
         year_of([&](int month, int day, int hour) {
           return "2005," + std::to_string(month) + "," + std::to_string(day) + "," +
                  std::to_string(hour + 1) + ",60,?9," + dry_bulb +
                  ",10.0,50,101300,0,0,300,0,0,0,0,0,0,0,180,2.0,5,5,10,77777,9,999999999,0,0.1,0,"
                  "88,0,0,0";
         });
}

std::string prices(const std::string& column = "price_usd_per_mwh", const char* price = "30") {
  return "month,day,hour," + column + "\n" + year_of([&](int month, int day, int hour) {
           return std::to_string(month) + "," + std::to_string(day) + "," + std::to_string(hour) +
                  "," + price;
         });
}

/// The text without so many lines from a line on, which counts from 1.
std::string without_lines(const std::string& text, std::size_t first, std::size_t count) {
  std::size_t begin = 0;
  for (std::size_t line = 1; line < first; ++line) {
    begin = text.find('\n', begin) + 1;
  }
  auto end = begin;
  for (std::size_t line = 0; line < count; ++line) {
    end = text.find('\n', end) + 1;
  }
  return text.substr(0, begin) + text.substr(end);
}

std::string with_tariff(const std::string& tariff) {
  return replaced(plant(), flat_tariff, tariff);
}

void expect_warning(const Sandbox& sandbox, const std::string& text,
                    const std::vector<std::string>& words) {
  sandbox.write("scenario.json", text);
  const auto finished = sandbox.run({"validate", "scenario.json"});
  INFO(finished.err);
  REQUIRE(finished.code == ok);
  expect_words(finished.err, words);
}

TEST_CASE("plant input: EPW files with missing, double, short and odd rows") {
  const Sandbox sandbox;
  const auto refuse = [&](const std::string& file, const std::vector<std::string>& words) {
    sandbox.write("w.epw", file);
    expect_refused(sandbox, plant(file_weather), data_invalid, words);
  };
  refuse(without_lines(epw(), 101, 5),
         {"w.epw:100: after this row 5 h from 01-04 20:00 to 01-05 00:00 are missing",
          "\"fill_gaps\" of 5 h fills it linearly"});
  refuse(replaced(epw(), "180,2.0,5,5,10,77777,9,999999999,0,0.1,0,88,0,0,0\n", "\n"),
         {"w.epw:9: the row has 21 fields, expected 35"});
  refuse(replaced(epw(),
                  ",60,?9,20.0,10.0,50,101300,0,0,300,0,0,0,0,0,0,0,180,2.0,5,5,10,77777,"
                  "9,999999999,0,0.1,0,88,0,0,0\n",
                  ",60,?9,20.0,10.0,50,101300,0,0,300\n"),
         {"w.epw:9: the row has 13 fields, expected 35"});
  refuse(replaced(epw(), "2005,1,1,3,", "2005,1,1,2,"), {"w.epw:11:", "the date of line 10"});
  refuse(replaced(epw(), "2005,1,1,3,", "2005,13,1,3,"), {"w.epw:11:", "\"13\""});
  refuse(replaced(epw(), ",31.0,121.0,", ",131.0,121.0,"), {"w.epw:1: the latitude", "-90 to 90"});
  refuse(epw("68.0"), {"w.epw:9: dry_bulb_degc is \"68.0\", expected a number from -95 to 65"});
  refuse(epw("293.2"), {"dry_bulb_degc has no values"});
  refuse(epw().substr(0, 20000), {"expected a whole year of rows"});
  refuse("", {"w.epw: the file is empty"});
  refuse(prices(), {"unknown column \"price_usd_per_mwh\""});
}

TEST_CASE("plant input: gaps are filled where the scenario says so, a leap day always") {
  const Sandbox sandbox;
  sandbox.write("w.epw", without_lines(epw(), 101, 5));
  const auto with_gaps = replaced(file_weather, "\"w.epw\"", "\"w.epw\", \"fill_gaps\": \"5 h\"");
  expect_warning(sandbox, plant(with_gaps),
                 {"/sites/s/weather: ./w.epw: dry_bulb_degc: 5 of 8760 values were missing and are "
                  "filled linearly",
                  "no 29 February; its values are those of the 28th"});
  sandbox.write("p.csv", without_lines(prices(), 50, 3));
  const std::string tariff = R"({"model": "real_time", "path": "p.csv"})";
  expect_refused(sandbox, with_tariff(tariff), data_invalid,
                 {"p.csv:49: after this row 3 h", "\"fill_gaps\" of 3 h"});
  expect_warning(sandbox,
                 with_tariff(replaced(tariff, "\"p.csv\"", R"("p.csv", "fill_gaps": "3 h")")),
                 {"3 of 8760 values were missing"});
  sandbox.write("load.csv", without_lines(prices("fraction", "0.5"), 50, 1));
  const std::string load = R"({"model": "constant", "utilization": 0.5})";
  const auto of_file = [&](const std::string& more) {
    return replaced(plant(), load, R"({"model": "file", "path": "load.csv")" + more + "}");
  };
  expect_refused(sandbox, of_file(""), data_invalid, {"load.csv:49: after this row 1 h"});
  expect_warning(sandbox, of_file(R"(, "fill_gaps": "1 h")"), {"1 of 8760 values were missing"});
  const auto solar = [&](const std::string& more) {
    return plant("", R"("solar": {"model": "profile", "capacity": "1 MW", "path": "load.csv")" +
                         more + "},");
  };
  expect_refused(sandbox, solar(""), data_invalid, {"load.csv:49: after this row 1 h"});
  expect_warning(sandbox, solar(R"(, "fill_gaps": "1 h")"), {"1 of 8760 values were missing"});
}

TEST_CASE("plant input: files that are not there or not what they should be") {
  const Sandbox sandbox;
  sandbox.write("folder/x", "");
  const auto weather = [](const std::string& path) {
    return plant(replaced(file_weather, "w.epw", path));
  };
  expect_refused(sandbox, weather("gone.epw"), scenario_invalid,
                 {"scenario.json:6:", "/sites/s/weather/path: gone.epw: no such data file",
                  "put it beside the scenario or in a folder of TOKENFAB_DATA"});
  expect_refused(sandbox, weather("folder"), scenario_invalid,
                 {"/sites/s/weather/path: ", "folder: is a directory, expected a data file"});
  expect_refused(sandbox, weather("w.epw\", \"format\": \"ewp"), scenario_invalid,
                 {"/sites/s/weather/path"});
  sandbox.write("w.epw", epw());
  expect_refused(sandbox, weather("w.epw\", \"format\": \"ewp"), scenario_invalid,
                 {"unknown weather format \"ewp\"", "did you mean", "epw"});
}

TEST_CASE("plant input: prices may be negative, and need a currency with a rate") {
  const Sandbox sandbox;
  const auto text = with_tariff(R"({"model": "real_time", "path": "p.csv"})");
  sandbox.write("p.csv", prices("price_usd_per_mwh", "-30"));
  sandbox.write("scenario.json", text);
  REQUIRE(sandbox.run({"validate", "scenario.json"}).code == ok);
  sandbox.write("p.csv", prices("price_cny_per_kwh", "0.5"));
  expect_refused(sandbox, text, data_invalid,
                 {"p.csv:1: prices in \"CNY\", whose exchange rate is not known", "\"fx\""});
  sandbox.write("p.csv", prices("price_usd_per_gj"));
  expect_refused(sandbox, text, data_invalid,
                 {"p.csv:1:", "price_usd_per_gj", "(expected price_usd"});
  expect_refused(sandbox, with_tariff(R"({"model": "flat", "price": "0.5 CNY/kWh"})"),
                 scenario_invalid,
                 {"/sites/s/energy/grid/tariff/price", "the value of one CNY is not known", "fx"});
}

TEST_CASE("plant input: tariffs of the Utility Rate Database in the wrong shape") {
  const Sandbox sandbox;
  const auto text = with_tariff(R"({"model": "urdb", "path": "u.json"})");
  const auto rate = [](int months, int hours, const std::string& more = "") {
    std::string row = "[0";
    for (int i = 1; i < hours; ++i) {
      row += ",0";
    }
    std::string rows = row + "]";
    for (int i = 1; i < months; ++i) {
      rows += "," + row + "]";
    }
    return R"({"energyratestructure": [[{"rate": 0.1}]], "energyweekdayschedule": [)" + rows +
           R"(], "energyweekendschedule": [)" + rows + "]" + more + "}";
  };
  sandbox.write("u.json", rate(12, 24));
  sandbox.write("scenario.json", text);
  REQUIRE(sandbox.run({"validate", "scenario.json"}).code == ok);
  const auto refuse = [&](const std::string& file, const std::vector<std::string>& words) {
    sandbox.write("u.json", file);
    expect_refused(sandbox, text, data_invalid, words);
  };
  refuse(rate(12, 13), {"u.json: /energyweekdayschedule/0: 13 columns, expected 12 lists (months) "
                        "of 24 numbers (hours)",
                        "/energyweekendschedule/0"});
  refuse(rate(13, 24), {"u.json: /energyweekdayschedule: 13 rows"});
  refuse(replaced(rate(12, 24), "[0,", "[7,"), {"period 7 is named, but there are 1 (from 0)"});
  refuse(rate(12, 24, R"(, "demandrateunit": "kVA", "demandratestructure": [[{"rate": 5}]])"),
         {"/demandrateunit: demand in \"kVA\" is not modelled, expected kW"});
  refuse("{\"energy", {"u.json: no sound JSON"});
}

TEST_CASE("plant input: names that the catalogue does not have") {
  const Sandbox sandbox;
  const auto refuse = [&](const std::string& text, const std::vector<std::string>& words) {
    expect_refused(sandbox, text, scenario_invalid, words);
  };
  refuse(plant(R"("weather": {"model": "monthly", "climate": {"use": "guyang"}},)"),
         {"/sites/s/weather/climate/use", "catalogue of climates", "did you mean \"guiyang\"?"});
  refuse(with_tariff(R"({"use": "shangai"})"),
         {"/sites/s/energy/grid/tariff/use", "did you mean \"shanghai\"?"});
  refuse(replaced(plant(), R"({"model": "flat", "intensity": "370 g/kWh"})",
                  R"({"model": "monthly", "grid": {"use": "texs"}})"),
         {"/sites/s/energy/grid/carbon/grid/use", "did you mean \"texas\"?"});
  refuse(plant(R"("power": {"model": "conversion_chain", "ups": {"use": "ups-legasy"}},)"),
         {"/sites/s/power/ups/use", "did you mean \"ups-legacy\"?"});
  refuse(plant(R"("cooling": {"model": "chiled_water"},)"),
         {"no cooling model", "did you mean \"chilled_water\"?"});
  refuse(plant(R"("time_zone": "Asia/Shanghai",)"),
         {"/sites/s/time_zone", "no fixed offset from UTC", "write it like +08:00"});
  refuse(plant(R"("plant_faults": {"x": {"component": "chillrs", "at": "1 h"}},)"),
         {"/sites/s/plant_faults/x/component", "did you mean \"chillers\"?"});
  refuse(plant(R"("control": {"model": "power_cap", "importance": {"d": 1}},)"),
         {"/sites/s/control: there is no cluster \"d\"", "known: c"});
}

TEST_CASE("plant input: fields that contradict each other") {
  const Sandbox sandbox;
  const auto refuse = [&](const std::string& text, const std::vector<std::string>& words) {
    expect_refused(sandbox, text, scenario_invalid, words);
  };
  refuse(plant("", R"("battery": {"capacity": "1 MWh", "power": "1 MW", "inverter": "500 kW"},)"),
         {"scenario.json:8:",
          "/sites/s/energy/battery: battery: power 1 MW is above the inverter's "
          "500 kW; nearest: power 500 kW"});
  refuse(plant("", R"("solar": {"model": "pv", "capacity_dc": "1 MW"},)"),
         {"/sites/s/energy/solar: the sun's path needs a place", "latitude_deg and longitude_deg"});
  refuse(plant("", R"("dispatch": {"model": "self_consumption"},)"),
         {"/sites/s/energy/dispatch: \"self_consumption\" has no battery to command"});
  refuse(plant("", R"("contracts": {"a": {"price": "0.05 USD/kWh"}},)"),
         {"/sites/s/energy/contracts/a: names no plant; give it \"solar\" or \"wind\""});
  refuse(replaced(plant(), R"("load": {"model": "constant", "utilization": 0.5})",
                  R"("throughput": {"input": "1 token/s", "output": "1 token/s"})"),
         {"/sites/s/clusters/c/throughput: tells what a given load makes"});
  refuse(replaced(small_scenario(), "\"nodes\": 2",
                  R"("nodes": 2, "load": {"model": "constant", "utilization": 0.5})"),
         {"/sites/site/clusters/h100/load: the load of all 2 nodes is given, and chat/main would "
          "run on them too"});
  refuse(replaced(small_scenario(), R"({"h100": {"node": {"use": "hgx-h100"}, "nodes": 2}})", "{}"),
         {"/sites/site/clusters: a site needs at least one cluster"});
  const auto outages = [](const std::string& dates) {
    return replaced(plant(), "\"grid\": {",
                    R"("grid": {"outages": {"model": "scheduled", "outages": {)" + dates + "}},");
  };
  refuse(outages(R"("a": {"date": "07-01 14:00", "duration": "1 h"}, "b": {"duration": "1 h"})"),
         {"/sites/s/energy/grid/outages: outages/a: \"07-01 14:00\" is no date of the form "
          "2024-07-01T14:00; outages/b: give either \"at\" or \"date\""});
  refuse(outages(R"("a": {"at": "1 h", "duration": "2 h"}, "b": {"at": "2 h", "duration": "1 h"})"),
         {"outages/b begins 7200 s after the start, while outages/a lasts until 10800 s; join"});
}

TEST_CASE("plant input: ratings that cannot carry what hangs on them") {
  const Sandbox sandbox;
  const std::string ups = R"("power": {"model": "conversion_chain", "ups": {
      "use": "ups-double-conversion", "units": 1, "rating": "10 kW"}},)";
  expect_refused(sandbox, plant(ups), infeasible,
                 {"/sites/s/power: ups carries 230 % of its rating while every chip idles",
                  "raise the rating or the units of ups"});
  expect_warning(sandbox, plant(replaced(ups, "10 kW", "60 kW")),
                 {"/sites/s/power: ups carries 13", "of its rating at the design power"});
  const std::string chain = R"("cooling": {"model": "constant_pue", "pue": 1.02},
      "power": {"model": "conversion_chain", "ups": {"use": "ups-legacy"}},)";
  expect_refused(sandbox, plant(chain), infeasible,
                 {"/sites/s/cooling: the power chain alone loses", "PUE cannot be lower than 1."});
}

TEST_CASE("plant input: what has no effect is told") {
  const Sandbox sandbox;
  expect_warning(sandbox, plant("", "", R"(, "rack_power_cap": "40 kW")"),
                 {"/sites/s/clusters/c/rack_power_cap: no control keeps it", "power_cap"});
  expect_warning(sandbox, plant(R"("control": {"model": "demand_response", "events": {
      "e": {"start": "10 h", "duration": "1 h", "cap": "50 kW"}}},)"),
                 {"/sites/s/control: begins to act 10 h after the start, when the run has ended"});
  const std::string fault = R"("plant_faults": {"x": {"component": "chillers", "at": "9 h"}},)";
  expect_warning(sandbox, plant(fault),
                 {"/sites/s/plant_faults/x: has no effect: cooling model \"constant_pue\"",
                  "/sites/s/plant_faults/x: begins 9 h after the start, when the run has ended"});
  const auto outage = replaced(plant(), "\"grid\": {", R"("grid": {"outages": {"model": "scheduled",
      "outages": {"a": {"date": "2024-12-01T00:00", "duration": "1 h"}}},)");
  expect_warning(sandbox, outage, {"an outage ends 30.9583 d before the start"});
}

TEST_CASE("plant input: an import limit below the load is exceeded and told") {
  const Sandbox sandbox;
  const auto text = replaced(plant(), "\"grid\": {", "\"grid\": {\"import_limit\": \"1 kW\",");
  expect_warning(sandbox, text, {"import_limit: 1 kW is less than the 22.9", "drawn all the same"});
  const auto finished = run_well(sandbox, text);
  expect_words(finished.err, {"over_limit: site s: ", "were imported beyond import_limit 1 kW"});
  expect_words(finished.out, {"beyond the import limit"});
  expect_words(sandbox.read("out/report.json"), {"energy_over_limit_j"});
}

TEST_CASE("plant input: everything at once, with the exit code of the gravest") {
  const Sandbox sandbox;
  sandbox.write("p.csv", without_lines(prices(), 50, 3));
  const auto battery =
      plant("", R"("battery": {"capacity": "1 MWh", "power": "1 MW", "inverter": "500 kW"},)");
  auto text = replaced(battery, flat_tariff, R"({"model": "real_time", "path": "p.csv"})");
  text = replaced(text, "\"services\": {}", "\"warmup\": \"7 h\", \"services\": {}");
  expect_refused(
      sandbox, text, scenario_invalid,
      {"/warmup", "/sites/s/energy/battery", "p.csv:49: after this row 3 h", "3 problems"});
  const std::string spot = R"({"model": "real_time", "path": "p.csv"})";
  auto small = replaced(small_scenario(), flat_tariff, spot);
  small = replaced(small, "\"replicas\": 2", "\"replicas\": 3");
  expect_refused(sandbox, small, data_invalid,
                 {"p.csv:49: after this row 3 h", "its pools need 24 chips, it has 16"});
}

TEST_CASE("plant input: given loads have no requests, in print or in the report") {
  const Sandbox sandbox;
  const auto finished = run_well(sandbox, plant());
  expect_words(finished.out, {"Load\n", "simulated time", "6.0 h", "PUE"});
  REQUIRE(finished.out.find("completed") == std::string::npos);
  REQUIRE(finished.out.find("tokens") == std::string::npos);
  const auto report = sandbox.read("out/report.json");
  REQUIRE(report.find("requests_completed") == std::string::npos);
  REQUIRE(report.find("replicas_mean") == std::string::npos);
  REQUIRE(report.find("\"output_tokens\"") == std::string::npos);
  const auto dry = sandbox.run({"run", "scenario.json", "--dry-run"});
  REQUIRE(dry.code == ok);
  expect_words(dry.out, {"s/c: 10 nodes, 80 chips, 22.98 kW idle to", "load given by \"constant\"",
                         "72 plant intervals of 5 min"});
}

}  // namespace
}  // namespace tokenfab::program

// SPDX-License-Identifier: Apache-2.0
// Weather files: each format, its clock, its missing values and what bad rows are told.
#include <fmt/format.h>

#include <string>

#include "tests/unit/site_contents.hpp"

namespace tokenfab {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::EndsWith;
using Catch::Matchers::Message;

constexpr auto weather = DataKind::Weather;

std::string epw_header(const std::string& zone = "8.0", const std::string& per_hour = "1") {
  return "LOCATION,Somewhere,SH,CHN,SRC,583670,31.2,121.4," + zone + ",3.0\n" +
         "DESIGN CONDITIONS,0\nTYPICAL/EXTREME PERIODS,0\nGROUND TEMPERATURES,0\n"
         "HOLIDAYS/DAYLIGHT SAVINGS,No,0,0,0\nCOMMENTS 1,\"a, b\"\nCOMMENTS 2,x\n"
         "DATA PERIODS,1," +
         per_hour + ",Data,Sunday,1/ 1,12/31\n";
}

struct EpwRow {
  std::string dry_bulb = "20.5";
  std::string humidity = "50";
  std::string pressure = "101325";
  std::string irradiance = "300";
  std::string wind = "2.5";
  std::string cloud = "5";
};

/// A row whose hour ends at `hour` (1 to 24).
std::string epw_line(int month, int day, int hour, const EpwRow& row) {
  return fmt::format(
      "19{},{},{},{},60,flags,{},9.9,{},{},0,0,0,{},0,0,0,0,0,0,180,{},{},5,9,9,9,9"
      ",9,0,0,0,0,0,0",
      70 + month, month, day, hour, row.dry_bulb, row.humidity, row.pressure, row.irradiance,
      row.wind, row.cloud);
}

std::string epw_year(bool has_leap_day = false) {
  return hours_of_year(has_leap_day, [](const HourOfYear& at) {
    EpwRow row;
    row.dry_bulb = fmt::format("{:.2f}", at.hour + at.day * 0.01);
    row.irradiance = fmt::format("{}", at.hour * 10);
    return epw_line(at.month, at.day, at.hour + 1, row);
  });
}

std::string replaced(std::string text, const std::string& old_text, const std::string& new_text) {
  const auto at = text.find(old_text);
  REQUIRE(at != std::string::npos);
  return text.replace(at, old_text.size(), new_text);
}

SiteReadOptions at_offset(double hours) {
  SiteReadOptions options;
  options.utc_offset_h = hours;
  return options;
}

const std::string own_header = "month,day,hour,dry_bulb_degc,relative_humidity_pct\n";

std::string own_year(const std::string& rest = ",12.5,60") {
  return hours_of_year(false, [&](const HourOfYear& at) { return date_fields(at) + rest; });
}

}  // namespace

TEST_CASE("site weather: hour 1 of EPW is the first of the day, in SI units") {
  const auto reading = read_site(weather, epw_header() + epw_year(), at_offset(8));
  const auto& table = std::get<WeatherTable>(reading.data);
  CHECK(table.place == "Somewhere");
  CHECK(table.latitude_deg == 31.2);
  CHECK(table.longitude_deg == 121.4);
  CHECK(table.elevation_m == 3);
  CHECK(table.dry_bulb_degc.steps_per_hour() == 1);
  CHECK(at_hour(table.dry_bulb_degc, 1, 1, 0) == 0.01);
  CHECK(at_hour(table.dry_bulb_degc, 3, 1, 0) == 0.01);
  CHECK(at_hour(table.dry_bulb_degc, 12, 31, 23) == 23.31);
  CHECK(at_hour(table.irradiance_w_m2, 6, 2, 12) == 120);
  CHECK(at_hour(table.relative_humidity, 6, 2, 12) == 0.5);
  CHECK(at_hour(table.cloud_cover, 6, 2, 12) == 0.5);
  CHECK(at_hour(table.pressure_pa, 6, 2, 12) == 101325);
  CHECK(at_hour(table.wind_m_s, 6, 2, 12) == 2.5);
  // 29 February comes from the 28th.
  CHECK(at_hour(table.dry_bulb_degc, 2, 29, 5) == 5.28);
  REQUIRE(reading.warnings.size() == 1);
  CHECK(reading.warnings[0] == "t.csv: no 29 February; its values are those of the 28th");
}

TEST_CASE("site weather: the clock of the file is turned into the site's around the year") {
  const auto read = [](double site_h, bool has_leap_day) {
    return read_site_as<WeatherTable>(weather, epw_header() + epw_year(has_leap_day),
                                      at_offset(site_h))
        .dry_bulb_degc;
  };
  const auto east = read(10, false);  // the site's clock is two hours ahead
  CHECK(at_hour(east, 1, 1, 2) == 0.01);
  CHECK(at_hour(east, 1, 1, 1) == 23.31);  // 31 December of the file
  CHECK(at_hour(east, 3, 1, 1) == 23.28);  // from 28 February: the year has no 29th
  CHECK(at_hour(east, 3, 1, 2) == 0.01);
  CHECK(at_hour(east, 2, 29, 1) == at_hour(east, 2, 28, 1));
  const auto west = read(5.5, true);  // half-hourly steps, 2.5 hours behind
  CHECK(west.steps_per_hour() == 2);
  CHECK(west.values()[0] == 2.01);
  CHECK(west.values()[1] == 3.01);
  CHECK(west.values()[2] == 3.01);
  CHECK(west.values().back() == 2.01);
  CHECK(at_hour(west, 2, 29, 0) == 2.29);
  const auto nepal = read(5.75, false);
  CHECK(nepal.steps_per_hour() == 4);
  CHECK(mean_of(read(8, true)) == Approx(mean_of(west)).epsilon(1e-12));
}

TEST_CASE("site weather: EPW may have several rows an hour, which their order tells") {
  const auto year = [](int rows) {
    return hours_of_year(false, [&](const HourOfYear& at) {
      std::string lines;
      for (int i = 0; i < rows; ++i) {
        EpwRow row;
        row.dry_bulb = fmt::format("{}", i);
        lines += (i > 0 ? "\n" : "") + epw_line(at.month, at.day, at.hour + 1, row);
      }
      return lines;
    });
  };
  const auto table = read_site_as<WeatherTable>(weather, epw_header("0", "4") + year(4));
  CHECK(table.dry_bulb_degc.steps_per_hour() == 4);
  CHECK(table.dry_bulb_degc.values()[7] == 3);
  CHECK_THAT(site_error(weather, epw_header("0", "2") + year(3)),
             Contains("t.csv:11: the row has the date of line 10"));
  CHECK_THAT(site_error(weather, epw_header("0", "7") + year(1)),
             Contains("gives no number of rows an hour that divides 60"));
}

TEST_CASE("site weather: EPW's codes for missing values are gaps") {
  const EpwRow usual;
  const auto with = [&](const EpwRow& row, const SiteReadOptions& options = {}) {
    const auto text = replaced(epw_year(), epw_line(3, 13, 8, {"7.13", "50", "101325", "70"}),
                               epw_line(3, 13, 8, row));
    return site_error(weather, epw_header("0") + text, options);
  };
  CHECK(with({"7.13", "50", "101325", "70"}).empty());
  CHECK_THAT(with({"99.9", "50", "101325", "70"}),
             Contains("dry_bulb_degc has no value for 1 h from 03-13 07:00 to 03-13 07:00"));
  CHECK_THAT(with({"7.13", "999", "101325", "70"}), Contains("relative_humidity_pct has no value"));
  CHECK_THAT(with({"7.13", "50", "999999", "70"}), Contains("pressure_pa has no value"));
  CHECK_THAT(with({"7.13", "50", "101325", "9999"}), Contains("irradiance_w_m2 has no value"));
  CHECK_THAT(with({"7.13", "50", "101325", "70", "999"}), Contains("wind_m_s has no value"));
  CHECK_THAT(with({"7.13", "50", "101325", "70", "2.5", "99"}),
             Contains("total sky cover has no value"));
  SiteReadOptions filling;
  filling.fill_gaps_h = 1;
  CHECK(with({"99.9", "999", "999999", "9999", "999", "99"}, filling).empty());
  CHECK_THAT(with({"65.1", "50", "101325", "70"}),
             Contains("t.csv:1720: dry_bulb_degc is \"65.1\", expected a number from -95 to 65"));
  CHECK_THAT(with({"7.13", "111", "101325", "70"}), Contains("is \"111\", expected a number"));
}

TEST_CASE("site weather: a column that EPW leaves out altogether is an empty series") {
  const auto text = hours_of_year(true, [](const HourOfYear& at) {
    return epw_line(at.month, at.day, at.hour + 1, {"1", "105", "999999", "9999", "999", "99"});
  });
  const auto reading = read_site(weather, epw_header() + text);
  const auto& table = std::get<WeatherTable>(reading.data);
  CHECK(table.pressure_pa.empty());
  CHECK(table.irradiance_w_m2.empty());
  CHECK(table.wind_m_s.empty());
  CHECK(table.cloud_cover.empty());
  CHECK(at_hour(table.relative_humidity, 1, 1, 0) == 1);
  REQUIRE(reading.warnings.size() == 1);
  CHECK_THAT(reading.warnings[0], Contains("8784 rows have a relative humidity above 100 %"));
}

TEST_CASE("site weather: bad EPW rows and headers are told with line and expectation") {
  const auto year = epw_year();
  CHECK_THAT(site_error(weather, "LOCATION,a,b\n"),
             Contains("t.csv:1: the LOCATION line is short"));
  CHECK_THAT(site_error(weather, replaced(epw_header(), "31.2", "131.2") + year),
             Contains("t.csv:1: the latitude in the LOCATION line is \"131.2\", expected a number "
                      "from -90 to 90"));
  CHECK_THAT(site_error(weather, epw_header("x") + year),
             Contains("the time zone in the LOCATION"));
  CHECK_THAT(site_error(weather, "LOCATION,a,b,c,d,e,1,2,3,4\nx\n"),
             Contains("the DATA PERIODS line is missing"));
  CHECK_THAT(site_error(weather, epw_header()), Contains("t.csv:8: no rows, expected a year"));
  const auto first = epw_line(1, 1, 1, {"0.01", "50", "101325", "0"});
  const auto broken = [&](const std::string& line) {
    return site_error(weather, epw_header() + replaced(year, first, line));
  };
  CHECK_THAT(broken("1971,1,1,1,60,f"), Contains("t.csv:9: the row has 6 fields, expected 35"));
  CHECK_THAT(broken(first + ",1"), Contains("t.csv:9: the row has 36 fields, expected 35"));
  CHECK_THAT(broken(epw_line(1, 1, 0, {})),
             Contains("t.csv:9: month, day and hour are \"1\", \"1\", \"0\", expected a date and "
                      "an hour from 1 to 24"));
  CHECK_THAT(broken(epw_line(1, 1, 25, {})), Contains("expected a date and an hour from 1 to 24"));
  CHECK_THAT(broken(epw_line(2, 30, 1, {})), Contains("expected a date"));
  CHECK_THAT(broken(epw_line(13, 1, 1, {})), Contains("expected a date"));
  for (const char* value : {"nan", "inf", "-inf", "1e999", "12,5", "abc", "1 2", "0x10", "--1"}) {
    INFO(value);
    CHECK(broken(epw_line(1, 1, 1, {value})) != "");
  }
}

TEST_CASE("site weather: Open-Meteo tells its clock in the first line") {
  const auto year = hours_of_year(true, [](const HourOfYear& at) {
    return fmt::format("2024-{:02}-{:02}T{:02}:00,{},81,25,36", at.month, at.day, at.hour, at.hour);
  });
  const std::string header =
      "# lat=50.1 lon=8.65 elevation_m=111.0 timezone=Europe/Berlin utc_offset_s=3600 source=x\n"
      "time_local_fixed_offset,temp_c,rh_pct,cloud_pct,wind_kmh\n";
  const auto reading = read_site(weather, header + year, at_offset(0));
  const auto& table = std::get<WeatherTable>(reading.data);
  CHECK(reading.warnings.empty());  // a leap year
  CHECK(table.place == "Europe/Berlin");
  CHECK(table.latitude_deg == 50.1);
  CHECK(at_hour(table.dry_bulb_degc, 1, 1, 0) == 1);
  CHECK(at_hour(table.dry_bulb_degc, 12, 31, 23) == 0);
  CHECK(at_hour(table.relative_humidity, 5, 5, 5) == 0.81);
  CHECK(at_hour(table.cloud_cover, 5, 5, 5) == 0.25);
  CHECK(at_hour(table.wind_m_s, 5, 5, 5) == Approx(10));
  CHECK(table.irradiance_w_m2.empty());
  const std::string service =
      "latitude,longitude,elevation,utc_offset_seconds,timezone,timezone_abbreviation\n"
      "50.1,8.65,111.0,3600,Europe/Berlin,CET\n\n"
      "time,temperature_2m (°C),relative_humidity_2m (%),cloud_cover (%),wind_speed_10m (km/h)\n";
  const auto same = read_site_as<WeatherTable>(weather, service + year, at_offset(0));
  CHECK(same.dry_bulb_degc.values() == table.dry_bulb_degc.values());
  CHECK(same.wind_m_s.values() == table.wind_m_s.values());
  CHECK(same.elevation_m == 111);

  CHECK_THAT(site_error(weather, "# lat=1\ntime,temp_c,rh_pct\n" + year, {}, "open_meteo"),
             Contains("t.csv:1: the first line does not tell the clock"));
  CHECK_THAT(site_error(weather, replaced(header, "3600", "86400") + year),
             Contains("utc_offset_s is \"86400\", expected a number from -50400 to 50400"));
  CHECK_THAT(site_error(weather, replaced(header, "temp_c", "temp_f") + year),
             Contains("t.csv:2: the column temp_c or temperature_2m (°C) is missing"));
  CHECK_THAT(site_error(weather, header + replaced(year, "01T05:00", "01 05:30:30")),
             Contains("t.csv:8: time_local_fixed_offset is \"2024-01-01 05:30:30\", expected "
                      "YYYY-MM-DDTHH:MM"));
}

TEST_CASE("site weather: NSRDB rows stand in the middle of their hours") {
  const std::string header =
      "Source,Location ID,Latitude,Longitude,Time Zone,Elevation,Local Time Zone,"
      "Temperature Units,Pressure Units\n"
      "NSRDB,67345,32.13,-110.94,-7,773,-7,c,mbar,\n"
      "Year,Month,Day,Hour,Minute,GHI,Dew Point,Temperature,Pressure,Wind Speed,,\n";
  const auto year = hours_of_year(false, [](const HourOfYear& at) {
    return fmt::format("20{:02},{},30,{},10,20,930,6.4,,", at.month, date_fields(at), at.hour);
  });
  const auto fixed = replaced(header, "c,mbar,\n", "c,mbar\n");
  const auto table = read_site_as<WeatherTable>(weather, fixed + year, at_offset(-7));
  CHECK(table.place == "NSRDB 67345");
  CHECK(table.longitude_deg == -110.94);
  CHECK(at_hour(table.irradiance_w_m2, 7, 7, 7) == 7);
  CHECK(at_hour(table.pressure_pa, 7, 7, 7) == 93000);
  CHECK(at_hour(table.wind_m_s, 7, 7, 7) == 6.4);
  // Saturation vapour pressure 12.27 hPa at 10 degC and 23.37 hPa at 20 degC (CRC Handbook).
  CHECK(at_hour(table.relative_humidity, 7, 7, 7) == Approx(12.27 / 23.37).margin(0.002));
  CHECK(table.cloud_cover.empty());
  CHECK_THAT(site_error(weather, header + year), Contains("t.csv:2: the row has 10 fields"));
  CHECK_THAT(site_error(weather, replaced(fixed, "mbar", "psi") + year),
             Contains("Pressure Units is \"psi\", expected mbar"));
  CHECK_THAT(site_error(weather, replaced(fixed, "Temperature,", "Tmp,") + year),
             Contains("t.csv:3: the column Temperature is missing"));
}

TEST_CASE("site weather: our own table has named columns in any order") {
  const auto table = read_site_as<WeatherTable>(weather, own_header + own_year(),
                                                at_offset(3.25));  // its clock is the site's
  CHECK(at_hour(table.dry_bulb_degc, 1, 1, 0) == 12.5);
  CHECK(table.dry_bulb_degc.steps_per_hour() == 1);
  CHECK(table.pressure_pa.empty());
  const auto full = read_site_as<WeatherTable>(
      weather,
      "wind_m_s,cloud_cover_pct,irradiance_w_m2,pressure_pa,month,day,hour,dry_bulb_degc,"
      "relative_humidity_pct\n" +
          hours_of_year(false, [](const HourOfYear& at) {
            return "3,50,700,95000," + date_fields(at) + ",-5,10";
          }));
  CHECK(at_hour(full.wind_m_s, 1, 1, 1) == 3);
  CHECK(at_hour(full.cloud_cover, 1, 1, 1) == 0.5);
  CHECK(at_hour(full.irradiance_w_m2, 1, 1, 1) == 700);
  CHECK(at_hour(full.pressure_pa, 1, 1, 1) == 95000);
  CHECK(at_hour(full.dry_bulb_degc, 1, 1, 1) == -5);

  CHECK_THAT(site_error(weather, "month,day,hour,dry_bulb_c,relative_humidity_pct\n" + own_year()),
             Contains("t.csv:1: unknown column \"dry_bulb_c\", expected month, day, hour, minute, "
                      "dry_bulb_degc,") &&
                 Contains("did you mean 'dry_bulb_degc'?") &&
                 Contains("the column dry_bulb_degc is missing"));
  CHECK_THAT(site_error(weather, "month,day,hour,hour,dry_bulb_degc,relative_humidity_pct\n"),
             Contains("the column hour is there 2 times"));
  CHECK_THAT(
      site_error(weather, own_header + own_year(",12.5,101")),
      Contains("t.csv:2: relative_humidity_pct is \"101\", expected a number from 0 to 100"));
  CHECK_THAT(site_error(weather, own_header + own_year(",12.5")),
             Contains("t.csv:2: the row has 4 fields, expected 5"));
}

}  // namespace tokenfab

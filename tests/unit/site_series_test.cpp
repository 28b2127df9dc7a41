// SPDX-License-Identifier: Apache-2.0
// Prices, carbon intensities and shares: each format, its units and what bad files are told.
#include <fmt/format.h>

#include <string>

#include "tests/unit/site_contents.hpp"

namespace tokenfab {
namespace {

using Catch::Matchers::Contains;

constexpr auto price = DataKind::Price;
constexpr auto carbon = DataKind::Carbon;
constexpr auto fraction = DataKind::Fraction;

SiteReadOptions with_rates(double utc_offset_h = 0) {
  SiteReadOptions options;
  options.utc_offset_h = utc_offset_h;
  options.usd_per_currency = {{"CNY", 0.14}, {"EUR", 1.1}};
  return options;
}

std::string own_year(const std::string& rest) {
  return hours_of_year(false, [&](const HourOfYear& at) { return date_fields(at) + rest; });
}

std::string utc_date(const HourOfYear& at, int year = 2024) {
  return fmt::format("{}-{:02}-{:02} {:02}:00:00", year, at.month, at.day, at.hour);
}

/// A leap year of dated rows with the hour of the year in them.
std::string utc_year(const std::string& form) {
  return hours_of_year(true, [&](const HourOfYear& at) {
    return fmt::format(fmt::runtime(form), utc_date(at), at.index);
  });
}

constexpr double usd_per_mwh = 1 / 3.6e9;

}  // namespace

TEST_CASE("site prices: our own table tells currency and unit in its header") {
  const auto at = [](const std::string& column, const std::string& rest) {
    return at_hour(
        read_site_as<AnnualSeries>(price, "month,day,hour," + column + "\n" + own_year("," + rest),
                                   with_rates()),
        2, 29, 3);
  };
  CHECK(at("price_usd_per_mwh", "36") == Approx(1e-8).epsilon(1e-15));
  CHECK(at("price_usd_per_kwh", "0.36") == Approx(1e-7).epsilon(1e-15));
  CHECK(at("price_cny_per_kwh", "0.38") == Approx(0.38 * 0.14 / 3.6e6).epsilon(1e-15));
  CHECK(at("price_eur_per_mwh", "-500") == Approx(-550 * usd_per_mwh).epsilon(1e-15));
  const auto error = [](const std::string& column) {
    return site_error(price, "month,day,hour," + column + "\n" + own_year(",1"), with_rates());
  };
  CHECK_THAT(error("price"), Contains("t.csv:1: the column \"price\" does not tell currency and "
                                      "unit (expected price_usd_per_mwh"));
  CHECK_THAT(error("price_usd_per_gj"), Contains("does not tell currency and unit"));
  CHECK_THAT(error("price_USD_per_mwh"), Contains("does not tell currency and unit"));
  CHECK_THAT(error("cost"), Contains("no column of prices"));
  CHECK_THAT(error("price_chf_per_mwh"),
             Contains("t.csv:1: prices in \"CHF\", whose exchange rate is not known (give the "
                      "scenario \"fx\": {\"CHF\": ...}, its value in USD)"));
  CHECK_THAT(error("price_usd_per_mwh,price_eur_per_mwh"), Contains("unknown column"));
}

TEST_CASE("site prices: rows may be quarters of an hour") {
  const auto year = hours_of_year(true, [](const HourOfYear& at) {
    std::string lines;
    for (int quarter = 0; quarter < 4; ++quarter) {
      lines += fmt::format("{}{},{},{}", quarter ? "\n" : "", date_fields(at), quarter * 15,
                           at.index * 4 + quarter);
    }
    return lines;
  });
  const auto series =
      read_site_as<AnnualSeries>(price, "month,day,hour,minute,price_usd_per_mwh\n" + year);
  CHECK(series.steps_per_hour() == 4);
  REQUIRE(series.values().size() == 4 * 8784);
  for (std::size_t i = 0; i < series.values().size(); i += 997) {
    CHECK(series.values()[i] == Approx(static_cast<double>(i) * usd_per_mwh).epsilon(1e-15));
  }
}

TEST_CASE("site prices: UTC dates become the site's wall clock") {
  const std::string header = "Datetime (UTC),Datetime (Local),Price (USD/MWh)\n";
  const auto year = utc_year("{0}+00:00,whatever,{1}");
  const auto series = read_site_as<AnnualSeries>(price, header + year, with_rates(-6));
  const auto mwh = [&](int month, int day, int hour) {
    return at_hour(series, month, day, hour) / usd_per_mwh;
  };
  CHECK(mwh(1, 1, 0) == Approx(6));
  CHECK(mwh(12, 31, 17) == Approx(8783));
  CHECK(mwh(12, 31, 18) == Approx(0).margin(1e-9));  // the first row, around the year
  const auto euro = read_site_as<AnnualSeries>(
      price, "Country,Datetime (UTC),Price (EUR/MWhe)\n" + utc_year("\"a, b\",{0},{1}"),
      with_rates());
  CHECK(at_hour(euro, 1, 1, 10) == Approx(11 * usd_per_mwh));
  CHECK_THAT(site_error(price, "Datetime (UTC),Price (USD/GJ)\n" + utc_year("{0},{1}")),
             Contains("t.csv:1: no column of prices"));
  CHECK_THAT(site_error(price, "Datetime (UTC),Price (EUR/MWh)\n" + utc_year("{0},{1}")),
             Contains("prices in \"EUR\", whose exchange rate is not known"));
  for (const char* date : {"2024-01-01", "2024-01-01 00:30:30", "2024-02-30 00:00:00",
                           "2024-01-01 24:00:00", "2024-01-01 00:00:00 UTC", "01/01/2024 00:00",
                           "2024-01-01 00:00:00+1", "2024-01-01 00:00:00.", ""}) {
    INFO(date);
    CHECK_THAT(site_error(price, header + fmt::format("{},x,1\n", date) + year),
               Contains("t.csv:2: Datetime (UTC) is \"") && Contains("expected YYYY-MM-DD"));
  }
}

TEST_CASE("site prices: dates with the offset of the day go through clock changes") {
  // Central European time in 2023: +02:00 from 26 March 01:00 UTC to 29 October 01:00 UTC.
  std::string rows;
  int index = 0;
  hours_of_year(false, [&](const HourOfYear& at) {
    const auto stamp = at.month * 10'000 + at.day * 100 + at.hour;  // this is the wall clock
    const bool is_summer = stamp >= 32603 && stamp < 102903;
    if (stamp == 32602) {
      return std::string();  // 02:00 is left out in March
    }
    for (const char* offset : {is_summer ? "+02:00" : "+01:00", "+01:00"}) {
      if (std::string(offset) == "+01:00" && is_summer && stamp != 102902) {
        break;  // 02:00 comes a second time in October only
      }
      rows += fmt::format("1001;Término;8741;Península;{};2023-{:02}-{:02}T{:02}:00:00{}\n",
                          index++, at.month, at.day, at.hour, offset);
      if (!is_summer) {
        break;
      }
    }
    return std::string();
  });
  REQUIRE(index == 8760);
  const auto contents = "id;name;geoid;geoname;value;datetime\n" + rows;
  const auto series = read_site_as<AnnualSeries>(price, contents, with_rates(1));
  const auto eur = [&](int month, int day, int hour) {
    return at_hour(series, month, day, hour) / (1.1 * usd_per_mwh);
  };
  CHECK(eur(1, 1, 0) == Approx(0).margin(1e-9));
  CHECK(eur(12, 31, 23) == Approx(8759));
  CHECK(eur(3, 26, 2) == Approx(eur(3, 26, 1) + 1));  // winter time throughout
  CHECK(eur(10, 29, 2) == Approx(eur(10, 29, 1) + 1));
  CHECK_THAT(site_error(price, contents), Contains("prices in \"EUR\""));
}

TEST_CASE("site prices: operators' rows name region and currency") {
  const std::string header = "timestamp,region,price_per_mwh,currency,source\n";
  const auto series = read_site_as<AnnualSeries>(
      price, header + utc_year("{0}+00:00,us-south,{1},EUR,rt"), with_rates());
  CHECK(at_hour(series, 1, 2, 0) == Approx(24 * 1.1 * usd_per_mwh));
  auto mixed = utc_year("{0},us-south,{1},USD,rt");
  const auto row = mixed.find("us-south,5,USD");
  mixed.replace(row, 14, "us-north,5,EUR");
  CHECK_THAT(
      site_error(price, header + mixed),
      Contains("t.csv:7: \"EUR\" in \"us-north\" after \"USD\" in \"us-south\", expected one "
               "region and one currency"));
  CHECK_THAT(site_error(price, "timestamp,price_per_mwh\n" + utc_year("{0},{1}")),
             Contains("t.csv:1: the column currency is missing; the header has "
                      "\"timestamp,price_per_mwh\""));
}

TEST_CASE("site carbon: Electricity Maps in both vintages") {
  const auto rows = [](const std::string& header) {
    const auto year = hours_of_year(true, [](const HourOfYear& at) {
      return utc_date(at) +
             fmt::format(",Germany,DE,{},500,62.5,\"a; b, c\",false", at.index % 600);
    });
    return read_site_as<CarbonTable>(carbon, header + year);
  };
  for (const std::string header :
       {"Datetime (UTC),Country,Zone Id,Carbon Intensity gCO₂eq/kWh (direct),Carbon Intensity "
        "gCO₂eq/kWh (LCA),Renewable Percentage,Data Source,Data Estimated\n",
        "Datetime (UTC),Country,Zone id,Carbon intensity gCO₂eq/kWh (direct),Carbon intensity "
        "gCO₂eq/kWh (Life cycle),Renewable energy percentage (RE%),Data source,Data estimated\n"}) {
    const auto table = rows(header);
    CHECK(at_hour(table.direct_kg_per_j, 1, 1, 18) == Approx(18e-3 / 3.6e6));
    CHECK(at_hour(table.life_cycle_kg_per_j, 1, 1, 18) == Approx(0.5 / 3.6e6));
    CHECK(at_hour(table.renewable_share, 1, 1, 18) == 0.625);
  }
  CHECK_THAT(site_error(carbon, "Datetime (UTC),Carbon Intensity gCO₂eq/MWh (direct)\n" +
                                    utc_year("{0},1")),
             Contains("is not in gCO₂eq/kWh"));
  CHECK_THAT(
      site_error(carbon, "Datetime (UTC),Carbon Intensity gCO₂eq/kWh (LCA)\n" + utc_year("{0},1")),
      Contains("t.csv:1: no column of direct carbon intensity in"));
  CHECK_THAT(site_error(carbon, "Datetime (UTC),Carbon Intensity gCO₂eq/kWh (direct)\n" +
                                    utc_year("{0},-1")),
             Contains("t.csv:2: direct intensity is \"-1\", expected a number from 0 to 3000"));
}

TEST_CASE("site carbon: a fuel mix gives its renewable share, and its gaps are told") {
  const std::string header = "timestamp,WND,SUN,WAT,OIL,NG,avg_CI\n";
  const auto year = [](int first_empty, int count) {
    return hours_of_year(true, [=](const HourOfYear& at) {
      const bool is_empty = at.index >= first_empty && at.index < first_empty + count;
      return utc_date(at) + (is_empty ? std::string("+00:00,,,,,,")
                                      : fmt::format("+00:00,10,20,20,0,50,{}", at.index % 100));
    });
  };
  const auto table = read_site_as<CarbonTable>(carbon, header + year(0, 0));
  CHECK(at_hour(table.renewable_share, 4, 4, 4) == 0.5);
  CHECK(at_hour(table.direct_kg_per_j, 1, 1, 18) == Approx(18e-3 / 3.6e6));
  CHECK(table.life_cycle_kg_per_j.empty());
  CHECK_THAT(site_error(carbon, header + year(10, 3)),
             Contains("t.csv:12: avg_CI has no value for 3 h from 01-01 10:00 to 01-01 12:00 "
                      "(\"fill_gaps\" of 3 h fills it linearly)") &&
                 Contains("the mix has no value for 3 h"));
  SiteReadOptions options;
  options.fill_gaps_h = 3;
  const auto reading = read_site(carbon, header + year(10, 3), options);
  const auto& filled = std::get<CarbonTable>(reading.data).direct_kg_per_j;
  for (const int hour : {9, 10, 11, 12, 13}) {
    CHECK(at_hour(filled, 1, 1, hour) == Approx(hour * 1e-3 / 3.6e6));
  }
  REQUIRE(reading.warnings.size() == 2);
  CHECK(reading.warnings[0] ==
        "t.csv: avg_CI: 3 of 8784 values were missing and are filled linearly");
  options.fill_gaps_h = 2;
  CHECK_THAT(site_error(carbon, header + year(10, 3), options), Contains("for 3 h"));
}

TEST_CASE("site carbon: our own table") {
  const auto table = read_site_as<CarbonTable>(
      carbon, "month,day,hour,g_per_kwh,renewable_pct\n" + own_year(",360,25"));
  CHECK(at_hour(table.direct_kg_per_j, 2, 29, 0) == Approx(1e-7));
  CHECK(at_hour(table.renewable_share, 2, 29, 0) == 0.25);
  CHECK(read_site_as<CarbonTable>(carbon, "month,day,hour,g_per_kwh\n" + own_year(",360"))
            .renewable_share.empty());
}

TEST_CASE("site shares: with dates or one a line") {
  const auto own = read_site_as<AnnualSeries>(
      fraction, "month,day,hour,fraction\n" + hours_of_year(false, [](const HourOfYear& at) {
                  return date_fields(at) + fmt::format(",{}", at.index / 8760.0);
                }));
  const auto column = [](const std::string& header, std::size_t rows, double scale) {
    std::string text = header;
    for (std::size_t i = 0; i < rows; ++i) {
      text += fmt::format("{}\r\n", static_cast<double>(i) / scale);
    }
    return text;
  };
  const auto plain =
      read_site_as<AnnualSeries>(fraction, column("\xef\xbb\xbfwind_prod\r\n", 8760, 8760));
  CHECK(plain.values() == own.values());
  CHECK(at_hour(plain, 3, 1, 0) == 59 * 24 / 8760.0);
  CHECK(at_hour(plain, 2, 29, 1) == (58 * 24 + 1) / 8760.0);
  CHECK(read_site_as<AnnualSeries>(fraction, column("", 8760, 8760)).values() == own.values());
  const auto leap = read_site_as<AnnualSeries>(fraction, column("x\n", 8784, 8784));
  CHECK(at_hour(leap, 3, 1, 0) == 60 * 24 / 8784.0);
  const auto half_hours = read_site_as<AnnualSeries>(fraction, column("x\n", 17520, 17520));
  CHECK(half_hours.steps_per_hour() == 2);
  CHECK(half_hours.values()[3] == 3 / 17520.0);
  CHECK_THAT(site_error(fraction, column("x\n", 8761, 10000)),
             Contains("t.csv:8762: 8761 rows, expected 8760 or 8784 (one an hour)"));
  CHECK_THAT(site_error(fraction, column("x\n", 8760, 8000)),
             Contains("t.csv:8003: the row is \"1.000125\", expected a number from 0 to 1"));
  CHECK_THAT(site_error(fraction, "x\n0.5\n\n0.5\n"),
             Contains("t.csv:4: 1 blank lines before this row, expected a number in each"));
  CHECK_THAT(site_error(fraction, column("x\n", 100, 1e4)), Contains("t.csv:101: 100 rows"));
}

TEST_CASE("site data: the format is told by the first line, and wrong kinds are noticed") {
  const std::string market = "timestamp,region,price_per_mwh,currency\n";
  CHECK_THAT(site_error(carbon, market),
             Contains("t.csv:1: the first line \"timestamp,region,price_per_mwh,currency\" is of "
                      "no carbon format; it looks like price data (known formats: csv, "
                      "electricity_maps, fuel_mix)"));
  CHECK_THAT(site_error(DataKind::Weather, ""), Contains("t.csv: the file is empty"));
  CHECK_THAT(site_error(DataKind::Weather, "\n"), Contains("is of no weather format"));
  CHECK_THAT(site_error(DataKind::Weather, "x", {}, "epv"),
             Contains("t.csv: unknown weather format \"epv\", expected auto or one of csv, epw, "
                      "nsrdb, open_meteo (did you mean 'epw'?)"));
  CHECK_THAT(site_error(price, "x", {}, "epw"), Contains("unknown price format \"epw\""));
  using Names = std::vector<std::string_view>;
  CHECK(site_data_formats(DataKind::Price) == Names{"csv", "esios", "market", "utc"});
  CHECK(site_data_formats(DataKind::UtilityRate) == Names{"urdb"});
  for (const auto& format : site_formats()) {
    INFO(format.name);
    // Any format named for contents it does not know gives an error, nothing else.
    for (const char* contents : {"x\n", "\n\n", "{}", "a,b,c\n1,2,3\n", "LOCATION,\n", "#\n"}) {
      CHECK(!site_error(format.kind, contents, {}, format.name).empty());
    }
  }
}

}  // namespace tokenfab

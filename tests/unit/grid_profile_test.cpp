// SPDX-License-Identifier: Apache-2.0
// Years of prices and carbon intensities from published levels and shapes, and carbon of files.
#include "models/energy/grid_profile.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <stdexcept>

#include "models/energy/carbon_series.hpp"
#include "tests/catalogue_entries.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

constexpr std::size_t hours = AnnualSeries::hours;

Calendar calendar_from(std::int64_t days_since_1970) {
  return Calendar(
      Duration::from_ticks(Int128{days_since_1970 * 86400} * Duration::ticks_per_second));
}

/// 2024-01-01, a Monday of a leap year.
Calendar calendar_2024() { return calendar_from(19723); }

AnnualSeries series_of(const ProfileShapeConfig& config, double mean = 1) {
  return MonthlyProfile(config, "shape")
      .series(mean, calendar_2024(), RandomStream(1, 0, "test", "profile"));
}

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

std::string message_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "no error";
}

std::map<std::string, double> level_months(double others) {
  std::map<std::string, double> months;
  for (const auto* name : month_names) {
    months[name] = others;
  }
  return months;
}

}  // namespace

TEST_CASE("profile: without a shape it is flat") {
  const auto series = series_of({}, 5);
  for (const double value : series.values()) {
    REQUIRE(value == Approx(5).epsilon(1e-12));
  }
}

TEST_CASE("profile: months, hours and weekends take their share, by hand") {
  ProfileShapeConfig config;
  config.months = level_months(1);
  config.months["jan"] = 3;
  config.weekday_hours = {{"8", 2}, {"20", 1}};  // 12 hours twice as dear
  config.weekend_hours = {{"0", 1}};
  const auto values = series_of(config, 10).values();
  REQUIRE(mean_of(values) == Approx(10).epsilon(1e-12));
  // January lasts 31 of 366 days: its level is 3 / ((3 x 31 + 335) / 366) of the mean.
  const double january = 3 / ((3.0 * 31 + 335) / 366);
  const std::vector<double> first(values.begin(), values.begin() + 31 * 24);
  REQUIRE(mean_of(first) == Approx(10 * january).epsilon(1e-12));
  REQUIRE(values[9] == Approx(2 * values[3]));       // Monday
  REQUIRE(values[5 * 24 + 9] == Approx(values[3]));  // Saturday, 6 January
  REQUIRE(values[20] == Approx(values[7]));
}

TEST_CASE("profile: weekends are those of the calendar's year") {
  ProfileShapeConfig config;
  config.weekend_hours = {{"0", 0.5}};
  const auto of_year = [&](std::int64_t days_since_1970) {
    return MonthlyProfile(config, "shape")
        .series(1, calendar_from(days_since_1970), RandomStream(1, 0, "test", "profile"))
        .values();
  };
  // 1 March: Friday in 2024, Wednesday in 2023 (19417 days), Saturday in 2025 (20148 days).
  const std::size_t march = (31 + 29) * 24;
  REQUIRE(of_year(19723)[march] == Approx(2 * of_year(19723)[march + 24]));
  REQUIRE(of_year(19417)[march] == Approx(of_year(19417)[march + 24]));
  REQUIRE(of_year(20148)[march] == Approx(0.5 * of_year(20148)[march + 48]));
}

TEST_CASE("profile: the sun's dip is deepest at noon in summer") {
  ProfileShapeConfig config;
  config.midday_dip = 1.5;
  config.latitude_deg = 51;
  const auto values = series_of(config).values();
  const std::size_t june = (31 + 29 + 31 + 30 + 31 + 20) * 24;
  REQUIRE(values[june + 12] < 0);  // negative prices are legal
  REQUIRE(values[june + 12] < values[12]);
  REQUIRE(values[june] > values[june + 8]);
  REQUIRE(mean_of(values) == Approx(1).epsilon(1e-12));
}

TEST_CASE("profile: noise has its spread and its memory, and leaves the means alone") {
  for (const auto shape : {NoiseShape::Normal, NoiseShape::Lognormal}) {
    ProfileShapeConfig config;
    config.noise = 0.3;
    config.noise_correlation = 0.5;
    config.noise_shape = shape;
    const auto values = series_of(config).values();
    double variance = 0;
    double lagged = 0;
    for (std::size_t i = 0; i + 1 < hours; ++i) {
      variance += (values[i] - 1) * (values[i] - 1);
      lagged += (values[i] - 1) * (values[i + 1] - 1);
    }
    REQUIRE(mean_of(values) == Approx(1).epsilon(1e-12));
    REQUIRE(std::sqrt(variance / hours) == Approx(0.3).epsilon(0.06));
    REQUIRE(lagged / variance == Approx(0.5).margin(0.05));
    if (shape == NoiseShape::Lognormal) {
      REQUIRE(*std::min_element(values.begin(), values.end()) > 0);
    }
  }
}

TEST_CASE("profile: wrong months and hours are told") {
  ProfileShapeConfig config;
  config.weekday_hours = {{"24", 1}};
  REQUIRE(message_of([&] { series_of(config); }) ==
          "shape/weekday_hours: the key \"24\" is not an hour of the day from 0 to 23");
  config = {};
  config.months = {{"jan", 1}, {"feb", -1}};
  const auto message = message_of([&] { series_of(config); });
  REQUIRE(message.find("shape/months: -1 at \"feb\" is not between 0") == 0);
  REQUIRE(message.find("\"dec\" is missing") != std::string::npos);
  config = {};
  config.weekday_hours = {{"0", 0}};
  REQUIRE(message_of([&] { series_of(config); }).find("must be positive in the mean") !=
          std::string::npos);
  config = {};
  config.months = level_months(1);
  config.months["may"] = 0;
  config.noise = 0.1;
  REQUIRE(series_of(config).values()[31 * 24 + 29 * 24 + 61 * 24 + 5] == 0);  // a free month
}

TEST_CASE("grids: every entry of the catalogue has its mean price and carbon intensity") {
  SiteInputs inputs;
  inputs.calendar = calendar_2024();
  inputs.seed = 3;
  for (const auto& id : EmbeddedTables().ids("grids")) {
    INFO(id);
    const auto grid = entry<GridProfileConfig>("grids", id);
    REQUIRE(mean_of(generate_prices(grid, inputs).values()) ==
            Approx(grid.price->mean.si()).epsilon(1e-9));
    const auto carbon = generate_carbon(grid, inputs).values();
    REQUIRE(mean_of(carbon) == Approx(grid.carbon->mean.si()).epsilon(1e-9));
    REQUIRE(*std::min_element(carbon.begin(), carbon.end()) > 0);
  }
}

TEST_CASE("grids: a profile without carbon, or with less than none, is refused") {
  const SiteInputs anywhere;
  GridProfileConfig grid;
  grid.name = "here";
  REQUIRE(message_of([&] { generate_carbon(grid, anywhere); }) ==
          "grid \"here\" has no \"carbon\"; give one or use a grid of the catalogue");
  grid.carbon.emplace();
  grid.carbon->mean = KilogramsPerJoule(1e-7);
  grid.carbon->shape.noise = 1;
  grid.carbon->shape.noise_shape = NoiseShape::Normal;
  REQUIRE(message_of([&] { generate_carbon(grid, anywhere); }).find("below zero") !=
          std::string::npos);
}

TEST_CASE("carbon: the monthly model holds each hour's value through the hour") {
  MonthlyCarbonConfig config;
  config.grid = entry<GridProfileConfig>("grids", "germany");
  MonthlyCarbon carbon(config);
  SiteInputs inputs;
  inputs.calendar = calendar_2024();
  carbon.open(inputs);
  const auto date = Instant(Duration::from_seconds(5.5 * 3600));
  REQUIRE(carbon.holds_until(date) == Instant(Duration::from_seconds(6 * 3600.0)));
  REQUIRE(carbon.intensity(date).si() == generate_carbon(config.grid, inputs).values()[5]);
  REQUIRE(carbon.renewable_share(date) == 0.618);
}

TEST_CASE("carbon: a file gives the basis asked for, or says what it has") {
  CarbonTable table;
  table.direct_kg_per_j = AnnualSeries(1, std::vector<double>(hours, 1e-7));
  table.renewable_share = AnnualSeries(2, std::vector<double>(2 * hours, 0.4));
  SiteInputs inputs;
  inputs.data = table;
  FileCarbonConfig config;
  config.path = "grid.csv";
  FileCarbon direct(config);
  REQUIRE(direct.data_file()->kind == DataKind::Carbon);
  direct.open(inputs);
  REQUIRE(direct.intensity(Instant()).si() == 1e-7);
  REQUIRE(direct.renewable_share(Instant()) == 0.4);
  REQUIRE(direct.holds_until(Instant()) == Instant(Duration::from_seconds(1800)));
  config.basis = CarbonBasis::LifeCycle;
  REQUIRE(message_of([&] { FileCarbon(config).open(inputs); }) ==
          "grid.csv has no life-cycle emissions; set basis to \"direct\"");
}

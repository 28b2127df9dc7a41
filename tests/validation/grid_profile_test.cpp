// SPDX-License-Identifier: Apache-2.0
// Made-up years of prices and carbon intensities against the real years their shapes were fitted
// to.
#include "models/energy/grid_profile.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "sim/data/fields.hpp"
#include "sim/data/line_reader.hpp"
#include "tests/catalogue_entries.hpp"
#include "tests/validation/measurements.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;
using namespace tokenfab::validation;

namespace {

/// A column of a file below one header line.
std::vector<double> column(const std::string& name, std::size_t index) {
  LineReader lines{ByteStream(measurements_path(name))};
  std::vector<double> values;
  std::vector<std::string_view> fields(16);
  std::string_view line;
  while (lines.next(line)) {
    if (lines.line_number() == 1) {
      continue;
    }
    REQUIRE(split_fields(line, fields) > index);
    double value = 0;
    std::from_chars(fields[index].data(), fields[index].data() + fields[index].size(), value);
    values.push_back(value);
  }
  return values;
}

struct Year {
  double mean;
  double p10;
  double p50;
  double p90;
  double p99;
  double negative_hours;
};

Year year_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const auto quantile = [&](double q) {
    return values[static_cast<std::size_t>(q * static_cast<double>(values.size() - 1))];
  };
  const auto negative = std::count_if(values.begin(), values.end(), [](double v) { return v < 0; });
  return {std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size()),
          quantile(0.1),
          quantile(0.5),
          quantile(0.9),
          quantile(0.99),
          static_cast<double>(negative)};
}

void print(const std::string& what, const Year& year) {
  fmt::print("{:<28} {:>8.1f} {:>8.1f} {:>8.1f} {:>8.1f} {:>8.1f} {:>8.0f}\n", what, year.mean,
             year.p10, year.p50, year.p90, year.p99, year.negative_hours);
}

SiteInputs inputs_2024() {
  SiteInputs inputs;
  inputs.calendar =
      Calendar(Duration::from_ticks(Int128{19723LL * 86400} * Duration::ticks_per_second));
  inputs.seed = 1;
  inputs.path = "sites/test/energy/grid";
  return inputs;
}

std::vector<double> scaled(const AnnualSeries& series, double factor) {
  auto values = series.values();
  for (auto& value : values) {
    value *= factor;
  }
  return values;
}

}  // namespace

TEST_CASE("validation: made-up prices against those of 2024") {
  fmt::print("{:<28} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8}\n", "USD/MWh", "mean", "p10", "p50", "p90",
             "p99", "below 0");
  struct Place {
    const char* grid;
    const char* file;
  };
  for (const auto& place : {Place{"germany", "price/DE-LU_2024_usd_mwh.csv.gz"},
                            Place{"singapore", "price/SG_2024_usd_mwh.csv.gz"},
                            Place{"texas", "price/US-TEX-ERCO_2024_usd_mwh.csv.gz"}}) {
    const auto real = year_of(column(place.file, 2));
    constexpr double joules_per_mwh = 3.6e9;
    const auto made = year_of(
        scaled(generate_prices(entry<GridProfileConfig>("grids", place.grid), inputs_2024()),
               joules_per_mwh));
    print(fmt::format("{} 2024", place.grid), real);
    print(fmt::format("{} made up", place.grid), made);
    REQUIRE(made.mean == Approx(real.mean).epsilon(0.01));
    REQUIRE(made.p50 == Approx(real.p50).epsilon(0.35));
    REQUIRE(made.p90 == Approx(real.p90).epsilon(0.4));
  }
}

TEST_CASE("validation: made-up carbon intensities against those of 2024") {
  fmt::print("{:<28} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8}\n", "gCO2e/kWh, direct", "mean", "p10",
             "p50", "p90", "p99", "below 0");
  struct Place {
    const char* grid;
    const char* file;
  };
  for (const auto& place : {Place{"germany", "carbon/DE-LU_2024_hourly.csv.gz"},
                            Place{"singapore", "carbon/SG_2024_hourly.csv.gz"},
                            Place{"texas", "carbon/US-TEX-ERCO_2024_hourly.csv.gz"}}) {
    const auto real = year_of(column(place.file, 4));
    constexpr double grams_per_kwh = 3.6e9;
    const auto made = year_of(
        scaled(generate_carbon(entry<GridProfileConfig>("grids", place.grid), inputs_2024()),
               grams_per_kwh));
    print(fmt::format("{} 2024", place.grid), real);
    print(fmt::format("{} made up", place.grid), made);
    REQUIRE(made.mean == Approx(real.mean).epsilon(0.01));
    REQUIRE(made.p10 == Approx(real.p10).epsilon(0.2));
    REQUIRE(made.p90 == Approx(real.p90).epsilon(0.2));
  }
}

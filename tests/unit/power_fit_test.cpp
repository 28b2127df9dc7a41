// SPDX-License-Identifier: Apache-2.0
// Power levels fitted to rows that the test makes itself, from levels it knows.
#include "sim/calibration/power_fit.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "sim/calibration/power_report.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using Catch::Matchers::Contains;

namespace {

constexpr double idle_w = 70;
constexpr double span_w = 630;
constexpr PartNumbers known{0.7, 0.9, 0.95, 0.85, 0.31, 0.25, 0.8};
constexpr PartNumbers prior{0.65, 0.95, 0.9, 0.9, 0.3, 0.3, 0.85};

/// Rows of four models, each with a mix of work of its own that changes with the batch. Every kind
/// of work has most of the time in some rows.
std::vector<PowerRow> known_rows() {
  std::vector<PowerRow> rows;
  for (std::size_t i = 0; i < 56; ++i) {
    PowerRow row{"h100-sxm", fmt::format("model-{}", i % 4), 0, idle_w, {}};
    double total = 0;
    for (std::size_t part = 0; part < time_part_count; ++part) {
      row.response_w[part] =
          i % time_part_count == part ? 8 : 1 + static_cast<double>(i * part % 5);
      total += row.response_w[part];
    }
    for (auto& watts : row.response_w) {
      watts *= span_w / total;
    }
    row.measured_w = row.predicted_w(known);
    rows.push_back(row);
  }
  return rows;
}

}  // namespace

TEST_CASE("power fit: what a row draws is idle and its levels' shares of the responses") {
  const PowerRow row{"h100-sxm", "m", 0, 70, {100, 200, 0, 0, 0, 0, 50}};
  REQUIRE(row.predicted_w({}) == 70);
  REQUIRE(row.predicted_w({0.5, 1, 1, 1, 1, 1, 0.2}) == Approx(70 + 50 + 200 + 10));
}

TEST_CASE("power fit: levels of exact rows come back, priors hold them no further than 0.02") {
  const auto fit = fit_power_levels("h100-sxm", known_rows(), prior, false);
  for (std::size_t i = 0; i < time_part_count; ++i) {
    INFO(power_level_names()[i]);
    REQUIRE(fit.fit.values[i] == Approx(known[i]).margin(0.02));
  }
  REQUIRE(fit.errors.median() < 0.5);
  REQUIRE(fit.errors.median() < fit.errors_before.median());
  REQUIRE(fit.held_out.empty());
}

TEST_CASE("power fit: one row in seven that is far off changes little") {
  auto rows = known_rows();
  for (std::size_t i = 0; i < rows.size(); i += 7) {
    rows[i].measured_w *= 2;
  }
  const auto fit = fit_power_levels("h100-sxm", rows, prior, false);
  REQUIRE(fit.errors.median() < 3);
}

TEST_CASE("power fit: levels stay between idle and the limit") {
  auto rows = known_rows();
  for (auto& row : rows) {
    row.measured_w = 2 * (idle_w + span_w);
  }
  for (const auto level : fit_power_levels("h100-sxm", rows, prior, false).fit.values) {
    REQUIRE(level <= 1);
  }
  for (auto& row : rows) {
    row.measured_w = idle_w / 2;
  }
  for (const auto level : fit_power_levels("h100-sxm", rows, prior, false).fit.values) {
    REQUIRE(level >= 0);
  }
}

TEST_CASE("power fit: a level that no row tells stays at its prior") {
  auto rows = known_rows();
  for (auto& row : rows) {
    row.response_w[3] = 0;
    row.measured_w = row.predicted_w(known);
  }
  const auto fit = fit_power_levels("h100-sxm", rows, prior, false);
  REQUIRE(fit.fit.values[3] == Approx(prior[3]).margin(1e-4));
}

TEST_CASE("power fit: every row is held out once by half and once by model") {
  const auto fit = fit_power_levels("h100-sxm", known_rows(), prior, true);
  std::vector<std::string> names;
  for (const auto& each : fit.held_out) {
    names.push_back(each.name);
  }
  REQUIRE(names == std::vector<std::string>{"every other row", "without model model-0",
                                            "without model model-1", "without model model-2",
                                            "without model model-3",
                                            "every model, from the others"});
  REQUIRE(fit.held_out.front().errors.size() == 56);
  REQUIRE(fit.held_out.back().errors.size() == 56);
  REQUIRE(fit.held_out.back().errors.median() < 1);
}

TEST_CASE("power fit: too few rows are told, and chips with too few are left alone") {
  auto rows = known_rows();
  rows.resize(13);
  REQUIRE_THROWS_WITH(fit_power_levels("h100-sxm", rows, prior, false),
                      Contains("13 rows of h100-sxm") && Contains("at least 14"));
  REQUIRE(fit_power(rows, false).empty());
}

TEST_CASE("power fit: the report has the form of the catalogue") {
  const auto fits = fit_power(known_rows(), true);
  REQUIRE(fits.size() == 1);
  const auto values = to_json(power_values(fits), 2);
  REQUIRE_THAT(values,
               Contains("\"h100-sxm\"") && Contains("\"power_level\"") && Contains("\"kv_cache\""));
  REQUIRE_THAT(to_json(power_fits(fits), 2), Contains("every other row"));
  REQUIRE_THAT(power_table(fits), Contains("h100-sxm, fitted"));
}

TEST_CASE("power fit: responses of a case are differences of its plays") {
  MeasuredCase row;
  row.labels.chip = "h100-sxm";
  row.labels.model = "m";
  row.measured = {{Observable::EnergyPerToken, 1}, {Observable::PowerPerChip, 400}};
  // Weights take 0.6 of the time and sampling 0.1.
  row.predict = [](const Overrides& more) {
    const auto& levels = more.front().second;
    double watts = 70;
    watts += levels.find("\"weights\": 1") != std::string::npos ? 0.6 * 630 : 0;
    watts += levels.find("\"sampling\": 1") != std::string::npos ? 0.1 * 630 : 0;
    return std::vector<Measurement>{{Observable::EnergyPerToken, 1},
                                    {Observable::PowerPerChip, watts}};
  };
  MeasuredCase skipped = row;
  skipped.skipped = "not run";
  MeasuredCase failing = row;
  failing.predict = [](const Overrides&) -> std::vector<Measurement> {
    throw std::runtime_error("does not fit");
  };
  MeasuredCase other = row;
  other.measured = {{Observable::TrainingRate, 1}};
  const auto rows = power_rows({skipped, failing, other, row}, 1);
  REQUIRE(rows.size() == 1);
  REQUIRE(rows[0].measured_w == 400);
  REQUIRE(rows[0].idle_w == 70);
  REQUIRE(rows[0].response_w[0] == Approx(378));
  REQUIRE(rows[0].response_w[6] == Approx(63));
  REQUIRE(rows[0].response_w[2] == 0);
}

// SPDX-License-Identifier: Apache-2.0
// A third of the served rows that can be run, as the program itself runs them. The limits are the
// project's goals; what the profiles were fitted to and what was held out: docs/calibration.md.
#include <fmt/format.h>

#include "sim/measured/prediction_errors.hpp"
#include "tests/validation/measurements.hpp"

#undef CHECK
#include <catch2/catch.hpp>

using namespace tokenfab;
using namespace tokenfab::validation;

namespace {

/// Every third row stays; tools/validate.sh plays all of them.
void thin(std::vector<MeasuredCase>& cases) {
  std::vector<MeasuredCase> kept;
  for (std::size_t i = 0; i < cases.size(); i += 3) {
    kept.push_back(std::move(cases[i]));
  }
  cases = std::move(kept);
}

PredictionErrors errors_of(const std::string& name) {
  std::vector<MeasuredFile> files{read_measured_file(measurements_path(name))};
  thin(files.front().cases);
  constexpr int processes = 2;
  auto errors = predict_all(files, processes, {});
  fmt::print("{}", error_text(errors, error_tables(errors, {"engine", "chip", "regime"})));
  // Nothing points at the files that end here.
  for (auto& each : errors.predictions) {
    each.file = nullptr;
    each.row = nullptr;
  }
  return errors;
}

ErrorSample sample_of(const PredictionErrors& errors, Observable quantity) {
  ErrorSample sample;
  for (const auto& each : errors.predictions) {
    if (each.quantity == quantity) {
      sample.add(each.predicted, each.measured);
    }
  }
  return sample;
}

}  // namespace

TEST_CASE("Served latency matches InferenceX") {
  const auto errors = errors_of("inferencex_points.csv");
  const auto tpot = sample_of(errors, Observable::TimePerOutputToken);
  const auto ttft = sample_of(errors, Observable::TimeToFirstToken);
  const auto rate = sample_of(errors, Observable::OutputRatePerChip);
  REQUIRE(tpot.size() > 430);
  REQUIRE(tpot.median() < 10);
  REQUIRE(tpot.p90() < 30);
  REQUIRE(ttft.median() < 25);
  REQUIRE(rate.median() < 10);
  REQUIRE(rate.p90() < 30);
}

TEST_CASE("Offline throughput matches TensorRT-LLM's tables") {
  const auto errors = errors_of("inference_benchmarks.csv");
  const auto rate = sample_of(errors, Observable::OutputRatePerChip);
  REQUIRE(rate.size() > 130);
  REQUIRE(rate.median() < 12);
}

// SPDX-License-Identifier: Apache-2.0
// Fits of engine profiles to rows that the simulator itself made with other numbers.
#include "sim/calibration/serving_fit.hpp"

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "sim/calibration/closed_loop.hpp"
#include "sim/calibration/serving_report.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;

namespace {

/// Rows of one profile as they would be measured if its steps took `more` longer.
std::vector<MeasuredCase> rows_with(Seconds more, const std::vector<std::string>& models) {
  std::vector<MeasuredCase> rows;
  for (const auto& model : models) {
    for (const std::int64_t users : {1, 4, 16, 32}) {
      for (const std::int64_t tensor_parallel : {1, 2, 4}) {
        ServingScenario served;
        served.node = "hgx-h100";
        served.model = model;
        served.profile = "vllm-2025-10";
        served.tensor_parallel_size = tensor_parallel;
        served.concurrency = users;
        served.num_prompts = 4 * users;
        served.isl = 512;
        served.osl = 32;
        const ClosedLoop loop(served);
        auto truth = loop.profile();
        truth.step_overhead = truth.step_overhead + more;
        const auto rates = loop.play(truth);
        MeasuredCase row;
        row.labels.engine = served.profile;
        row.labels.model = model;
        row.labels.chip = "h100-sxm";
        row.measured = {{Observable::TimeToFirstToken, rates.ttft_mean_s},
                        {Observable::TimePerOutputToken, rates.tpot_mean_s}};
        row.served = std::make_shared<const ServingScenario>(served);
        row.predict = [served, wanted = row.measured](const Overrides& overrides) {
          return served_measurements(serve(served, overrides), wanted, 1);
        };
        rows.push_back(std::move(row));
      }
    }
  }
  return rows;
}

}  // namespace

TEST_CASE("serving fit: finds the overhead that made the rows") {
  const auto rows = rows_with(Seconds(2e-3), {"llama-3.1-8b", "qwen3-8b"});
  ServingFitOptions options;
  options.processes = 2;
  const auto fits = fit_profiles(rows, options);
  REQUIRE(fits.size() == 1);
  const auto& fit = fits.front();
  CHECK(fit.profile == "vllm-2025-10");
  CHECK(fit.rows == rows.size());
  CHECK(fit.before.tpot.median() > 15);
  CHECK(fit.after.tpot.median() < 5);
  // Each model was left out once; there is one chip only, so that nothing is left to fit.
  std::set<std::string> held_out;
  for (const auto& each : fit.held_out) {
    held_out.insert(each.kind + " " + each.name);
    CHECK(each.errors.tpot.size() == rows.size() / 2);
  }
  CHECK(held_out == std::set<std::string>{"model llama-3.1-8b", "model qwen3-8b"});
  const auto values = profile_values(fits);
  REQUIRE(values.find("vllm-2025-10") != nullptr);
  CHECK(values.find("vllm-2025-10")->find("step_overhead") != nullptr);
  CHECK(profile_table(fits).find("without model qwen3-8b") != std::string::npos);
}

TEST_CASE("serving fit: rows that are skipped or too few give no profile") {
  auto rows = rows_with(Seconds(0), {"llama-3.1-8b"});
  rows.resize(3);
  CHECK(fit_profiles(rows, {}).empty());
  CHECK(fit_profiles({MeasuredCase()}, {}).empty());
}

TEST_CASE("serving fit: parameters lie within their bounds and have a prior inside them") {
  for (const std::string profile : {"vllm-0.15", "sglang-0.5.9", "tensorrt-llm-1.2"}) {
    for (const auto& parameter : profile_parameters(profile)) {
      INFO(profile << " " << parameter.range.name);
      CHECK(parameter.range.low < parameter.range.high);
      CHECK(parameter.range.start >= parameter.range.low);
      CHECK(parameter.range.start <= parameter.range.high);
      CHECK(parameter.prior >= parameter.range.low);
      CHECK(parameter.prior <= parameter.range.high);
      CHECK(parameter.prior_width > 0);
    }
  }
}

TEST_CASE("folds: one per label, in the order of their names") {
  const auto folds = leave_one_label_out({"b", "a", "b"});
  REQUIRE(folds.size() == 2);
  CHECK(folds[0].name == "a");
  CHECK(folds[0].held_out == std::vector<std::size_t>{1});
  CHECK(folds[1].held_out == std::vector<std::size_t>{0, 2});
}

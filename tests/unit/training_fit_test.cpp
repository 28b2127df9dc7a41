// SPDX-License-Identifier: Apache-2.0
// Fits of training steps that the test measures itself, on constants it knows.
#include "sim/calibration/training_fit.hpp"

#include <fmt/format.h>

#include "sim/calibration/training_report.hpp"
#include "sim/measured/training_case.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;

namespace {

/// A dense model small enough that launches show in short micro-batches.
std::string model_json(std::int64_t hidden, std::int64_t layers) {
  return fmt::format(R"({{"family": "GPT", "num_hidden_layers": {}, "hidden_size": {},
      "num_attention_heads": {}, "num_key_value_heads": {}, "intermediate_size": {},
      "vocab_size": 50368, "max_position_embeddings": 131072, "gated_mlp": false,
      "tie_word_embeddings": true}})",
                     layers, hidden, hidden / 128, hidden / 128, 4 * hidden);
}

TrainingRow row_of(const std::string& engine, std::int64_t hidden, std::int64_t micro_batch,
                   std::int64_t sequence) {
  TrainingRow row;
  row.labels.chip = "a100-80";
  row.labels.engine = engine;
  row.labels.model = fmt::format("gpt {}", hidden);
  row.labels.software = micro_batch == 1 ? "one" : "two";
  row.model_json = model_json(hidden, hidden / 128);
  row.chips = 8;
  row.config.sequence_length = sequence;
  row.config.micro_batch_size = micro_batch;
  row.config.global_batch_size = 8 * micro_batch * 4;
  row.config.sharding = Sharding::Parameters;
  return row;
}

const std::string chip_training = "/sites/site/clusters/cluster/node/chip/training/";
const std::string profile = "/jobs/train/training/layout/engine/";

/// What the rows are measured with.
Overrides sets() {
  return {{chip_training + "matmul_factor", R"({"bf16": 1.3})"},
          {chip_training + "small_kernel_efficiency", "0.5"},
          {chip_training + "attention_factor", "1"},
          {chip_training + "attention_backward_factor", "1.25"},
          {profile + "matmul_factor", "1"},
          {profile + "attention_factor", "1"},
          {profile + "small_kernel_factor", "1"},
          {profile + "layer_overhead", "\"1 ms\""},
          {profile + "step_overhead", "\"30 ms\""}};
}

std::vector<MeasuredCase> measured_rows() {
  std::vector<MeasuredCase> cases;
  for (const std::int64_t hidden : {768, 1536, 2048, 4096, 6144}) {
    for (const std::int64_t micro_batch : {1, 2, 8}) {
      for (const std::int64_t sequence : {512, 2048, 8192}) {
        auto row = row_of("llm-foundry-2023", hidden, micro_batch, sequence);
        row.tokens_per_s = 1;
        row.tokens_per_s = training_case(row, 1).predict(sets()).front().value;
        cases.push_back(training_case(row, cases.size() + 2));
      }
    }
  }
  return cases;
}

double value_of(const TrainingFit& fit, const std::string& name) {
  for (std::size_t i = 0; i < fit.parameters.size(); ++i) {
    if (fit.parameters[i].range.name == name) {
      return fit.fit.values[i];
    }
  }
  FAIL("no parameter " << name);
  return 0;
}

}  // namespace

TEST_CASE("training fit: steps made from known constants give them back", "[training_fit]") {
  TrainingFitOptions options;
  options.leave_chips_out = false;
  const auto fit = fit_training(measured_rows(), options);
  CHECK(fit.rows == 45);
  CHECK(fit.before.median() > 5);
  CHECK(fit.after.p90() < 2);
  // One framework on one chip tells only the products of their factors; the priors share these out.
  const auto value = [&](const std::string& name) { return value_of(fit, name); };
  const std::string engine = "llm-foundry-2023/";
  CHECK(value("a100-80/matmul_factor/bf16") * value(engine + "matmul_factor") ==
        Approx(1.3).epsilon(0.03));
  CHECK(value(engine + "small_kernel_factor") / value("a100-80/small_kernel_efficiency") ==
        Approx(2).epsilon(0.1));
  // Drawn towards its prior of 0.1 ms, as rows whose steps are seconds see little of it.
  CHECK(value(engine + "layer_overhead") == Approx(1e-3).epsilon(0.3));
  // Five models and two releases, each with its sum before its parts; the constants carry over.
  REQUIRE(fit.held_out.size() == 9);
  CHECK(fit.held_out.front().kind == "model");
  CHECK(fit.held_out.front().name.empty());
  CHECK(fit.held_out.front().errors.size() == fit.rows);
  CHECK(fit.held_out.front().errors.median() < 4);
  CHECK(fit.held_out[6].kind == "source");
  CHECK(training_table(fit).find("without one model in turn") != std::string::npos);
  const auto json = to_json(training_node(fit), 0);
  CHECK(json.find("\"llm-foundry-2023\"") != std::string::npos);
  CHECK(json.find("\"matmul_factor\"") != std::string::npos);
}

TEST_CASE("training fit: the number of threads changes nothing", "[training_fit]") {
  auto cases = measured_rows();
  cases.resize(12);
  TrainingFitOptions options;
  options.leave_models_out = options.leave_sources_out = options.leave_chips_out = false;
  const auto one = fit_training(cases, options);
  options.threads = 3;
  const auto three = fit_training(cases, options);
  CHECK(one.fit.values == three.fit.values);
  CHECK(one.held_out.empty());
}

TEST_CASE("training fit: rows tell only the parameters they use", "[training_fit]") {
  const auto fit = fit_training(measured_rows(), {});
  for (const auto& parameter : fit.parameters) {
    INFO(parameter.range.name);
    CHECK((parameter.entries.front() == "a100-80" ||
           parameter.entries.front() == "llm-foundry-2023"));
  }
  CHECK(fit_training({}, {}).rows == 0);
  auto skipped = measured_rows();
  for (auto& row : skipped) {
    row.skipped = "asked for";
  }
  CHECK(fit_training(skipped, {}).rows == 0);
}

TEST_CASE("training fit: a chip takes the constants of its cores", "[training_fit]") {
  CHECK(training_generation("h200") == "h100-sxm");
  CHECK(training_generation("gb300") == "gb200");
  CHECK(training_generation("a100-40") == "a100-80");
  CHECK(training_generation("tpu-v4").empty());
}

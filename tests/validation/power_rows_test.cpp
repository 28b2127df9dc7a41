// SPDX-License-Identifier: Apache-2.0
// GPU power of every row of the ML.ENERGY leaderboard v3 (data of 2026-02-16): H100 and B200, bf16,
// fp8 and mxfp4 weights, dense, hybrid and mixture models, text, images and video. The H100's
// levels were fitted to its rows (errors of held-out rows: docs/calibration.md). Prompt lengths are
// not recorded; those assumed for each task stand below. Vision towers are left out.
#include <fmt/format.h>

#include <cmath>
#include <map>
#include <optional>

#include "tests/catalogue_entries.hpp"
#include "tests/validation/measurements.hpp"
#include "tests/validation/power_models.hpp"
#include "tests/validation/steady_batch.hpp"

#undef CHECK
#include <catch2/catch.hpp>

using namespace tokenfab;
using namespace tokenfab::validation;

namespace {

/// Estimate: an image is about 1,000 tokens in Qwen-VL's grid, a video a few thousand.
double prompt_tokens(const std::string& task) {
  static const std::map<std::string, double> assumed{{"lm-arena-chat", 200},
                                                     {"gpqa", 300},
                                                     {"sourcegraph-fim", 2'000},
                                                     {"image-chat", 1'000},
                                                     {"video-chat", 4'000}};
  return assumed.at(task);
}

struct Row {
  std::string model;
  std::string task;
  std::string gpu;
  std::string precision;
  std::int64_t gpus = 0;
  std::int64_t expert_ranks = 0;
  double batch = 0;
  double answer_tokens = 0;
  double power_w = 0;  // per GPU, mean
};

std::vector<Row> read_rows() {
  RequiredTable table(measurements_path("llm_power_itl.csv"),
                      {"task", "nickname", "gpu", "n_gpus", "ep", "precision", "avg_batch_size",
                       "avg_output_len", "avg_gpu_power_w_per_gpu"});
  std::vector<Row> rows;
  while (table.next()) {
    const auto text = [&](std::string_view column) { return std::string(table.text(column)); };
    rows.push_back({text("nickname"), text("task"), text("gpu"), text("precision"),
                    static_cast<std::int64_t>(table.number("n_gpus")),
                    static_cast<std::int64_t>(table.number("ep")), table.number("avg_batch_size"),
                    table.number("avg_output_len"), table.number("avg_gpu_power_w_per_gpu")});
  }
  return rows;
}

double simulated_w(const Row& row, const TransformerConfig& model) {
  auto engine = testing::engine_with("vllm-0.12");
  const double prompt = prompt_tokens(row.task);
  // The step model's tables are as long as these: a full batch, and the prompts that start.
  const double starts = row.batch / row.answer_tokens + 2;
  engine.max_num_seqs = std::lround(row.batch + starts);
  engine.max_num_batched_tokens = std::lround(row.batch + starts * prompt);
  engine.tensor_parallel_size = row.gpus;
  engine.expert_parallel_size = row.expert_ranks;
  if (row.precision == "fp8") {
    engine.quantization = Precision::Fp8;
  } else if (row.precision == "mxfp4") {
    engine.weight_dtype = FormatOverride::Fp4;
  }
  SteadyBatch steady;
  steady.batch = row.batch;
  steady.answer_tokens = row.answer_tokens;
  steady.prompt_tokens = prompt;
  const auto chip = testing::chip(row.gpu == "H100" ? "h100-sxm" : "b200");
  return estimate(steady, model, chip, engine).chip_power_w;
}

std::string kind_of(const Row& row) {
  return row.expert_ranks > 1 ? "experts spread over GPUs" : "other models";
}

}  // namespace

TEST_CASE("GPU power of every ML.ENERGY row, by chip and precision") {
  std::map<std::string, ErrorSample> groups;
  for (const auto& row : read_rows()) {
    const auto model = leaderboard_model(row.model);
    REQUIRE(model);
    const double watts = simulated_w(row, *model);
    const auto chip = row.gpu + " ";
    groups["all"].add(watts, row.power_w);
    groups[chip + row.precision].add(watts, row.power_w);
    groups[chip + kind_of(row)].add(watts, row.power_w);
    groups[chip + row.task].add(watts, row.power_w);
  }
  fmt::print("{:<36} {}\n", "power per GPU", ErrorSample::header());
  for (const auto& [name, error] : groups) {
    fmt::print("{:<36} {}\n", name, error.row());
  }
  REQUIRE(groups["all"].size() == 341);
  REQUIRE(groups["all"].median() < 8);
  REQUIRE(groups["all"].p90() < 24);
  REQUIRE(groups["H100 bfloat16"].median() < 8);
  REQUIRE(groups["B200 bfloat16"].median() < 5);
  REQUIRE(groups["H100 mxfp4"].median() < 8);
}

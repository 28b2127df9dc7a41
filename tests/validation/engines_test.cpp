// SPDX-License-Identifier: Apache-2.0
// SGLang and TensorRT-LLM against InferenceX points, through the whole simulator. The profiles'
// overheads were fitted to every other row in the order below; the others are compared.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "tests/validation/measurements.hpp"
#include "tests/validation/serving_point.hpp"

#undef CHECK
#include <catch2/catch.hpp>

using namespace tokenfab;
using namespace tokenfab::validation;

namespace {

/// Rows of one engine version that a profile was fitted to, and what it may be off by.
struct Group {
  const char* backend;
  const char* version;
  const char* published_model;
  const char* system;
  const char* precision;
  const char* model;
  const char* node;
  const char* profile;
  double tpot_limit;  // percent, median
  double ttft_limit;
};

constexpr Group groups[] = {
    {"sglang", "0.5.9", "deepseek-ai/DeepSeek-R1", "h200_sxm", "fp8", "deepseek-r1", "hgx-h200",
     "sglang-0.5.9", 6, 15},
    {"sglang", "0.5.9", "deepseek-ai/DeepSeek-V3", "b200_sxm", "fp8", "deepseek-v3", "hgx-b200",
     "sglang-0.5.9", 9, 45},
    {"sglang", "0.5.6.post2", "meta-llama/Llama-3.1-8B-Instruct", "h200_sxm", "fp8", "llama-3.1-8b",
     "hgx-h200", "sglang-0.5.6", 11, 50},
    {"trtllm", "1.2.0rc6.post2", "deepseek-ai/DeepSeek-V3", "b200_sxm", "fp8", "deepseek-v3",
     "hgx-b200", "tensorrt-llm-1.2", 9, 20},
    {"trtllm", "1.2.0rc6.post2", "deepseek-ai/DeepSeek-R1", "b200_sxm", "fp8", "deepseek-r1",
     "hgx-b200", "tensorrt-llm-1.2", 14, 20},
    {"trtllm", "1.0.0rc3", "meta-llama/Llama-3.1-8B-Instruct", "h100_sxm", "", "llama-3.1-8b",
     "hgx-h100", "tensorrt-llm-1.0", 14, 45},
};

struct Row {
  ServingPoint point;
  double ttft_s = 0;
  double tpot_s = 0;

  auto order() const {
    return std::tuple(point.isl, point.osl, point.tensor_parallel_size, point.concurrency);
  }
};

bool is_of(MeasurementTable& table, const Group& group) {
  return table.text("backend") == group.backend && table.text("backend_version") == group.version &&
         table.text("model") == group.published_model && table.text("system") == group.system &&
         table.text("precision") == group.precision && table.text("mode") == "agg" &&
         table.text("flag").empty() && !table.text("tp").empty() && table.number("dp") <= 1 &&
         table.number("concurrency") <= 256;
}

Row read_row(MeasurementTable& table, const Group& group) {
  Row row;
  auto& point = row.point;
  point.node = group.node;
  point.model = group.model;
  point.profile = group.profile;
  point.quantization = *group.precision == '\0' ? "bf16" : group.precision;
  const bool is_fp8_cache = std::string_view(group.backend) == "trtllm" && *group.precision != '\0';
  point.kv_cache_dtype = is_fp8_cache ? "fp8" : "bf16";
  point.tensor_parallel_size = static_cast<std::int64_t>(table.number("tp"));
  if (std::string_view(group.model).substr(0, 8) == "deepseek" &&
      table.number("moe_ep") == table.number("tp")) {
    point.expert_parallel_size = point.tensor_parallel_size;
  }
  point.concurrency = static_cast<std::int64_t>(table.number("concurrency"));
  point.isl = static_cast<std::int64_t>(table.number("isl"));
  point.osl = static_cast<std::int64_t>(table.number("osl"));
  point.shortest = 0.8;
  point.max_num_batched_tokens = 16384;
  row.ttft_s = table.number("ttft_ms") / 1e3;
  row.tpot_s = table.number("tpot_ms") / 1e3;
  return row;
}

std::vector<Row> held_out_rows(const Group& group) {
  RequiredTable table(
      measurements_path("inferencex_points.csv"),
      {"backend", "backend_version", "mode", "flag", "model", "system", "precision", "isl", "osl",
       "concurrency", "tp", "dp", "moe_ep", "ttft_ms", "tpot_ms"});
  std::vector<Row> rows;
  while (table.next()) {
    if (is_of(table, group)) {
      rows.push_back(read_row(table, group));
    }
  }
  std::stable_sort(rows.begin(), rows.end(),
                   [](const Row& a, const Row& b) { return a.order() < b.order(); });
  std::vector<Row> held_out;
  for (std::size_t i = 1; i < rows.size(); i += 2) {
    held_out.push_back(rows[i]);
  }
  return held_out;
}

}  // namespace

TEST_CASE("SGLang and TensorRT-LLM are served as fast as InferenceX published") {
  fmt::print("{:<46} {} | {}\n", "", ErrorSample::header(), ErrorSample::header());
  for (const auto& group : groups) {
    ErrorSample tpot;
    ErrorSample ttft;
    const auto rows = held_out_rows(group);
    std::vector<ServingPoint> points;
    for (const auto& row : rows) {
      points.push_back(row.point);
    }
    const auto served = simulate_points(points);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      tpot.add(served[i].tpot_mean_s, rows[i].tpot_s);
      ttft.add(served[i].ttft_mean_s, rows[i].ttft_s);
    }
    const auto name = fmt::format("{} {} {}", group.profile, group.model, group.node);
    fmt::print("{:<46} {} | {}\n", name, tpot.row(), ttft.row());
    INFO(name);
    REQUIRE(tpot.size() > 0);
    REQUIRE(tpot.median() < group.tpot_limit);
    REQUIRE(ttft.median() < group.ttft_limit);
  }
}

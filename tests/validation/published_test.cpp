// SPDX-License-Identifier: Apache-2.0
// Single published figures, source beside each, that need no data file: the validation that runs on
// every machine. The other tests of this folder compare with whole collections.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/chip/kernel_time.hpp"
#include "tests/validation/serving_point.hpp"
#include "tests/validation/steady_batch.hpp"

#undef CHECK
#include <catch2/catch.hpp>

using namespace tokenfab;
using namespace tokenfab::validation;

namespace {

void print_header() {
  fmt::print("{:<56} {:>10} {:>10} {:>7} {:>6}\n", "quantity", "published", "simulated", "error%",
             "limit");
}

void compare(const std::string& quantity, double published, double simulated, double limit) {
  const double error = 100 * (simulated / published - 1);
  fmt::print("{:<56} {:>10.4g} {:>10.4g} {:>+7.1f} {:>6.0f}\n", quantity, published, simulated,
             error, limit);
  INFO(quantity << ": " << simulated << " instead of " << published);
  REQUIRE(std::abs(error) < limit);
}

struct Served {
  const char* chip;
  std::int64_t chips;
  std::int64_t isl;
  std::int64_t users;
  double tpot_ms;
  double ttft_ms;
};

ChipConfig chip_of(const std::string& node) {
  ServingPoint point;
  point.node = node;
  point.model = "qwen3-0.6b";
  point.isl = point.osl = 16;
  return scenario_of(point).pools.front().node->chip;
}

/// Best rate of a large bf16 product over the shapes that matrix-product benchmarks scan.
double best_tflops(const std::string& node) {
  const auto chip = chip_of(node);
  double best = 0;
  for (const std::int64_t size : {4096, 8192, 12288, 16384}) {
    const auto side = static_cast<double>(size);
    const auto time = matmul_time(chip, Precision::Bf16, size, size, size).total().si();
    best = std::max(best, 2 * side * side * side / time / 1e12);
  }
  return best;
}

/// Bus bandwidth as NCCL counts it, 2 (t - 1) / t bytes per byte reduced, in GB/s over 8 chips.
double bus_bandwidth(const std::string& node, double bytes) {
  const AllReduceTime time(chip_of(node), 8);
  return 2.0 * 7 / 8 * bytes / time(Bytes(bytes)).si() / 1e9;
}

}  // namespace

// InferenceX (github.com/InferenceMAX/InferenceMAX, Apache-2.0), runs of 2025-10-29: Llama-3.1-70B
// FP8 under vLLM, 1,024 tokens out, mean over the requests.
TEST_CASE("Llama-3.1-70B is served as fast as InferenceX published") {
  const Served rows[] = {
      {"h100", 4, 1024, 64, 19.51, 256.4}, {"h100", 8, 1024, 64, 15.45, 184.8},
      {"h100", 2, 8192, 16, 34.63, 1284},  {"h200", 1, 1024, 64, 37.44, 729.7},
      {"h200", 2, 8192, 16, 27.47, 1249},  {"b200", 2, 1024, 64, 15.89, 294.3},
      {"b200", 1, 8192, 16, 27.71, 1486},
  };
  print_header();
  for (const auto& row : rows) {
    ServingPoint point;
    point.node = fmt::format("hgx-{}", row.chip);
    point.model = "llama-3.1-70b";
    point.quantization = "fp8";
    point.kv_cache_dtype = point.node == "hgx-h100" ? "bf16" : "fp8";
    point.tensor_parallel_size = row.chips;
    point.concurrency = row.users;
    point.isl = row.isl;
    point.osl = 1024;
    point.shortest = 0.8;
    const auto served = simulate_points({point}).front();
    const auto what =
        fmt::format("{} x {}, {} in, {} users", row.chips, row.chip, row.isl, row.users);
    compare(what + ": TPOT ms", row.tpot_ms, served.tpot_mean_s * 1e3, 12);
    compare(what + ": TTFT ms", row.ttft_ms, served.ttft_mean_s * 1e3, 20);
  }
}

// ML.ENERGY leaderboard v3, lm-arena-chat, data of 2026-02-16 (github.com/ml-energy/leaderboard):
// median ITL and mean power per GPU at a batch size, bf16 under vLLM.
TEST_CASE("Inter-token latency and GPU power are as ML.ENERGY published") {
  struct Row {
    const char* chip;
    const char* model;
    std::int64_t chips;
    double batch;
    double answer_tokens;
    double itl_ms;
    double power_w;
  };
  const Row rows[] = {
      {"b200", "llama-3.1-70b", 2, 32, 346, 18.68, 867.5},
      {"h100", "llama-3.1-70b", 4, 32, 351, 20.05, 448.6},
      {"h100", "qwen3-32b", 2, 16, 626, 16.04, 441.4},
      {"h100", "qwen3-8b", 1, 32, 647, 10.57, 478.1},
  };
  print_header();
  for (const auto& row : rows) {
    SteadyBatch steady;
    steady.point.node = fmt::format("hgx-{}", row.chip);
    steady.point.model = row.model;
    steady.point.profile = "vllm-0.12";
    steady.point.tensor_parallel_size = row.chips;
    steady.batch = row.batch;
    steady.answer_tokens = row.answer_tokens;
    const auto simulated = estimate(steady);
    const auto what =
        fmt::format("{} on {} x {}, batch {}", row.model, row.chips, row.chip, row.batch);
    compare(what + ": ITL ms", row.itl_ms, simulated.itl_s * 1e3, 10);
    compare(what + ": W per GPU", row.power_w, simulated.chip_power_w, 12);
  }
}

// Stas Bekman, Machine Learning Engineering (github.com/stas00/ml-engineering @744d01e1), 2026-08:
// best bf16 product found on one chip; NCCL ring all-reduce over the 8 chips of a node (with
// in-network reduction it reaches 482 and 838 GB/s, which our closed form does not know).
TEST_CASE("Best matrix product and all-reduce rates are as published") {
  print_header();
  compare("A100 best bf16 product, TFLOPS", 271.2, best_tflops("hgx-a100-80"), 12);
  compare("H100 best bf16 product, TFLOPS", 794.5, best_tflops("hgx-h100"), 12);
  compare("B200 best bf16 product, TFLOPS", 1745, best_tflops("hgx-b200"), 25);
  compare("8 x H200 ring all-reduce of 16 GiB, GB/s", 367.6, bus_bandwidth("hgx-h200", 0x1p34), 15);
  compare("8 x B200 ring all-reduce of 8 GiB, GB/s", 682.2, bus_bandwidth("hgx-b200", 0x1p33), 15);
}

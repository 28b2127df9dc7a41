// SPDX-License-Identifier: Apache-2.0
// Kernel times of the catalogue's chips against the single-kernel timings of
// ai-dynamo/aiconfigurator @095f58a5 (Apache-2.0, vLLM 0.14 to 0.24, Parquet turned into CSV), by
// region, over all rows that a fit may use (sim/calibration/kernel_*.cpp say which). Fits saw 70 %
// of the shapes of attention, experts and L40S; 30 % of the other products, 50 % of the
// all-reduces. Served fp8 products launch 1.36 us faster than the tables', whose activation
// quantization is a kernel of its own: that is the fp8 bias of small products.
#include <fmt/format.h>

#include <string>
#include <vector>

#include "sim/calibration/kernel_fit.hpp"
#include "tests/catalogue_entries.hpp"
#include "tests/validation/measurements.hpp"

#undef CHECK
#include <catch2/catch.hpp>

using namespace tokenfab;
using namespace tokenfab::validation;

namespace {

/// The largest errors that pass, in percent.
struct Limit {
  double median;
  double p90;
};

struct Expected {
  const char* file;
  const char* key;
  std::vector<Limit> by_region;  // regions without rows need none
};

KernelFile table_of(const std::string& name) {
  return kernel_file(measurements_path(fmt::format("kernels/{}.csv.gz", name)));
}

void check(const KernelFit& fit, const KernelFile& file, const std::vector<Limit>& limits) {
  const auto chip = testing::chip(std::string(file.system.chip));
  const auto errors = errors_of(fit, chip, [](const KernelRow&) { return true; });
  for (std::size_t i = 0; i < fit.regions.size(); ++i) {
    if (errors[i].size() == 0) {
      continue;
    }
    const auto what = fmt::format("{} {}", file.system.chip, fit.name());
    const auto limit = i < limits.size() ? limits[i] : Limit{0, 0};
    fmt::print("{:<34} {:<16} {} | {:>4.0f} {:>4.0f}\n", what, fit.regions[i], errors[i].row(),
               limit.median, limit.p90);
    INFO(what << ", " << fit.regions[i]);
    REQUIRE(errors[i].median() < limit.median);
    REQUIRE(errors[i].p90() < limit.p90);
  }
}

using Fits = std::vector<KernelFit> (*)(const KernelFile&);

void check_all(Fits fits_of, const std::vector<Expected>& all) {
  fmt::print("{:<34} {:<16} {} | limits\n", "table", "region", ErrorSample::header());
  for (const auto& expected : all) {
    const auto file = table_of(expected.file);
    bool is_found = false;
    for (const auto& fit : fits_of(file)) {
      if (fit.key == expected.key) {
        is_found = true;
        check(fit, file, expected.by_region);
      }
    }
    INFO(expected.file << " " << expected.key);
    REQUIRE(is_found);
  }
}

}  // namespace

TEST_CASE("Matrix products take the time that kernel tables measured") {
  check_all(matmul_fits, {{"a100_sxm.gemm_perf.vllm-0.14.0", "bf16", {{7, 19}, {11, 24}, {11, 21}}},
                          {"h100_sxm.gemm_perf.vllm-0.24.0", "bf16", {{6, 15}, {9, 22}, {7, 16}}},
                          {"h100_sxm.gemm_perf.vllm-0.24.0", "fp8", {{11, 22}, {19, 40}, {10, 26}}},
                          {"b200_sxm.gemm_perf.vllm-0.22.0", "bf16", {{8, 20}, {10, 23}, {8, 21}}},
                          {"b200_sxm.gemm_perf.vllm-0.22.0", "fp4", {{11, 22}, {13, 40}, {8, 21}}},
                          {"gb200.gemm_perf.vllm-0.22.0", "fp8", {{13, 26}, {12, 26}, {12, 22}}},
                          {"l40s.gemm_perf.vllm-0.24.0", "bf16", {{8, 18}, {9, 24}, {12, 26}}},
                          {"l40s.gemm_perf.vllm-0.24.0", "fp8", {{10, 26}, {13, 34}, {12, 43}}}});
}

TEST_CASE("Decode attention takes the time that kernel tables measured") {
  check_all(decode_attention_fits,
            {{"a100_sxm.generation_attention_perf.vllm-0.14.0", "bf16", {{4, 17}, {}, {6, 15}}},
             {"h100_sxm.generation_attention_perf.vllm-0.24.0", "bf16", {{4, 13}, {}, {4, 12}}},
             {"h100_sxm.generation_attention_perf.vllm-0.24.0", "fp8", {{9, 18}, {}, {7, 14}}},
             {"b200_sxm.generation_attention_perf.vllm-0.22.0", "bf16", {{16, 24}, {}, {2, 6}}},
             {"b200_sxm.generation_attention_perf.vllm-0.22.0", "fp8", {{16, 20}, {}, {2, 6}}},
             {"gb200.generation_attention_perf.vllm-0.22.0", "bf16", {{5, 33}, {}, {3, 6}}},
             {"l40s.generation_attention_perf.vllm-0.24.0", "bf16", {{7, 35}, {}, {7, 12}}}});
}

TEST_CASE("Prefill attention takes the time that kernel tables measured") {
  check_all(prefill_attention_fits,
            {{"a100_sxm.context_attention_perf.vllm-0.14.0", "bf16", {{9, 23}, {6, 13}, {3, 6}}},
             {"h100_sxm.context_attention_perf.vllm-0.24.0", "bf16", {{12, 27}, {9, 23}, {6, 13}}},
             {"h100_sxm.context_attention_perf.vllm-0.24.0", "fp8", {{14, 29}, {11, 26}, {5, 13}}},
             {"b200_sxm.context_attention_perf.vllm-0.22.0", "bf16", {{11, 25}, {6, 16}, {4, 9}}},
             {"b200_sxm.context_attention_perf.vllm-0.22.0", "fp8", {{12, 26}, {8, 17}, {5, 12}}},
             {"gb200.context_attention_perf.vllm-0.22.0", "bf16", {{11, 25}, {7, 18}, {7, 20}}},
             {"l40s.context_attention_perf.vllm-0.24.0", "bf16", {{18, 37}, {7, 16}, {9, 19}}}});
}

// One to 16 tokens: a loop over the same few experts finds some of them in the cache, and models
// that choose within groups of experts choose others than the table asks for; hence their tails.
TEST_CASE("Routed experts take the time that kernel tables measured") {
  check_all(
      moe_fits,
      {{"a100_sxm.moe_perf.vllm-0.14.0", "bf16", {{29, 55}, {23, 45}, {13, 50}, {19, 65}}},
       {"h100_sxm.moe_perf.vllm-0.24.0", "bf16", {{14, 120}, {7, 22}, {8, 27}, {13, 34}}},
       {"h100_sxm.moe_perf.vllm-0.24.0", "fp8", {{15, 170}, {8, 18}, {9, 29}, {17, 52}}},
       {"h100_sxm.moe_perf.vllm-0.24.0", "fp4_bf16", {{18, 36}, {14, 33}, {19, 37}, {14, 35}}},
       {"b200_sxm.moe_perf.vllm-0.24.0", "bf16", {{15, 130}, {10, 31}, {12, 33}, {19, 43}}},
       {"b200_sxm.moe_perf.vllm-0.24.0", "fp8", {{14, 150}, {9, 21}, {12, 33}, {12, 34}}},
       {"b200_sxm.moe_perf.vllm-0.24.0", "fp4", {{16, 130}, {11, 42}, {13, 44}, {15, 47}}},
       {"gb200.moe_perf.vllm-0.24.0", "fp8", {{15, 150}, {9, 22}, {12, 33}, {12, 34}}},
       {"l40s.moe_perf.vllm-0.24.0", "fp8", {{19, 800}, {5, 15}, {6, 23}, {17, 50}}}});
}

TEST_CASE("All-reduces take the time that kernel tables measured") {
  const std::vector<std::vector<std::string>> tables{
      {"a100_sxm.custom_allreduce_perf.vllm-0.14.0", "a100_sxm.nccl_perf.2.27.3"},
      {"h100_sxm.custom_allreduce_perf.vllm-0.24.0", "h100_sxm.nccl_perf.2.29.2"},
      {"b200_sxm.custom_allreduce_perf.vllm-0.24.0", "b200_sxm.nccl_perf.2.29.2"}};
  const std::vector<std::vector<Limit>> limits{
      {{3, 6}, {10, 31}}, {{3, 7}, {7, 24}}, {{4, 21}, {11, 21}}};
  for (std::size_t i = 0; i < tables.size(); ++i) {
    const auto own = table_of(tables[i][0]);
    const auto library = table_of(tables[i][1]);
    for (const auto& fit : all_reduce_fits(&own, &library)) {
      check(fit, own, limits[i]);
    }
  }
}

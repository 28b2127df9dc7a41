// SPDX-License-Identifier: Apache-2.0
// Fits of kernel tables that the test writes itself, from constants it knows.
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "models/chip/kernel_time.hpp"
#include "sim/calibration/expert_draw.hpp"
#include "sim/calibration/kernel_calibration.hpp"
#include "sim/calibration/kernel_report.hpp"
#include "tests/catalogue_entries.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using Catch::Matchers::Contains;

namespace {

/// A folder of its own that goes with the test.
struct Folder {
  std::filesystem::path path =
      std::filesystem::temp_directory_path() / fmt::format("tokenfab-kernel-fit-{}", ::getpid());
  Folder() { std::filesystem::create_directories(path); }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string write(const std::string& name, const std::string& text) const {
    const auto file = (path / name).string();
    std::ofstream(file) << text;
    return file;
  }
};

ChipConfig known_chip() {
  auto chip = testing::chip("h100-sxm");
  chip.matmul["bf16"] = {Seconds(5e-6), 0.7, 2e5, 0.85, Seconds(2e-10), Seconds(0), Seconds(0)};
  chip.moe["bf16"] = {Seconds(50e-6), 0.6, 100, 0.9, 8};
  return chip;
}

std::string matmul_table(const ChipConfig& chip) {
  std::string text = "kernel_source,gemm_dtype,m,n,k,latency\n";
  for (const std::int64_t n : {512, 2048, 5120, 8192, 16384, 51200}) {
    for (const std::int64_t k : {1024, 4096, 8192, 12288, 65536}) {
      for (const std::int64_t m : {1, 16, 64, 256, 1024, 4096, 16384}) {
        const double ms = matmul_time(chip, Precision::Bf16, m, n, k).total().si() * 1e3;
        text += fmt::format("any,bfloat16,{},{},{},{:.6g}\n", m, n, k, ms);
      }
    }
  }
  return text + "any,int3,1,8192,8192,0.1\nany,bfloat16,1,64,64,0.1\n";
}

const CalibratedKernels& only(const std::vector<CalibratedKernels>& all) {
  REQUIRE(all.size() == 1);
  return all.front();
}

std::map<std::string, ChipConfig> h100() { return {{"h100-sxm", testing::chip("h100-sxm")}}; }

}  // namespace

TEST_CASE("kernel fit: a table made from known constants gives them back", "[kernel_fit]") {
  const Folder folder;
  const auto file = folder.write("h100_sxm.gemm_perf.test.csv", matmul_table(known_chip()));
  const auto all = calibrate_kernels({kernel_file(file)}, h100(), {}, 2);
  const auto& found = only(all);
  CHECK(found.chip == "h100-sxm");
  CHECK(found.fit.name() == "matmul bf16");
  CHECK(found.fit.other_rows == 1);
  const auto& v = found.outcome.fit.values;
  CHECK(v[0] == Approx(5e-6).epsilon(0.01));
  CHECK(v[1] == Approx(0.7).epsilon(0.01));
  CHECK(v[2] == Approx(2e5).epsilon(0.02));
  CHECK(v[3] == Approx(0.85).epsilon(0.01));
  CHECK(v[4] == Approx(2e-10).epsilon(0.02));
  CHECK(found.outcome.held_out.back().size() > 10);
  CHECK(found.outcome.held_out.back().p90() < 1);
  CHECK(found.before.back().median() > found.outcome.held_out.back().median());
  const auto values = to_json(kernel_values(all), -1);
  CHECK_THAT(values, Contains("\"launch\":\"5 us\"") && Contains("\"compute_efficiency\":0.7"));
  CHECK_THAT(to_json(kernel_fits(all), -1), Contains("\"hold_out_errors\""));
  CHECK_THAT(kernel_table(all), Contains("h100-sxm matmul bf16"));
}

TEST_CASE("kernel fit: the number of threads and the order of files change nothing",
          "[kernel_fit]") {
  const Folder folder;
  const auto a = folder.write("h100_sxm.gemm_perf.test.csv", matmul_table(known_chip()));
  auto other = known_chip();
  other.matmul["bf16"].launch = Seconds(9e-6);
  const auto b = folder.write("gb200.gemm_perf.test.csv", matmul_table(other));
  auto chips = h100();
  chips["gb200"] = testing::chip("gb200");
  const auto one = calibrate_kernels({kernel_file(a), kernel_file(b)}, chips, {}, 1);
  const auto three = calibrate_kernels({kernel_file(b), kernel_file(a)}, chips, {}, 3);
  CHECK(to_json(kernel_fits(one), -1) == to_json(kernel_fits(three), -1));
  CHECK(one.front().chip == "gb200");
  CHECK(one.front().siblings.count("h100-sxm") == 1);
}

TEST_CASE("kernel fit: layers of experts give their constants back", "[kernel_fit]") {
  const auto chip = known_chip();
  const auto* fit = moe_calibration(chip, Precision::Bf16);
  std::string text =
      "kernel_source,moe_dtype,num_tokens,hidden_size,inter_size,topk,num_experts,moe_tp_size,"
      "moe_ep_size,distribution,latency\n";
  for (const std::int64_t experts : {8, 64, 256}) {
    for (const std::int64_t inner : {512, 1536, 4096}) {
      for (const std::int64_t tokens : {1, 16, 128, 1024, 8192}) {
        const auto draw = expert_draw({tokens, 2, experts, 1}, "balanced");
        const RoutedRows routed{draw.rows, draw.experts, 4096};
        const auto ms =
            1e3 * (routed_product_time(chip, Precision::Bf16, routed, 2 * inner, 4096).total() +
                   routed_product_time(chip, Precision::Bf16, routed, 4096, inner).total())
                      .si();
        text += fmt::format("any,bfloat16,{},4096,{},2,{},1,1,balanced,{:.6g}\n", tokens, inner,
                            experts, ms);
      }
    }
  }
  const Folder folder;
  const auto file = folder.write("h100_sxm.moe_perf.test.csv", text);
  const auto all = calibrate_kernels({kernel_file(file)}, h100(), {0.0, 1}, 1);
  const auto& v = only(all).outcome.fit.values;
  CHECK(v[0] == Approx(fit->launch.si()).epsilon(0.02));
  CHECK(v[1] == Approx(fit->compute_efficiency).epsilon(0.02));
  CHECK(v[2] == Approx(fit->fill_rows).epsilon(0.05));
  CHECK(v[3] == Approx(fit->memory_efficiency).epsilon(0.02));
  CHECK(v[4] == Approx(fit->row_traffic).epsilon(0.02));
}

TEST_CASE("kernel fit: what is no kernel table is told from what each format lacks",
          "[kernel_fit]") {
  const Folder folder;
  const auto table = folder.write("h100_sxm.csv", "gemm_dtype,m,n,latency\n");
  CHECK_THROWS_WITH(kernel_file(table), Contains("gemm_perf") && Contains("no column k") &&
                                            Contains("moe_perf") && Contains("num_tokens"));
  CHECK_FALSE(is_kernel_file(table));
  const auto unknown = folder.write("h300.gemm_perf.csv", "gemm_dtype,m,n,k,latency\n");
  CHECK_THROWS_WITH(kernel_file(unknown), Contains("tells no chip") && Contains("h100_sxm"));
  const auto decode = folder.write("gb200.generation_attention_perf.csv",
                                   "batch_size,isl,step,num_heads,num_key_value_heads,head_dim,"
                                   "kv_cache_dtype,latency\n");
  CHECK(kernel_file(decode).table == KernelTable::DecodeAttention);
  CHECK(kernel_file(decode).system.chip == "gb200");
}

TEST_CASE("kernel fit: what a loop finds in the cache is no measurement of memory",
          "[kernel_fit]") {
  const KernelSystem system{"x", "x", 50e6};
  CHECK_FALSE(is_cached(system, 0.5e6, 6));  // the launch hides it
  CHECK(is_cached(system, 5e6, 6));
  CHECK_FALSE(is_cached(system, 10e6, 6));
}

TEST_CASE("expert draw: balanced tokens walk through the experts", "[kernel_fit]") {
  // Four tokens, two of eight experts, strides of four: token i takes i and i + 4.
  const auto all = expert_draw({4, 2, 8, 1}, "balanced");
  CHECK(all.rows == 8);
  CHECK(all.experts == 8);
  const auto half = expert_draw({4, 2, 8, 2}, "balanced");
  CHECK(half.rows == 4);
  CHECK(half.experts == 4);
  // Two tokens are spread: 0 and 4, 2 and 6.
  const auto two = expert_draw({2, 2, 8, 2}, "balanced");
  CHECK(two.rows == 2);
  CHECK(two.experts == 2);
}

TEST_CASE("expert draw: a power law keeps every choice and loads one chip more", "[kernel_fit]") {
  const ExpertChoice one_chip{64, 8, 128, 1};
  const auto all = expert_draw(one_chip, "power_law_1.2");
  CHECK(all.rows <= 512);
  CHECK(all.rows > 400);
  CHECK(all.experts < 128);
  const auto again = expert_draw(one_chip, "power_law_1.2");
  CHECK(again.rows == all.rows);
  const auto busiest = expert_draw({64, 8, 128, 8}, "power_law_1.2");
  CHECK(busiest.rows > 64);
  CHECK_THROWS_AS(expert_draw(one_chip, "uniform"), std::invalid_argument);
  CHECK_THROWS_AS(expert_draw({64, 8, 128, 3}, "balanced"), std::invalid_argument);
}

// SPDX-License-Identifier: Apache-2.0
// Power of single kernels on B200 and GB200 against the watts of the kernel tables
// (ai-dynamo/aiconfigurator @095f58a5, Apache-2.0, vLLM 0.22), by regime. B200's levels come from
// served models (power_rows_test.cpp), GB200's are B200's in watts; of these tables only the ratio
// of the two chips was used. A kernel run over and over on one chip draws less than a served model
// in the same kind of work, most so in small kernels and decode attention.
#include <fmt/format.h>

#include <map>

#include "models/chip/kernel_time.hpp"
#include "tests/catalogue_entries.hpp"
#include "tests/validation/measurements.hpp"

#undef CHECK
#include <catch2/catch.hpp>

using namespace tokenfab;
using namespace tokenfab::validation;

namespace {

using Groups = std::map<std::string, ErrorSample>;

void add_products(const std::string& id, const std::string& table_name, Groups& groups) {
  RequiredTable table(measurements_path(fmt::format("kernels/{}.csv.gz", table_name)),
                      {"gemm_dtype", "m", "n", "k", "power"});
  const auto chip = testing::chip(id);
  const std::map<std::string_view, Precision> precisions{
      {"bfloat16", Precision::Bf16}, {"fp8", Precision::Fp8}, {"nvfp4", Precision::Fp4}};
  while (table.next()) {
    const auto found = precisions.find(table.text("gemm_dtype"));
    const double measured = table.number("power");
    const auto m = static_cast<std::int64_t>(table.number("m"));
    const auto n = static_cast<std::int64_t>(table.number("n"));
    const auto k = static_cast<std::int64_t>(table.number("k"));
    if (found == precisions.end() || measured == 0 || n * k < 1 << 26) {
      continue;
    }
    const auto time = matmul_time(chip, found->second, m, n, k);
    const auto& level = chip.power_level;
    const double mean = (time.memory.si() * level.weights + time.compute.si() * level.matmul +
                         time.fixed.si() * level.overhead) /
                        time.total().si();
    const double simulated = (chip.power_idle + chip.power_span() * mean).si();
    const auto* regime = m <= 64 ? "m to 64" : m < 2'048 ? "m to 2,048" : "m from 2,048";
    groups[fmt::format("{} {} products, {}", id, name_of(found->second), regime)].add(simulated,
                                                                                      measured);
  }
}

void add_prefill(const std::string& id, const std::string& table_name, Groups& groups) {
  RequiredTable table(measurements_path(fmt::format("kernels/{}.csv.gz", table_name)),
                      {"kv_cache_dtype", "head_dim", "latency", "power"});
  const auto chip = testing::chip(id);
  const auto simulated = chip.power_idle + chip.power_span() * chip.power_level.attention;
  while (table.next()) {
    if (table.text("kv_cache_dtype") == "bfloat16" && table.number("head_dim") == 128 &&
        table.number("latency") > 1 && table.number("power") > 0) {
      groups[id + " prefill attention over 1 ms"].add(simulated.si(), table.number("power"));
    }
  }
}

}  // namespace

TEST_CASE("Power of single kernels on B200 and GB200") {
  Groups groups;
  add_products("b200", "b200_sxm.gemm_perf.vllm-0.22.0", groups);
  add_products("gb200", "gb200.gemm_perf.vllm-0.22.0", groups);
  add_prefill("b200", "b200_sxm.context_attention_perf.vllm-0.22.0", groups);
  add_prefill("gb200", "gb200.context_attention_perf.vllm-0.22.0", groups);
  fmt::print("{:<36} {}\n", "power", ErrorSample::header());
  for (const auto& [name, error] : groups) {
    fmt::print("{:<36} {}\n", name, error.row());
  }
  for (const auto* id : {"b200", "gb200"}) {
    REQUIRE(groups[fmt::format("{} bf16 products, m from 2,048", id)].median() < 6);
    REQUIRE(groups[fmt::format("{} bf16 products, m to 64", id)].median() < 35);
    REQUIRE(groups[fmt::format("{} prefill attention over 1 ms", id)].median() < 15);
  }
}

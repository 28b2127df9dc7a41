// SPDX-License-Identifier: Apache-2.0
#include "sim/calibration/kernel_tables.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <iterator>

#include "sim/data/problems.hpp"
#include "sim/measured/measurement_table.hpp"

namespace tokenfab {
namespace {

std::vector<std::string> missing_columns(const KernelFormat& format,
                                         const MeasurementTable& table) {
  std::vector<std::string> missing;
  std::copy_if(format.columns.begin(), format.columns.end(), std::back_inserter(missing),
               [&](const std::string& column) { return !table.has(column); });
  return missing;
}

/// Decode and prefill attention have the same columns: their names tell them apart.
const KernelFormat* format_of(const MeasurementTable& table) {
  const auto name = std::filesystem::path(table.path()).filename().string();
  const KernelFormat* found = nullptr;
  for (const auto& format : kernel_formats()) {
    if (missing_columns(format, table).empty()) {
      const bool is_named = name.find(format.name) != std::string::npos;
      found = found == nullptr || is_named ? &format : found;
    }
  }
  return found;
}

}  // namespace

std::span<const KernelFormat> kernel_formats() {
  static const std::vector<std::string> attention{
      "batch_size",          "isl",      "step",           "num_heads",
      "num_key_value_heads", "head_dim", "kv_cache_dtype", "latency"};
  static const std::vector<KernelFormat> formats{
      {KernelTable::Matmul,
       "gemm_perf",
       "matrix products",
       {"gemm_dtype", "m", "n", "k", "latency"}},
      {KernelTable::DecodeAttention, "generation_attention_perf", "decode attention", attention},
      {KernelTable::PrefillAttention, "context_attention_perf", "prefill attention", attention},
      {KernelTable::Experts,
       "moe_perf",
       "layers of routed experts",
       {"kernel_source", "moe_dtype", "num_tokens", "hidden_size", "inter_size", "topk",
        "num_experts", "moe_tp_size", "moe_ep_size", "distribution", "latency"}},
      {KernelTable::AllReduce,
       "custom_allreduce_perf",
       "all-reduces of the engine",
       {"num_gpus", "message_size", "latency", "backend"}},
      {KernelTable::Library,
       "nccl_perf",
       "collectives of the library",
       {"nccl_dtype", "num_gpus", "message_size", "latency"}},
  };
  return formats;
}

std::span<const KernelSystem> kernel_systems() {
  // Level-2 caches: NVIDIA's architecture white papers of GA100 (2020), GH100 (2022), AD102 (2022)
  // and, for Blackwell, the tuning guide (2025): 126 MB.
  static const std::vector<KernelSystem> systems{{"a100_sxm", "a100-80", 40e6},
                                                 {"h100_sxm", "h100-sxm", 50e6},
                                                 {"b200_sxm", "b200", 126e6},
                                                 {"gb200", "gb200", 126e6},
                                                 {"l40s", "l40s", 96e6}};
  return systems;
}

bool is_kernel_file(const std::string& path) {
  return format_of(MeasurementTable(path)) != nullptr;
}

KernelFile kernel_file(const std::string& path) {
  const MeasurementTable table(path);
  const auto* format = format_of(table);
  std::vector<Problem> problems;
  if (format == nullptr) {
    for (const auto& known : kernel_formats()) {
      problems.push_back(
          problem_at(path, 1,
                     fmt::format("no table {} ({}): no column {}", known.name, known.summary,
                                 fmt::join(missing_columns(known, table), ", "))));
    }
    throw DataError(std::move(problems));
  }
  const auto name = std::filesystem::path(path).filename().string();
  std::vector<std::string_view> prefixes;
  for (const auto& system : kernel_systems()) {
    if (name.rfind(std::string(system.prefix) + ".", 0) == 0) {
      return {path, format->table, system};
    }
    prefixes.push_back(system.prefix);
  }
  problems.push_back(problem_at(path, 1,
                                fmt::format("the file's name tells no chip: expected it to begin "
                                            "with {}",
                                            fmt::join(prefixes, ", "))));
  throw DataError(std::move(problems));
}

}  // namespace tokenfab

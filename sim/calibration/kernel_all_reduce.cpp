// SPDX-License-Identifier: Apache-2.0
// All-reduces within a node: at every group and message size the faster of the engine's own kernel
// in a CUDA graph and of the library. Messages count 2-byte elements. The library's table does not
// name its collectives; the fourth row of each size is the all-reduce.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include "models/chip/kernel_time.hpp"
#include "sim/calibration/kernel_fit.hpp"
#include "sim/core/mix.hpp"
#include "sim/data/problems.hpp"
#include "sim/measured/measurement_table.hpp"

namespace tokenfab {
namespace {

constexpr double element_bytes = 2;
constexpr int place_of_all_reduce = 4;

using Fastest = std::map<std::pair<double, double>, double>;  // seconds by chips and bytes

void take(MeasurementTable& table, Fastest& fastest) {
  const auto seconds = table.number("latency") / 1e3;
  const auto key =
      std::pair(table.number("num_gpus"), element_bytes * table.number("message_size"));
  if (seconds > 0 && key.first > 1) {
    const auto [at, is_new] = fastest.try_emplace(key, seconds);
    at->second = std::min(at->second, seconds);
  }
}

void finish(const MeasurementTable& table) {
  if (!table.problems().empty()) {
    throw DataError(table.problems());
  }
}

Fastest fastest_all_reduces(const KernelFile* own, const KernelFile* library) {
  Fastest fastest;
  if (own != nullptr) {
    MeasurementTable table(own->path);
    while (table.next()) {
      if (table.text("backend") != "vllm_eager") {
        take(table, fastest);
      }
    }
    finish(table);
  }
  if (library != nullptr) {
    MeasurementTable table(library->path);
    std::map<std::pair<double, double>, int> seen;
    while (table.next()) {
      const auto key = std::pair(table.number("num_gpus"), table.number("message_size"));
      if (table.text("nccl_dtype") == "half" && ++seen[key] == place_of_all_reduce) {
        take(table, fastest);
      }
    }
    finish(table);
  }
  return fastest;
}

}  // namespace

std::vector<KernelFit> all_reduce_fits(const KernelFile* own, const KernelFile* library) {
  KernelFit fit;
  fit.field = "all_reduce";
  fit.regions = {"to 1 MiB", "above"};
  std::set<double> sizes;
  for (const auto& [key, seconds] : fastest_all_reduces(own, library)) {
    const auto& [chips, bytes] = key;
    sizes.insert(chips);
    fit.rows.push_back({{chips, bytes},
                        seconds,
                        bytes > 1 << 20 ? std::size_t{1} : std::size_t{0},
                        text_number(fmt::format("{} {}", chips, bytes))});
  }
  if (fit.rows.empty()) {
    return {};
  }
  std::vector<std::string> groups;
  for (const double chips : sizes) {
    groups.push_back(fmt::format("{}", chips));
    fit.parameters.push_back({"latency/" + groups.back() + "/one_shot", 5e-6, 1e-7, 1e-3, true});
    fit.parameters.push_back({"latency/" + groups.back() + "/two_shot", 2e-5, 1e-7, 1e-3, true});
    fit.is_time.insert(fit.is_time.end(), {true, true});
  }
  fit.parameters.push_back({"one_shot_efficiency", 0.5, 0.02, 1});
  fit.parameters.push_back({"two_shot_efficiency", 0.7, 0.02, 2});
  fit.is_time.insert(fit.is_time.end(), {false, false});
  fit.put = [groups](const Values& v, ChipConfig& chip) {
    chip.all_reduce.latency.clear();
    for (std::size_t i = 0; i < groups.size(); ++i) {
      chip.all_reduce.latency[groups[i]] = {Seconds(v[2 * i]), Seconds(v[2 * i + 1])};
    }
    chip.all_reduce.one_shot_efficiency = v[2 * groups.size()];
    chip.all_reduce.two_shot_efficiency = v[2 * groups.size() + 1];
  };
  fit.seconds = [](const ChipConfig& chip, const KernelRow& row) {
    return AllReduceTime(chip, static_cast<std::int64_t>(row.size[0]))(Bytes(row.size[1])).si();
  };
  return {fit};
}

}  // namespace tokenfab

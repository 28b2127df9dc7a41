// SPDX-License-Identifier: Apache-2.0
// One point of a serving benchmark, run through the whole simulator: a replica that answers a fixed
// number of requests at a time.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/scenario/loader.hpp"

namespace tokenfab::validation {

struct ServingPoint {
  std::string node;  // of the catalogue, as the model and the engine profile are
  std::string model;
  std::string profile = "vllm-2025-10";
  std::string quantization = "bf16";
  std::string kv_cache_dtype = "bf16";
  std::int64_t tensor_parallel_size = 1;
  std::int64_t concurrency = 1;
  std::int64_t isl = 0;  // longest prompt
  std::int64_t osl = 0;  // longest answer
  double shortest = 1;   // share of isl and osl; lengths are uniform from there
  std::int64_t max_num_seqs = 1024;
  std::int64_t expert_parallel_size = 1;
  std::int64_t max_num_batched_tokens = 8192;
};

/// Ten requests per user, as the benchmarks of these points do, and at least 20.
Scenario scenario_of(const ServingPoint& point);

struct ServedLatency {
  double ttft_mean_s = 0;
  double ttft_p50_s = 0;
  double tpot_mean_s = 0;
  double tpot_p50_s = 0;
};

/// Runs every point, each in a child process (one SimGrid engine per process).
std::vector<ServedLatency> simulate_points(const std::vector<ServingPoint>& points);

}  // namespace tokenfab::validation

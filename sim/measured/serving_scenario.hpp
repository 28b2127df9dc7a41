// SPDX-License-Identifier: Apache-2.0
// A served measurement as a scenario: one service on one node type, in closed loop or with all
// requests there at once, and what its run says.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/measured/measured_case.hpp"
#include "sim/scenario/loader.hpp"

namespace tokenfab {

struct ServingScenario {
  std::string node;  // of the catalogue, as the model and the engine profile are
  std::string model;
  std::string profile;
  std::string quantization = "bf16";
  std::string weight_dtype = "auto";
  std::string activation_dtype = "auto";
  std::string kv_cache_dtype = "bf16";
  std::int64_t tensor_parallel_size = 1;
  std::int64_t pipeline_parallel_size = 1;
  std::int64_t data_parallel_size = 1;
  std::int64_t expert_parallel_size = 1;
  std::int64_t mtp_tokens = 0;  // proposed per step by the model's own prediction layers
  double mtp_acceptance = 0;    // at every position
  std::int64_t replicas = 1;
  std::int64_t concurrency = 1;  // closed loop
  std::int64_t num_prompts = 20;
  std::optional<double> request_rate_per_s;  // open loop instead
  std::int64_t isl = 0;                      // longest prompt
  std::int64_t osl = 0;                      // longest answer
  double shortest = 1;                       // share of isl and osl; lengths are uniform from there
  std::optional<std::int64_t> max_num_seqs;  // absent: the profile's defaults
  std::optional<std::int64_t> max_num_batched_tokens;
  std::optional<bool> enable_chunked_prefill;
  std::optional<double> gpu_memory_utilization;

  std::int64_t chips() const {
    return replicas * tensor_parallel_size * pipeline_parallel_size * data_parallel_size;
  }
};

/// Its scenario as JSON.
std::string scenario_text(const ServingScenario& scenario);

/// Loads it; `more` are overrides.
Scenario load(const ServingScenario& scenario, const Overrides& more = {});

struct ServedRates {
  double ttft_mean_s = 0;
  double ttft_p99_s = 0;
  double tpot_mean_s = 0;
  double tpot_p50_s = 0;
  double tpot_p99_s = 0;
  double itl_p50_s = 0;
  double output_rate_per_s = 0;  // of the whole run, all chips
  double chip_power_w = 0;       // mean of a chip while the run lasts, host left out
};

/// Runs it; once per process.
ServedRates serve(const ServingScenario& scenario, const Overrides& more = {});

/// Those of `rates` that `wanted` asks for.
std::vector<Measurement> served_measurements(const ServedRates& rates,
                                             const std::vector<Measurement>& wanted, double chips);

/// Makes the row a case that plays the scenario, for what it has measured.
void set_served(const ServingScenario& scenario, MeasuredCase& row);

}  // namespace tokenfab

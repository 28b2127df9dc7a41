// SPDX-License-Identifier: Apache-2.0
#include "sim/measured/serving_scenario.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <stdexcept>

#include "sim/scenario/simulation.hpp"

namespace tokenfab {
namespace {

std::string lengths(std::int64_t longest, double shortest) {
  const auto low = static_cast<std::int64_t>(std::floor(static_cast<double>(longest) * shortest));
  return fmt::format(R"({{"model": "uniform", "low": {}, "high": {}}})",
                     std::max<std::int64_t>(1, low), longest);
}

std::string engine_text(const ServingScenario& s) {
  auto text = fmt::format(
      R"("profile": {{"use": "{}"}}, "quantization": "{}", "weight_dtype": "{}",
 "activation_dtype": "{}", "kv_cache_dtype": "{}", "tensor_parallel_size": {},
 "pipeline_parallel_size": {}, "data_parallel_size": {}, "expert_parallel_size": {})",
      s.profile, s.quantization, s.weight_dtype, s.activation_dtype, s.kv_cache_dtype,
      s.tensor_parallel_size, s.pipeline_parallel_size, s.data_parallel_size,
      s.expert_parallel_size);
  if (s.max_num_seqs) {
    text += fmt::format(R"(, "max_num_seqs": {})", *s.max_num_seqs);
  }
  if (s.max_num_batched_tokens) {
    text += fmt::format(R"(, "max_num_batched_tokens": {})", *s.max_num_batched_tokens);
  }
  if (s.enable_chunked_prefill) {
    text += fmt::format(R"(, "enable_chunked_prefill": {})", *s.enable_chunked_prefill);
  }
  if (s.mtp_tokens > 0) {
    text += fmt::format(R"(, "speculative": {{"method": "mtp", "num_speculative_tokens": {},
 "acceptance": {{"1": {}}}}})",
                        s.mtp_tokens, s.mtp_acceptance);
  }
  if (s.gpu_memory_utilization) {
    text += fmt::format(R"(, "gpu_memory_utilization": {})", *s.gpu_memory_utilization);
  }
  return text;
}

std::string load_text(const ServingScenario& s) {
  return s.request_rate_per_s ? fmt::format(R"("request_rate": "{} /s")", *s.request_rate_per_s)
                              : fmt::format(R"("concurrency": {})", s.concurrency);
}

/// Scale-up domains count as nodes where a rack is one: as many as the chips need.
constexpr const char* scenario_format = R"({{
"scenario_version": 1, "name": "measured",
"sites": {{"site": {{
 "energy": {{"grid": {{"tariff": {{"model": "flat", "price": "0.091 USD/kWh"}},
                      "carbon": {{"model": "flat", "intensity": "370 g/kWh"}}}}}},
 "cooling": {{"model": "constant_pue", "pue": 1.25}},
 "clusters": {{"cluster": {{"node": {{"use": "{}"}}, "nodes": {}}}}}}}}},
"models": {{"model": {{"use": "{}"}}}},
"services": {{"service": {{"model": "model", "pools": {{"pool": {{"cluster": "site/cluster",
 "replicas": {}, "engine": {{{}}}}}}}}}}},
"workloads": {{"load": {{"model": "synthetic", "service": "service", {}, "num_prompts": {},
 "isl": {}, "osl": {}}}}},
"output": {{"requests": false}}
}})";

}  // namespace

std::string scenario_text(const ServingScenario& s) {
  // The node's chips are not known here; a node has one chip at least, and idle ones cost nothing
  // that is compared.
  constexpr std::int64_t chips_per_board = 8;
  const auto nodes = (s.chips() + chips_per_board - 1) / chips_per_board;
  return fmt::format(scenario_format, s.node, nodes, s.model, s.replicas, engine_text(s),
                     load_text(s), s.num_prompts, lengths(s.isl, s.shortest),
                     lengths(s.osl, s.shortest));
}

Scenario load(const ServingScenario& scenario, const Overrides& more) {
  ScenarioRequest request;
  request.path = "measured";
  request.text = scenario_text(scenario);
  request.overrides = more;
  return load_scenario(request);
}

ServedRates serve(const ServingScenario& scenario, const Overrides& more) {
  const auto loaded = load(scenario, more);
  const auto result = simulate(loaded, {}).result;
  const auto& pool = result.pools.front();
  if (pool.requests.completed == 0 || pool.latency.ttft.count() == 0) {
    throw std::runtime_error(
        fmt::format("no request was answered; {} were too long", pool.requests.rejected_too_long));
  }
  const auto quantile = [](const QuantileSketch& sketch, double q) {
    return sketch.quantile_s(q).value_or(0);
  };
  const auto& latency = pool.latency;
  ServedRates rates;
  rates.ttft_mean_s = latency.ttft.mean_s();
  rates.ttft_p99_s = quantile(latency.ttft, 0.99);
  rates.tpot_mean_s = latency.tpot.count() > 0 ? latency.tpot.mean_s() : 0;
  rates.tpot_p50_s = quantile(latency.tpot, 0.5);
  rates.tpot_p99_s = quantile(latency.tpot, 0.99);
  rates.itl_p50_s = quantile(latency.itl, 0.5);
  const double seconds = result.duration.seconds();
  rates.output_rate_per_s = static_cast<double>(pool.requests.output_tokens) / seconds;
  const auto& chip = loaded.pools.front().node->chip;
  rates.chip_power_w = chip.power_idle.si() + pool.work.work.dynamic_energy_j /
                                                  (seconds * static_cast<double>(scenario.chips()));
  return rates;
}

std::vector<Measurement> served_measurements(const ServedRates& rates,
                                             const std::vector<Measurement>& wanted, double chips) {
  std::vector<Measurement> predicted;
  for (const auto& [quantity, measured] : wanted) {
    double value = 0;
    switch (quantity) {
      case Observable::TimeToFirstToken:
        value = rates.ttft_mean_s;
        break;
      case Observable::TimePerOutputToken:
        value = rates.tpot_mean_s;
        break;
      case Observable::OutputRatePerChip:
        value = rates.output_rate_per_s / chips;
        break;
      case Observable::PowerPerChip:
        value = rates.chip_power_w;
        break;
      case Observable::EnergyPerToken:
        value = rates.chip_power_w * chips / rates.output_rate_per_s;
        break;
      default:
        throw std::logic_error("a service has no such quantity");
    }
    predicted.push_back({quantity, value});
  }
  return predicted;
}

void set_served(const ServingScenario& scenario, MeasuredCase& row) {
  row.served = std::make_shared<const ServingScenario>(scenario);
  row.predict = [scenario, wanted = row.measured](const Overrides& more) {
    return served_measurements(serve(scenario, more), wanted,
                               static_cast<double>(scenario.chips()));
  };
}

}  // namespace tokenfab

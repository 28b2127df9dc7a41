// SPDX-License-Identifier: Apache-2.0
// Random small scenarios as text. The KV cache is made tiny by reserving nearly all the memory, so
// that requests preempt each other and some are rejected.
#pragma once

#include <fmt/format.h>

#include <array>
#include <string>

#include "models/serving/placement.hpp"
#include "sim/core/random.hpp"
#include "tests/catalogue_entries.hpp"

namespace tokenfab::testing {

struct RandomScenario {
  RandomScenario(std::uint64_t seed) : random(seed, 0, "scenario", "choices"), seed_(seed) {}

  std::string text(const std::string& stepping) const {
    const std::string place = "STEPPING";
    auto filled = text_;
    return filled.replace(filled.find(place), place.size(), stepping);
  }

  void make() {
    const bool two_sites = one_of(3);
    std::string sites = site("north");
    std::string pools = pool("north/c", "main");
    if (two_sites) {
      sites += "," + site("south");
      pools += "," + pool("south/c", "more");
    }
    const auto horizon = one_of(2) ? fmt::format("\"horizon\": \"{} s\",", real(0.3, 12)) : "";
    const std::string prices =
        one_of(2) ? ", \"prices\": {\"input\": \"1 USD/Mtok\", \"output\": \"3 USD/Mtok\"}" : "";
    text_ = fmt::format(
        R"({{"scenario_version": 1, "name": "random-{}", "seed": {}, {} "stepping": "STEPPING",
"plant_interval": "{} s", "sites": {{{}}}, "models": {{"m": {{"use": "{}"}}}},
"services": {{"chat": {{"model": "m", "pools": {{{}}}, "router": "{}",
  "slo": {{"ttft": "300 ms", "tpot": "12 ms"}}}}}},
"workloads": {{"load": {}}},
"economics": {{"ownership": "{}"{}}}}})",
        seed_, seed_, horizon, one_of(2) ? 1.0 : 0.25, sites, model_, pools,
        one_of(2) ? "round_robin" : "least_outstanding", workload(), one_of(4) ? "rented" : "owned",
        prices);
  }

  RandomStream random;

 private:
  bool one_of(std::uint64_t n) { return random.next_u64() % n == 0; }
  std::int64_t whole(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(random.next_u64() %
                                           static_cast<std::uint64_t>(high - low + 1));
  }
  double real(double low, double high) { return low + random.uniform() * (high - low); }

  std::string site(const std::string& name) {
    static constexpr std::array chips{"h100-sxm", "a100-80", "h200", "b200"};
    static constexpr std::array nodes{"hgx-h100", "hgx-a100-80", "hgx-h200", "hgx-b200"};
    const auto which = random.next_u64() % chips.size();
    chip_ = chips[which];
    return fmt::format(
        R"("{}": {{"energy": {{"grid": {{"tariff": {{"model": "flat", "price": "0.1 USD/kWh"}},
  "carbon": {{"model": "flat", "intensity": "400 g/kWh"}}}}}}, "storage_bandwidth": "{} GB/s",
  "clusters": {{"c": {{"node": {{"use": "{}"}}, "nodes": 4}}}}}})",
        name, whole(50, 500), nodes[which]);
  }

  std::string pool(const std::string& cluster, const std::string& name) {
    auto engine = engine_with();
    if (model_.empty()) {
      model_ = one_of(4) ? "llama-3.1-70b" : "llama-3.1-8b";
    }
    engine.tensor_parallel_size = model_ == "llama-3.1-8b" ? 1 << whole(0, 2) : 1 << whole(2, 3);
    engine.max_num_seqs = whole(1, 24);
    engine.max_num_batched_tokens = engine.max_num_seqs + whole(0, one_of(2) ? 200 : 2000);
    engine.block_size = whole(1, 32);
    // Room for this many tokens, by the placement's own rule.
    const auto tokens = static_cast<double>(whole(400, 4000));
    const auto config = chip(chip_);
    const auto spacious = place(transformer(model_), config, engine);
    const double reserved = engine.profile.reserved_memory.si() + spacious.kv_cache_per_chip.si() -
                            tokens * spacious.kv_bytes_per_token_per_chip.si();
    return fmt::format(
        R"("{}": {{"cluster": "{}", "replicas": {}, "cold_start": {}, "engine": {{
  "tensor_parallel_size": {}, "max_num_seqs": {}, "max_num_batched_tokens": {}, "block_size": {},
  "profile": {{"use": "vllm-2025-10", "reserved_memory": "{} B"}}}}}})",
        name, cluster, whole(1, 3), one_of(4), engine.tensor_parallel_size, engine.max_num_seqs,
        engine.max_num_batched_tokens, engine.block_size, reserved);
  }

  std::string length(std::int64_t longest) {
    switch (whole(0, 2)) {
      case 0:
        return std::to_string(whole(1, longest));
      case 1:
        return fmt::format(R"({{"model": "uniform", "low": 1, "high": {}}})", longest);
      default:
        return fmt::format(R"({{"model": "lognormal", "median": {}, "sigma": 1.0, "max": {}}})",
                           longest / 3, 3 * longest);
    }
  }

  std::string workload() {
    const auto loop = one_of(3) ? fmt::format("\"concurrency\": {}", whole(1, 40))
                                : fmt::format("\"request_rate\": \"{} /s\", \"burstiness\": {}",
                                              real(2, 60), one_of(2) ? 1.0 : real(0.1, 3));
    return fmt::format(
        R"({{"model": "synthetic", "service": "chat", {}, "num_prompts": {},
  "isl": {}, "osl": {}}})",
        loop, whole(20, 80), length(whole(20, 900)), length(whole(2, 300)));
  }

  std::uint64_t seed_;
  std::string chip_;
  std::string model_;
  std::string text_;
};

inline RandomScenario random_scenario(std::uint64_t seed) {
  RandomScenario made(seed);
  made.make();
  return made;
}

}  // namespace tokenfab::testing

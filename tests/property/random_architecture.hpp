// SPDX-License-Identifier: Apache-2.0
// Random small scenarios of the architectures beyond dense ones, as text: experts, latent,
// windowed, sparse and linear attention; divided by tensor, pipeline, data and expert parallelism;
// priorities, warmup, speedup and a daily pattern. The KV cache is tiny, windows are short.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "models/serving/placement.hpp"
#include "sim/core/random.hpp"
#include "tests/catalogue_entries.hpp"

namespace tokenfab::testing {

class RandomArchitecture {
 public:
  explicit RandomArchitecture(std::uint64_t seed)
      : seed_(seed), random_(seed, 0, "architecture", "choices") {
    choose_model();
    const auto pools = pool("main") + (one_of(4) ? "," + pool("more") : "");
    static constexpr std::array routers{"round_robin", "least_outstanding", "power_of_two"};
    const auto load = workload();
    text_ = fmt::format(
        R"({{"scenario_version": 1, "name": "random-{}", "seed": {}, {} {} "stepping": "STEPPING",
"sites": {{"north": {{"energy": {{"grid": {{"tariff": {{"model": "flat", "price": "0.1 USD/kWh"}},
  "carbon": {{"model": "flat", "intensity": "400 g/kWh"}}}}}},
  "clusters": {{"c": {{"node": {{"use": "{}"}}, "nodes": 16}}}}}}}},
"models": {{"m": {{"use": "{}"{}}}}},
"services": {{"chat": {{"model": "m", "pools": {{{}}}, "router": "{}",
  "slo": {{"ttft": "300 ms", "tpot": "12 ms"}}}}}},
"workloads": {{"load": {}}}, "economics": {{"ownership": "owned"}}}})",
        seed_, seed_, one_of(3) ? fmt::format("\"horizon\": \"{} s\",", real(0.6, 12)) : "",
        one_of(2) ? fmt::format("\"warmup\": \"{} s\",", real(0.01, 0.5)) : "", node_, model_,
        change_, pools, routers[random_.next_u64() % routers.size()], load);
  }

  std::string text(const std::string& stepping) const {
    const std::string place = "STEPPING";
    auto filled = text_;
    return filled.replace(filled.find(place), place.size(), stepping);
  }

  std::string trace;                  // of the workload, if it replays one
  std::optional<std::int64_t> cap;    // most tokens that some layers attend to
  bool has_priorities = false;        // the engine heeds those of the trace
  bool is_spread = false;             // experts over chips
  bool is_staged = false;             // a pipeline
  std::uint64_t sequence_blocks = 0;  // of the first pool

 private:
  bool one_of(std::uint64_t n) { return random_.next_u64() % n == 0; }
  std::int64_t whole(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(random_.next_u64() %
                                           static_cast<std::uint64_t>(high - low + 1));
  }
  double real(double low, double high) { return low + random_.uniform() * (high - low); }

  void choose_model() {
    struct Choice {
      const char* model;
      std::int64_t least_chips;  // tensor parallelism that leaves room for a cache
      std::int64_t most_chips;
    };
    static constexpr std::array<Choice, 10> choices{{{"mixtral-8x7b-v0.1", 2, 4},
                                                     {"gpt-oss-20b", 1, 4},
                                                     {"deepseek-v2-lite", 1, 4},
                                                     {"qwen3-30b-a3b", 1, 4},
                                                     {"qwen3.5-27b", 1, 4},
                                                     {"qwen3.5-35b-a3b", 1, 2},
                                                     {"gemma-4-26b-a4b", 1, 2},
                                                     {"deepseek-v3.2", 8, 8},
                                                     {"minimax-m3", 8, 8},
                                                     {"mimo-v2-flash", 8, 8}}};
    const auto& choice = choices[random_.next_u64() % choices.size()];
    model_ = choice.model;
    config_ = transformer(model_);
    if (config_.window_attention) {
      cap = config_.window_attention->window = whole(20, 300);
      change_ = fmt::format(R"(, "window_attention": {{"window": {}}})", *cap);
    }
    if (config_.sparse_attention) {
      cap = config_.sparse_attention->top_k = whole(20, 600);
      change_ = fmt::format(R"(, "sparse_attention": {{"top_k": {}}})", *cap);
    }
    static constexpr std::array chips{"h200", "b200", "gb200"};
    static constexpr std::array nodes{"hgx-h200", "hgx-b200", "gb200-nvl72"};
    const auto which = random_.next_u64() % chips.size();
    chip_ = chips[which];
    node_ = nodes[which];
    tensor_ = choice.least_chips;
    while (tensor_ < choice.most_chips && one_of(2)) {
      tensor_ *= 2;
    }
  }

  std::string pool(const std::string& name) {
    auto engine = engine_with();
    engine.tensor_parallel_size = tensor_;
    engine.pipeline_parallel_size = whole(1, 2);
    if (config_.mixture && one_of(2)) {
      engine.data_parallel_size = whole(1, 2);
      engine.expert_parallel_size = tensor_ * engine.data_parallel_size;
      engine.expert_imbalance = one_of(2) ? 1.0 : real(1, 2);
      engine.enable_two_batch_overlap =
          engine.expert_parallel_size > 1 && engine.expert_imbalance == 1;
    }
    engine.quantization = tensor_ == 8 || one_of(3) ? Precision::Fp8 : Precision::Bf16;
    engine.kv_cache_dtype = one_of(3) ? Precision::Fp8 : Precision::Bf16;
    engine.max_num_seqs = whole(2, 24);
    engine.max_num_batched_tokens = engine.max_num_seqs + whole(0, one_of(2) ? 200 : 2000);
    engine.block_size = whole(1, 32);
    const bool has_policy = one_of(2);
    has_priorities = has_priorities || has_policy;
    is_spread = is_spread || engine.expert_parallel_size > 1;
    is_staged = is_staged || engine.pipeline_parallel_size > 1;
    // Room for this many tokens on each rank, and for the states and windows of some sequences.
    const auto config = chip(chip_);
    const auto spacious = place(config_, config, engine);
    sequence_blocks = std::max(sequence_blocks, spacious.sequence_blocks);
    const auto held = static_cast<std::int64_t>(spacious.sequence_blocks) * engine.block_size;
    const auto tokens = static_cast<double>(whole(700, 4000) + held * whole(1, 8));
    const double reserved = engine.profile.reserved_memory.si() + spacious.kv_cache_per_chip.si() -
                            tokens * spacious.kv_bytes_per_token_per_chip.si();
    return fmt::format(
        R"("{}": {{"cluster": "north/c", "replicas": {}, "engine": {{
  "tensor_parallel_size": {}, "pipeline_parallel_size": {}, "data_parallel_size": {},
  "expert_parallel_size": {}, "expert_imbalance": {}, "enable_two_batch_overlap": {},
  "scheduling_policy": "{}",
  "quantization": "{}", "kv_cache_dtype": "{}",
  "max_num_seqs": {}, "max_num_batched_tokens": {}, "block_size": {},
  "profile": {{"use": "vllm-2025-10", "reserved_memory": "{} B"}}}}}})",
        name, whole(1, 2), engine.tensor_parallel_size, engine.pipeline_parallel_size,
        engine.data_parallel_size, engine.expert_parallel_size, engine.expert_imbalance.value_or(1),
        engine.enable_two_batch_overlap, has_policy ? "priority" : "fcfs",
        name_of(engine.quantization), name_of(engine.kv_cache_dtype), engine.max_num_seqs,
        engine.max_num_batched_tokens, engine.block_size, reserved);
  }

  std::string workload() {
    if (has_priorities || one_of(3)) {
      return replayed();
    }
    const auto diurnal = one_of(2)
                             ? fmt::format(R"(, "diurnal": {{"0": {}, "0.0003": {}, "0.001": {}}})",
                                           real(0.2, 1), real(0.2, 3), real(0.5, 1))
                             : "";
    const auto loop = one_of(3)
                          ? fmt::format("\"concurrency\": {}", whole(1, 40))
                          : fmt::format("\"request_rate\": \"{} /s\", \"burstiness\": {}{}",
                                        real(5, 100), one_of(2) ? 1.0 : real(0.1, 3), diurnal);
    return fmt::format(
        R"({{"model": "synthetic", "service": "chat", {}, "num_prompts": {},
  "isl": {{"model": "uniform", "low": 1, "high": {}}},
  "osl": {{"model": "uniform", "low": 1, "high": {}}}}})",
        loop, whole(20, 60), whole(20, 600), whole(20, 300));
  }

  std::string replayed() {
    trace = "arrival_s,input_tokens,output_tokens,priority\n";
    const auto requests = whole(20, 60);
    const auto gap = real(0.01, 0.2);
    const auto longest = whole(20, 600);
    double date = 0;
    for (std::int64_t i = 0; i < requests; ++i) {
      trace +=
          fmt::format("{:.6f},{},{},{}\n", date, whole(1, longest), whole(1, 250), whole(-3, 3));
      date += one_of(3) ? 0.0 : real(0, gap);
    }
    return fmt::format(
        R"({{"model": "trace", "service": "chat", "path": "trace.csv", "speedup": {}}})",
        one_of(2) ? 1.0 : real(0.5, 4));
  }

  std::uint64_t seed_;
  RandomStream random_;
  std::string model_;
  TransformerConfig config_;
  std::string change_;  // of the model's catalogue entry
  std::string chip_;
  std::string node_;
  std::int64_t tensor_ = 1;
  std::string text_;
};

}  // namespace tokenfab::testing

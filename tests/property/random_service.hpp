// SPDX-License-Identifier: Apache-2.0
// Random small services as text, with everything that a serving fleet does besides serving: shared
// prompts, tiers below the KV cache, prefill and decode pools, speculation, tenants, every router
// and autoscaler, and nodes that break.
#pragma once

#include <fmt/format.h>

#include <array>
#include <string>

#include "models/serving/placement.hpp"
#include "sim/core/random.hpp"
#include "tests/catalogue_entries.hpp"

namespace tokenfab::testing {

class RandomService {
 public:
  explicit RandomService(std::uint64_t seed) : random_(seed, 0, "service", "choices"), seed_(seed) {
    make();
  }

  std::string text(const std::string& stepping,
                   const std::string& transfers = "closed_form") const {
    return replaced(replaced(text_, "STEPPING", stepping), "TRANSFERS", transfers);
  }
  bool is_disaggregated() const { return is_disaggregated_; }
  bool has_faults() const { return has_faults_; }
  bool scales() const { return scales_; }
  bool has_tiers() const { return has_tiers_; }

 private:
  static std::string replaced(std::string text, const std::string& place,
                              const std::string& value) {
    return text.replace(text.find(place), place.size(), value);
  }
  bool one_of(std::uint64_t n) { return random_.next_u64() % n == 0; }
  std::int64_t whole(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(random_.next_u64() %
                                           static_cast<std::uint64_t>(high - low + 1));
  }
  double real(double low, double high) { return low + random_.uniform() * (high - low); }

  void make() {
    is_disaggregated_ = one_of(3);
    has_faults_ = one_of(3);
    scales_ = one_of(3);
    caches_ = !one_of(4);
    has_tiers_ = caches_ && one_of(2);
    tier_scope_ = one_of(2) ? "replica" : "service";
    block_size_ = whole(1, 32);
    const bool two_sites = one_of(3);
    auto sites = site("north", "DE");
    if (two_sites) {
      sites += ", " + site("south", "FR");
    }
    // A run may never drain if its last replicas are lost, so such runs have a horizon.
    const auto horizon = has_faults_ || scales_ || one_of(3)
                             ? fmt::format("\"horizon\": \"{} s\",", real(2, 15))
                             : "";
    text_ = fmt::format(
        R"({{"scenario_version": 1, "name": "service-{}", "seed": {}, {} "stepping": "STEPPING",
"sites": {{{}}}, "models": {{"m": {{"use": "llama-3.1-8b"}}}},
"services": {{"chat": {{"model": "m", "pools": {{{}}}, "router": {}, "decode_router": {},
  {} {} "kv_transfer": {{"mode": "TRANSFERS", "layerwise_overlap": {}, "latency": "{} us"}},
  "retry_budget": {}, "slo": {{"ttft": "300 ms", "tpot": "12 ms"}}}}}},
"workloads": {{{}}}, "tenants": {{{}}}}})",
        seed_, seed_, horizon, sites, pools(two_sites), router(), router(), autoscaler(),
        admission(), one_of(2), whole(1, 300), whole(0, 3), workloads(), tenants(two_sites));
  }

  std::string faults() {
    if (!has_faults_) {
      return "";
    }
    if (one_of(2)) {
      return fmt::format(
          R"(, "faults": {{"model": "exponential", "node_mtbf": "{} s", "repair_time": "{} s"}})",
          real(3, 30), real(0, 4));
    }
    return fmt::format(
        R"(, "faults": {{"model": "scheduled", "losses": {{
  "a": {{"at": "{} s", "node": 0, "repair_time": "{} s"}},
  "b": {{"at": "{} s", "node": 1, "repair_time": "{} s"}}}}}})",
        real(0, 3), real(0, 3), real(0, 6), real(0, 3));
  }

  std::string site(const std::string& name, const std::string& country) {
    return fmt::format(
        R"("{}": {{"country": "{}", "energy": {{"grid": {{
  "tariff": {{"model": "flat", "price": "0.1 USD/kWh"}},
  "carbon": {{"model": "flat", "intensity": "400 g/kWh"}}}}}}, "storage_bandwidth": "{} GB/s",
  "clusters": {{"c": {{"node": {{"use": "hgx-h100"}}, "nodes": 4{}}}}}}})",
        name, country, whole(50, 500), faults());
  }

  std::string pools(bool two_sites) {
    std::string pools = pool("north/c", "one", is_disaggregated_ ? "prefill" : "mixed");
    if (is_disaggregated_) {
      pools += ", " + pool("north/c", "two", "decode");
      pools += one_of(4) ? ", " + pool("north/c", "mixed", "mixed") : "";
    }
    if (two_sites) {
      pools += ", " + pool("south/c", "three", is_disaggregated_ ? "prefill" : "mixed");
      pools += is_disaggregated_ && one_of(2) ? ", " + pool("south/c", "four", "decode") : "";
    }
    return pools;
  }

  std::string pool(const std::string& cluster, const std::string& name, const std::string& role) {
    auto engine = engine_with();
    engine.tensor_parallel_size = 1 << whole(0, 1);
    engine.max_num_seqs = whole(2, 16);
    engine.max_num_batched_tokens = 4 * engine.max_num_seqs + whole(0, one_of(2) ? 200 : 1000);
    engine.block_size = block_size_;
    // Room for this many tokens, by the placement's own rule.
    const auto tokens = static_cast<double>(whole(1000, one_of(2) ? 1300 : 5000));
    const auto spacious = place(transformer("llama-3.1-8b"), chip("h100-sxm"), engine);
    const double reserved = engine.profile.reserved_memory.si() + spacious.kv_cache_per_chip.si() -
                            tokens * spacious.kv_bytes_per_token_per_chip.si();
    static constexpr std::array policies{"fcfs", "priority", "fair"};
    const auto speculative =
        one_of(4) ? fmt::format(R"("speculative": {{"method": "ngram", "num_speculative_tokens": {},
  "acceptance": {{"1": {}}}}},)",
                                whole(1, 3), real(0.2, 0.95))
                  : "";
    return fmt::format(
        R"("{}": {{"cluster": "{}", "role": "{}", {} {} "weight": {}, "engine": {{ {}
  "tensor_parallel_size": {}, "max_num_seqs": {}, "max_num_batched_tokens": {}, "block_size": {},
  "enable_prefix_caching": {}, "scheduling_policy": "{}",
  "profile": {{"use": "vllm-2025-10", "reserved_memory": "{} B"}}}}}})",
        name, cluster, role, fleet(), role == "decode" ? "" : tiers(), real(0.5, 3), speculative,
        engine.tensor_parallel_size, engine.max_num_seqs, engine.max_num_batched_tokens,
        engine.block_size, caches_, policies[random_.next_u64() % policies.size()], reserved);
  }

  std::string fleet() {
    const auto replicas = whole(1, 3);
    auto text = fmt::format(R"("replicas": {}, "startup_time": "{} s", "cold_start": {},)",
                            replicas, one_of(2) ? 0.0 : real(0, 0.5), one_of(4));
    if (scales_) {
      text += fmt::format(R"("min_replicas": {}, "max_replicas": {},)", whole(0, replicas),
                          replicas + whole(0, 1));
    }
    return text;
  }

  /// The service's own store is described once.
  std::string tiers() {
    if (!has_tiers_) {
      return "";
    }
    if (tiers_.empty()) {
      tiers_ = fmt::format(
          R"("kv_tiers": {{"dram": {{"capacity": "{} MB", "bandwidth": "{} GB/s", "scope": "{}"}},
  "ssd": {{"capacity": "{} GB", "bandwidth": "{} GB/s", "latency": "{} us"}}}},)",
          whole(20, 400), whole(5, 400), tier_scope_, whole(1, 4), whole(1, 60), whole(10, 2000));
    }
    return tiers_;
  }

  std::string router() {
    static constexpr std::array routers{"least_kv",     "least_outstanding", "power_of_two",
                                        "prefix_aware", "round_robin",       "session_affinity",
                                        "slo_aware",    "weighted"};
    return fmt::format("\"{}\"", routers[random_.next_u64() % routers.size()]);
  }

  std::string autoscaler() {
    if (!scales_) {
      return "";
    }
    static constexpr std::array models{R"("queue", "waiting_target": 2, "in_flight_target": 6)",
                                       R"("utilization", "target": 0.5)",
                                       R"("predictive", "replica_rate": "4 /s", "horizon": "1 s")"};
    return fmt::format(
        R"("autoscaler": {{"model": {}, "interval": "{} s", "scale_down_delay": "{} s",
  "scale_to_zero_after": "{} s"}},)",
        models[random_.next_u64() % models.size()], real(1, 2), real(0, 3), real(0.2, 3));
  }

  std::string admission() {
    std::string limits = one_of(3) ? fmt::format("\"deadline\": \"{} s\"", real(0.05, 2)) : "";
    if (one_of(4)) {
      limits += fmt::format("{}\"request_rate\": \"{} /s\", \"request_burst\": {}",
                            limits.empty() ? "" : ", ", real(5, 30), whole(1, 20));
    }
    return limits.empty() ? "" : "\"admission\": {" + limits + "},";
  }

  std::string loop(const std::string& rate, const std::string& number, std::int64_t most) {
    const auto start = one_of(3) ? fmt::format("\"concurrency\": {}", whole(1, 12))
                                 : fmt::format("\"{}\": \"{} /s\"", rate, real(2, 20));
    return fmt::format("{}, \"{}\": {}", start, number, whole(most / 3, most));
  }

  std::string workloads() {
    std::string loads;
    const auto add = [&](const std::string& name, const std::string& load) {
      loads += fmt::format("{}\"{}\": {{\"service\": \"chat\", {}}}", loads.empty() ? "" : ", ",
                           name, load);
    };
    if (one_of(2)) {
      add("agents",
          fmt::format(R"("model": "agents", {}, "retries": {}, "system_tokens": {}, "turns": {},
  "first_tokens": {}, "growth_tokens": {}, "output_tokens": {}, "context_max": {},
  "compacted_tokens": 60, "think_time_s": {{"0": 0.01, "1": 0.5}},
  "tool_time_s": {{"0": 0.001, "1": 0.3}})",
                      loop("session_rate", "num_sessions", 8), whole(0, 2), whole(0, 200),
                      whole(1, 6), whole(1, 200), whole(1, 90), whole(1, 60), whole(400, 900)));
    }
    if (one_of(2)) {
      add("rag",
          fmt::format(R"("model": "rag", {}, "question_tokens": 30, "osl": {}, "passage_tokens": {},
  "passages_per_request": {}, "passages": 12, "system_tokens": {},
  "embedding_latency": "5 ms", "retrieval_latency": "20 ms")",
                      loop("request_rate", "num_prompts", 30), whole(1, 80), whole(20, 150),
                      whole(1, 4), whole(0, 200)));
    }
    if (loads.empty() || one_of(2)) {
      add("plain", fmt::format(R"("model": "synthetic", {},
  "isl": {{"model": "uniform", "low": 1, "high": {}}}, "osl": {{"model": "uniform", "low": 1,
  "high": {}}}, "tenants": {{"a": 2, "b": 1, "c": 1}}, "priority": {})",
                               loop("request_rate", "num_prompts", 40), whole(20, 900),
                               whole(2, 200), whole(-1, 1)));
    }
    return loads;
  }

  std::string tenants(bool two_sites) {
    std::string text = fmt::format(R"("a": {{"weight": {}}})", real(0.5, 4));
    if (one_of(2)) {
      text += fmt::format(R"(, "b": {{"request_rate": "{} /s", "request_burst": {}, "priority": -2,
  "token_quota": "{} tok"}})",
                          real(1, 10), whole(1, 9), whole(500, 9000));
    }
    if (two_sites && one_of(2)) {
      text += R"(, "c": {"allowed_countries": ["FR"]})";
    }
    return text;
  }

  RandomStream random_;
  std::uint64_t seed_;
  bool is_disaggregated_ = false;
  bool has_faults_ = false;
  bool scales_ = false;
  bool caches_ = false;
  bool has_tiers_ = false;
  std::string tier_scope_;
  std::int64_t block_size_ = 16;
  std::string tiers_;
  std::string text_;
};

}  // namespace tokenfab::testing

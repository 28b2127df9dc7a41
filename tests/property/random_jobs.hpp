// SPDX-License-Identifier: Apache-2.0
// Random small factories as text: training with every kind of checkpoint, fixed and data jobs,
// workloads of jobs, stages in order, every scheduler and placement, nodes and racks that break or
// slow down, plants that cap and black out, and a service whose chips are lent.
#pragma once

#include <fmt/format.h>

#include <array>
#include <string>
#include <vector>

#include "tests/property/random_plant.hpp"

namespace tokenfab::testing {

class RandomJobs {
 public:
  explicit RandomJobs(std::uint64_t seed) : random_(seed, 0, "jobs", "choices"), seed_(seed) {
    make();
  }

  std::string text(const std::string& stepping) const {
    auto text = text_;
    return text.replace(text.find("STEPPING"), 8, stepping);
  }

 private:
  bool one_of(std::uint64_t n) { return random_.next_u64() % n == 0; }
  std::int64_t whole(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(random_.next_u64() %
                                           static_cast<std::uint64_t>(high - low + 1));
  }
  double real(double low, double high) { return low + random_.uniform() * (high - low); }
  template <std::size_t size>
  std::string any(const std::array<const char*, size>& options) {
    return options[random_.next_u64() % size];
  }

  void make() {
    span_s_ = real(300, 3000);
    nodes_ = whole(4, 9);
    two_sites_ = one_of(3);
    serves_ = one_of(2);
    auto sites = site("a", nodes_);
    if (two_sites_) {
      sites += ", " + site("b", whole(3, 5));
    }
    make_jobs();
    static constexpr std::array intervals{3.0, 20.0, 60.0, 700.0};
    text_ = fmt::format(
        R"({{"scenario_version": 1, "name": "jobs-{}", "seed": {}, "horizon": "{} s",
"stepping": "STEPPING", "plant_interval": "{} s",
"sites": {{{}}}, "models": {{"m": {{"use": "llama-3.1-8b"}}}},
{} "jobs": {{{}}}, "workloads": {{{}}}}})",
        seed_, seed_, span_s_, intervals[random_.next_u64() % intervals.size()], sites, service(),
        jobs_, workloads());
  }

  std::string site(const std::string& name, std::int64_t nodes) {
    RandomPlant plant(seed_ + (name == "a" ? 0 : 1'000'000), static_cast<double>(nodes) * 10e3,
                      span_s_);
    const auto rest =
        one_of(3) ? plant.site() + plant_separator : std::string(R"("energy": {"grid": {
  "tariff": {"model": "flat", "price": "0.1 USD/kWh"},
  "carbon": {"model": "flat", "intensity": "400 g/kWh"}}},)");
    return fmt::format(
        R"("{}": {{{} "storage_bandwidth": "{} GB/s", "clusters": {{"c": {{
  "node": {{"use": "hgx-h100"}}, "nodes": {}, "scheduler": {}, "placement": "{}"{}{}{}}}}}}})",
        name, rest, real(1, 60), nodes, scheduler(),
        any(std::array{"first_fit", "best_fit", "topology_aware"}), faults(nodes),
        one_of(4) ? R"(, "network": {"model": "fat_tree", "nodes_per_leaf": 2})" : "",
        one_of(5) ? R"(, "collectives": "flow")" : "");
  }
  static constexpr auto plant_separator = ",";

  std::string scheduler() {
    const auto backfill = any(std::array{"none", "easy"});
    switch (random_.next_u64() % 6) {
      case 0:
        return R"("fcfs")";
      case 1:
        return R"("conservative")";
      case 2:
        return fmt::format(R"({{"model": "fair_share", "backfill": "{}", "half_life": "{} s",
  "quotas": {{"ann": {}}}}})",
                           backfill, real(60, 900), whole(1, 4) * 8);
      case 3:
        return R"("easy")";
      default:
        return fmt::format(R"({{"model": "priority", "backfill": "{}", "preemption": {}}})",
                           backfill, !one_of(4));
    }
  }

  std::string repair() { return one_of(4) ? "0 s" : fmt::format("{} s", real(1, 0.3 * span_s_)); }

  std::string faults(std::int64_t nodes) {
    switch (random_.next_u64() % 5) {
      case 0:
        return "";
      case 1:
        return fmt::format(
            R"(, "faults": {{"model": "exponential", "node_mtbf": "{} s", "repair_time": "{}"}})",
            real(1, 6) * span_s_, repair());
      case 2:
        return fmt::format(
            R"(, "faults": {{"model": "components", "components": {{
  "gpu": {{"count": 8, "mtbf": "{} s", "repair": {{"mean": "{}"}}}},
  "rack": {{"scope": {}, "mtbf": "{} s", "repair": {{"mean": "{}"}}}},
  "fan": {{"mtbf": "{} s", "effect": "slows", "slowdown": {}, "detection": "{} s",
    "repair": {{"mean": "{}"}}}},
  "software": {{"mtbf": "{} s", "effect": "stops_job"}}}}}})",
            real(30, 90) * span_s_, repair(), whole(2, 3), real(2, 9) * span_s_, repair(),
            real(3, 9) * span_s_, real(1.05, 3), real(1, 0.3 * span_s_), repair(),
            real(3, 9) * span_s_);
      default:
        return scheduled_faults(nodes);
    }
  }

  std::string scheduled_faults(std::int64_t nodes) {
    std::string list;
    for (auto left = whole(1, 8); left > 0; --left) {
      const bool slows = one_of(3);
      list += fmt::format(
          R"({}"l{}": {{"at": "{} s", "node": {}, "nodes": {}, {}"repair_time": "{}"}})",
          list.empty() ? "" : ", ", left, real(0, 0.9 * span_s_), whole(0, nodes - 1), whole(1, 3),
          slows ? fmt::format(R"("slowdown": {}, )", real(1.05, 4)) : "", repair());
    }
    return fmt::format(R"(, "faults": {{"model": "scheduled", "losses": {{{}}}}})", list);
  }

  void add_job(const std::string& name, const std::string& fields) {
    std::string after;
    for (const auto& before : names_) {
      if (one_of(4)) {
        after += fmt::format(R"({}"{}": {{"volume": "{} GB"}})", after.empty() ? "" : ", ", before,
                             one_of(2) ? 0.0 : real(0.1, 200));
      }
    }
    jobs_ += fmt::format(
        R"({}"{}": {{"submit": "{} s", {}"priority": {}, "preemptible": {}, "user": "{}", {}}})",
        jobs_.empty() ? "" : ",\n", name, one_of(2) ? 0.0 : real(0, 0.5 * span_s_),
        after.empty() ? "" : "\"after\": {" + after + "}, ", whole(-2, 2), one_of(2),
        any(std::array{"ann", "bob", ""}), fields);
    names_.push_back(name);
  }
  std::string somewhere() { return two_sites_ && one_of(3) ? "b/c" : "a/c"; }
  std::int64_t nodes_free(const std::string& place) const {
    return place == "b/c" ? 3 : nodes_ - (serves_ ? 1 : 0);
  }

  void make_jobs() {
    for (auto left = whole(1, 3); left > 0; --left) {
      add_job(fmt::format("train{}", left), training(somewhere()));
    }
    for (auto left = whole(0, 2); left > 0; --left) {
      const auto place = somewhere();
      add_job(
          fmt::format("fixed{}", left),
          fmt::format(R"("cluster": "{}", "fixed": {{"chips": {}, "duration": "{} s",
  "resumes": {}}})",
                      place, whole(1, nodes_free(place) * 8), real(1, 0.7 * span_s_), one_of(2)));
    }
    for (auto left = whole(0, 2); left > 0; --left) {
      const auto place = somewhere();
      const auto nodes = whole(1, nodes_free(place));
      add_job(fmt::format("data{}", left),
              fmt::format(R"("cluster": "{}", "data": {{"nodes": {}, "volume": "{} GB",
  "rate_per_node": "{} GB/s", "kept_share": {}}})",
                          place, nodes, real(1, 3) * span_s_, real(1, 30),
                          one_of(3) ? 0.0 : real(0.01, 1)));
    }
    if (serves_ && one_of(2)) {
      add_job("eval", R"("requests": {"workload": "questions"})");
      asked_ = true;
    }
    if (serves_ && one_of(3)) {
      add_job("deploy", fmt::format(R"("deployment": {{"service": "chat", "max_unavailable": {}}})",
                                    whole(1, 2)));
    }
  }

  std::string training(const std::string& place) {
    const auto free = nodes_free(place);
    const auto tensor = one_of(4) ? 4 : 8;
    const auto replicas = whole(1, std::min<std::int64_t>(free, 4)) * (8 / tensor);
    const auto nodes = replicas * tensor / 8;
    const auto spares = one_of(2) ? 0 : whole(0, free - nodes);
    const auto rollout =
        serves_ && one_of(4)
            ? fmt::format(R"(, "rollout": {{"workload": "answers", "steps_per_rollout": {}}})",
                          whole(3, 60))
            : "";
    rolls_ = rolls_ || !rollout.empty();
    return fmt::format(
        R"("cluster": "{}", "training": {{"model": "m", "steps": {}, "spare_nodes": {},
  "elastic": {}, "preemption_saves": {},
  "layout": {{"tensor_parallel_size": {}, "data_parallel_size": {}, "micro_batch_size": 1,
    "global_batch_size": {}, "sequence_length": 4096, "sharding": "zero1",
    "recompute": "full", "precision": "bf16"}},
  "checkpoint": {{{}}}{}}})",
        place, whole(20, 2000), spares, one_of(2), one_of(2), tensor, replicas,
        replicas * whole(1, 8), checkpoint(nodes), rollout);
  }

  std::string checkpoint(std::int64_t nodes) {
    const auto policy = any(std::array{"none", "fixed", "fixed", "young", "daly"});
    return fmt::format(
        R"("policy": "{}", {}"mode": "{}", "size": "{} GB", "durable_every": {},
    "snapshot_bandwidth": "{} GB/s", "restart": {{"detection": "{} s", "scheduling": "{} s",
    "process_start": "{} s"}})",
        policy,
        policy == "fixed" ? fmt::format(R"("interval": "{} s", )", real(5, 0.3 * span_s_)) : "",
        any(std::array{"sync", "async", nodes > 1 ? "in_memory" : "async"}), real(1, 300),
        whole(1, 5), real(0.1, 30), one_of(3) ? 0.0 : real(0, 40), real(0, 20), real(0, 60));
  }

  /// At least one node is never lent: jobs may have the others.
  std::string service() {
    if (!serves_) {
      return "";
    }
    const auto most = whole(1, std::min<std::int64_t>(nodes_, 4));
    return fmt::format(
        R"("services": {{"chat": {{"model": "m", "pools": {{"main": {{"cluster": "a/c",
  "replicas": {}, "min_replicas": {}, "max_replicas": {}, "startup_time": "{} s",
  "engine": {{"tensor_parallel_size": 8, "max_num_seqs": 8}}}}}},
  "autoscaler": {{"model": "queue", "waiting_target": 1, "in_flight_target": 2,
    "interval": "{} s", "scale_down_delay": "{} s", "scale_to_zero_after": "{} s"}}}}}},)",
        whole(1, most), most > 1 ? whole(0, 1) : 1, most, real(0, 30), real(1, 30), real(0, 60),
        real(1, 90));
  }

  std::string workloads() {
    std::string text;
    const auto add = [&](const std::string& name, const std::string& fields) {
      text += fmt::format("{}\"{}\": {{{}}}", text.empty() ? "" : ",\n", name, fields);
    };
    const auto requests = [&](std::int64_t number, double rate) {
      return fmt::format(
          R"("model": "synthetic", "service": "chat", "request_rate": "{} /s", "num_prompts": {},
  "isl": {{"model": "uniform", "low": 1, "high": 900}},
  "osl": {{"model": "uniform", "low": 1, "high": 300}})",
          rate, number);
    };
    if (serves_) {
      add("load", requests(whole(5, 60), real(0.02, 1)));
    }
    if (asked_) {
      add("questions", requests(whole(1, 30), real(0.5, 10)));
    }
    if (rolls_) {
      add("answers", requests(whole(1, 10), real(0.5, 10)));
    }
    if (!one_of(3)) {
      add("mix", fmt::format(
                     R"("model": "job_mix", "cluster": "{}", "job_rate": "{} /h", "num_jobs": {},
  "sizes": {{"1": 2, "4": 1, "8": 2, "12": 1, "16": 1, "24": 1, "80": 0.1}}, "run_median": "{} s",
  "run_p90": "{} s", "run_max": "{} s", "estimate_factor": {}, "users": {{"ann": 1, "eve": 1}},
  "priority": {}, "preemptible": {}, "resumes": {})",
                     somewhere(), real(10, 200), whole(1, 60), real(1, 0.1 * span_s_),
                     0.3 * span_s_, 0.6 * span_s_, real(1, 4), whole(-2, 2), one_of(2), one_of(2)));
    }
    return text;
  }

  RandomStream random_;
  std::uint64_t seed_;
  double span_s_ = 0;
  std::int64_t nodes_ = 0;
  bool two_sites_ = false;
  bool serves_ = false;
  bool asked_ = false;
  bool rolls_ = false;
  std::string jobs_;
  std::vector<std::string> names_;
  std::string text_;
};

}  // namespace tokenfab::testing

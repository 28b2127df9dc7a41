// SPDX-License-Identifier: Apache-2.0
// What is asked of a plan: a scenario, what it must reach, what it may cost, and what may be
// changed about the replicas of one of its services.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/scenario/loader.hpp"

namespace tokenfab {

/// How the replicas of a service divide the work: all the same, or prefill and decode replicas in a
/// fixed proportion.
struct PoolSplit {
  std::int64_t prefill = 0;
  std::int64_t decode = 0;

  bool is_mixed() const { return prefill == 0; }
  /// Of a unit: what is added to make the service larger.
  std::int64_t replicas() const { return is_mixed() ? 1 : prefill + decode; }
  bool operator==(const PoolSplit&) const = default;
};

/// "mixed" or "2:1", prefill to decode replicas. nullopt: neither.
std::optional<PoolSplit> pool_split_of(const std::string& text);
std::string name_of(const PoolSplit& split);

/// Servers to choose from.
struct PlanNode {
  std::string label;  // the chip, for people
  std::string node;   // id of the catalogue; empty: the scenario's own
  std::int64_t chips = 8;
};

/// Whether the experts of a mixture are spread over the chips of a replica.
enum class ExpertChoice { Cut, Spread };

/// What may be changed. An empty list leaves it as the scenario says.
struct SearchSpace {
  std::vector<PlanNode> nodes;
  std::vector<std::int64_t> tensor_parallel_sizes{1, 2, 4, 8};
  std::vector<std::int64_t> pipeline_parallel_sizes;
  std::vector<std::int64_t> data_parallel_sizes;
  std::vector<ExpertChoice> expert_parallel;
  std::vector<std::string> quantizations;
  std::vector<std::int64_t> max_num_seqs;
  std::vector<std::int64_t> max_num_batched_tokens;
  std::vector<PoolSplit> splits;
  /// Least and most units; absent: from 1 to four times what the screening finds needed.
  std::optional<std::pair<std::int64_t, std::int64_t>> units;
};

struct PlanRequest {
  ScenarioRequest scenario;
  std::string service;              // empty: the only one
  std::vector<std::string> slo;     // assertions; empty: the scenario's own level for 99 %
  std::vector<std::string> budget;  // assertions; also of capex_usd
  SearchSpace space;
  std::string objective = "cost_per_mtok_usd";  // that is to be small
  std::size_t finalists = 12;                   // layouts played in full
  std::int64_t replications = 1;                // of a full run, under seeds from the scenario's on
  double margin = 0.1;         // of safety, taken off a bound before anything is dropped by it
  bool is_exhaustive = false;  // every layout at every size, in full
  std::size_t processes = 1;
};

}  // namespace tokenfab

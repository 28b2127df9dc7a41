// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/prediction_bands.hpp"

#include <string>

#include "sim/scenario/catalogue_identity.hpp"

namespace tokenfab {
namespace {

void set_chip(PredictionKind& kind, const ChipConfig& chip) {
  kind.chip = identity_of(chip);
  kind.chip_name = chip.name.empty() ? "the chip" : chip.name;
  kind.vendor = chip.vendor;
}

template <class Profile>
void set_engine(PredictionKind& kind, const Profile& profile) {
  kind.engine = identity_of(profile);
  kind.engine_family = profile.engine.empty() ? "the engine" : profile.engine;
}

const PoolResult* result_of(const PoolPlan& plan, const RunResult& result) {
  for (const auto& pool : result.pools) {
    if (pool.service == plan.service && pool.name == plan.pool && !pool.is_given) {
      return &pool;
    }
  }
  return nullptr;
}

/// Mean number of requests at once on a replica, by Little's law, and their mean length.
void set_load(PredictionKind& kind, const PoolResult& pool, const RunResult& result) {
  const double seconds = (result.duration - result.warmup).seconds();
  const auto count = static_cast<double>(pool.latency.e2el.count());
  if (count > 0 && seconds > 0 && pool.replicas > 0) {
    kind.concurrency = pool.latency.e2el.mean_s() * count / seconds / pool.replicas;
  }
  if (pool.requests.completed > 0) {
    kind.context = static_cast<double>(pool.requests.input_tokens + pool.requests.output_tokens) /
                   static_cast<double>(pool.requests.completed);
  }
}

std::vector<std::string> quantities_of(const PoolPlan& plan) {
  if (plan.model == nullptr) {
    return {"item_latency", "energy_per_item"};
  }
  switch (plan.config->role) {
    case ReplicaRole::Prefill:
      return {"ttft", "power_per_chip"};
    case ReplicaRole::Decode:
      return {"tpot", "output_rate_per_chip", "power_per_chip"};
    case ReplicaRole::Mixed:
      break;
  }
  return {"tpot", "ttft", "output_rate_per_chip", "power_per_chip"};
}

PredictionKind kind_of(const ScenarioConfig& config, const PoolPlan& plan) {
  PredictionKind kind;
  kind.model_name = config.services.at(plan.service).model;
  set_chip(kind, plan.node->chip);
  if (plan.model != nullptr) {
    const auto& engine = *plan.config->engine;
    set_engine(kind, engine.profile);
    kind.model = identity_of(*plan.model);
    kind.precision = name_of(engine.weight_precision());
    kind.regime = plan.config->role == ReplicaRole::Mixed ? "closed loop" : "disaggregated";
  } else {
    const auto& engine = *plan.config->diffusion_engine;
    set_engine(kind, engine.profile);
    kind.model = identity_of(*plan.diffusion_model);
    kind.precision = name_of(engine.quantization);
    kind.regime = "leaderboard";
  }
  return kind;
}

void add_pools(const Scenario& scenario, const RunResult& result, const ErrorBands& bands,
               std::vector<PredictionBand>& found) {
  for (const auto& plan : scenario.pools) {
    const auto* pool = result_of(plan, result);
    if (pool == nullptr) {
      continue;
    }
    auto kind = kind_of(*scenario.config, plan);
    // Halves of a disaggregated service hold a request one after the other.
    if (plan.model != nullptr && plan.config->role == ReplicaRole::Mixed) {
      set_load(kind, *pool, result);
    }
    for (const auto& quantity : quantities_of(plan)) {
      kind.quantity = quantity;
      auto& band = found.emplace_back(find_band(bands, kind));
      band.service = plan.service;
      band.pool = plan.pool;
    }
  }
}

}  // namespace

std::vector<PredictionBand> prediction_bands(const Scenario& scenario, const RunResult& result,
                                             const ErrorBands& bands) {
  std::vector<PredictionBand> found;
  add_pools(scenario, result, bands, found);
  for (const auto& [job, plan] : scenario.trainings) {
    PredictionKind kind;
    kind.quantity = "training_rate";
    set_chip(kind, plan->cluster().node.chip);
    set_engine(kind, plan->config().layout.engine);
    kind.model = identity_of(plan->model());
    kind.model_name = plan->config().model;
    kind.precision = name_of(plan->config().layout.precision);
    kind.regime = "training";
    auto& band = found.emplace_back(find_band(bands, kind));
    band.job = job;
  }
  return found;
}

}  // namespace tokenfab

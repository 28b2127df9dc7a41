// SPDX-License-Identifier: Apache-2.0
// Entries of the built-in tables as structs.
#pragma once

#include <string>
#include <vector>

#include "models/chip/node.hpp"
#include "models/diffusion/diffusion_engine_config.hpp"
#include "models/diffusion/diffusion_model.hpp"
#include "models/llm/transformer.hpp"
#include "models/power/conversion_stage.hpp"
#include "models/serving/engine_config.hpp"
#include "models/training/training_config.hpp"
#include "sim/scenario/catalogue_entry.hpp"

namespace tokenfab::testing {

/// Reads entry `id` of `table` as a Config, with its problems.
template <class Config>
Config read_entry(const std::string& table, const std::string& id, std::vector<Problem>& problems) {
  return catalogue_entry<Config>(table, id, problems, "/" + id);
}

template <class Config>
Config entry(const std::string& table, const std::string& id) {
  return catalogue_entry<Config>(table, id);
}

inline ChipConfig chip(const std::string& id) { return entry<ChipConfig>("chips", id); }
inline NodeConfig node(const std::string& id) { return entry<NodeConfig>("nodes", id); }
inline TransformerConfig transformer(const std::string& id) {
  return entry<TransformerConfig>("models", id);
}
inline ConversionStageConfig power_stage(const std::string& id) {
  return entry<ConversionStageConfig>("power_stages", id);
}
inline DiffusionModelConfig diffusion_model(const std::string& id) {
  return entry<DiffusionModelConfig>("diffusion_models", id);
}
inline DiffusionEngineConfig diffusion_engine(const std::string& profile = "xdit-2026-02") {
  DiffusionEngineConfig engine;
  engine.profile = entry<DiffusionProfileConfig>("diffusion_engines", profile);
  return engine;
}
inline TrainingConfig training_with(const std::string& profile = "megatron-core-2025") {
  TrainingConfig training;
  training.engine = entry<TrainingEngineConfig>("training_engines", profile);
  return training;
}
inline EngineConfig engine_with(const std::string& profile = "vllm-2025-10") {
  EngineConfig engine;
  engine.profile = entry<EngineProfileConfig>("engines", profile);
  return engine;
}

}  // namespace tokenfab::testing

// SPDX-License-Identifier: Apache-2.0
// A replica in steady state with its batch full, priced by the step model alone: what leaderboards
// report by batch size. The mean step decodes the batch and carries the prefill of the requests
// that replace those that end, batch / answer length of them, which come at random (Poisson).
#pragma once

#include <array>

#include "models/llm/transformer.hpp"
#include "models/serving/engine_config.hpp"
#include "sim/api/step.hpp"
#include "tests/validation/serving_point.hpp"

namespace tokenfab::validation {

struct SteadyBatch {
  ServingPoint point;
  double batch = 0;
  double prompt_tokens = 200;
  double answer_tokens = 0;

  double starts_per_step() const { return batch / answer_tokens; }
};

struct SteadyEstimate {
  double chip_power_w = 0;  // mean; of the chip alone, without host and power supply
  double itl_s = 0;         // median step
  std::array<double, time_part_count> time_share{};
};

SteadyEstimate estimate(const SteadyBatch& steady);

/// The same for a model, chip and engine at hand. `engine` must take the batch and its prompts.
SteadyEstimate estimate(const SteadyBatch& steady, const TransformerConfig& model,
                        const ChipConfig& chip, const EngineConfig& engine);

}  // namespace tokenfab::validation

// SPDX-License-Identifier: Apache-2.0
// A replica in steady state with its batch full, priced by the step model alone: what leaderboards
// report by batch size. The mean step decodes the batch and carries the prefill of the requests
// that replace those that end, batch / answer length of them, which come at random (Poisson).
#pragma once

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
};

SteadyEstimate estimate(const SteadyBatch& steady);

}  // namespace tokenfab::validation

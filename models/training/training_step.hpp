// SPDX-License-Identifier: Apache-2.0
// One step of training: how long, where the time goes, what is sent, how much arithmetic.
//
//   step = micro-batches x the slowest stage's passes + bubble + exposed collectives of the
//          data-parallel copies + optimizer + overhead.
// A stage's passes are its kernels (training_kernels.hpp), launches, and what its collectives
// (training_communication.hpp) take beyond what they hide behind. Layers of different kinds count
// as so many equal ones. Left out: differences between chips, faults, input that comes too late.
#pragma once

#include <string>
#include <vector>

#include "models/chip/chip.hpp"
#include "models/chip/training_power.hpp"
#include "models/llm/transformer.hpp"
#include "models/training/training_config.hpp"
#include "sim/api/collective.hpp"
#include "sim/core/units.hpp"

namespace tokenfab {

/// Seconds of a step on the slowest stage; they sum to the step.
struct TrainingBreakdown {
  double matmul = 0;
  double attention = 0;
  double memory = 0;  // norms, activations, casts, loss
  double tensor = 0;  // exposed collectives, by group
  double context = 0;
  double expert = 0;
  double pipeline = 0;
  double data = 0;
  double bubble = 0;  // other stages' passes
  double optimizer = 0;
  double overhead = 0;  // launches, host
  double communication() const { return tensor + context + expert + pipeline + data; }
  double total() const {
    return matmul + attention + memory + communication() + bubble + optimizer + overhead;
  }
};

/// Bytes that one chip sends in a step, by group, hidden or not.
struct TrainingTraffic {
  Bytes tensor;
  Bytes context;
  Bytes expert;
  Bytes pipeline;
  Bytes data;
};

struct TrainingStep {
  Seconds total;
  TrainingBreakdown breakdown;
  TrainingTraffic sent;
  Flop model_flop;     // all chips
  Flop hardware_flop;  // recomputation included
  double tokens = 0;
  double mfu = 0;  // model FLOP over the chips' dense peak in the precision trained in
  TrainingPhases phases;
};

class TrainingStepModel {
 public:
  /// The chip at its clock (models/chip/clock.hpp). Throws std::invalid_argument with all that the
  /// configuration contradicts. References must outlive the model.
  TrainingStepModel(const TransformerConfig& model, const ChipConfig& chip,
                    const TrainingConfig& config, const CollectiveTimes& times);

  TrainingStep step() const;

 private:
  const TransformerConfig& model_;
  const ChipConfig& chip_;
  const TrainingConfig& config_;
  const CollectiveTimes& times_;
};

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "models/serving/drafter_cost.hpp"

namespace tokenfab {
namespace {

void add_row_cost(const RowCost& cost, std::int64_t times, StepWork& work) {
  for (std::size_t i = 0; i < time_part_count; ++i) {
    work.time_by_part[i] += cost.time[i] * times;
  }
  work.dynamic_energy_j += cost.energy_j * static_cast<double>(times);
}

}  // namespace

EngineConfig drafter_engine(const TransformerConfig& drafter, const EngineConfig& engine) {
  auto own = engine;
  own.pipeline_parallel_size = 1;
  own.enable_two_batch_overlap = false;
  if (!drafter.mixture) {
    own.expert_parallel_size = 1;
  }
  return own;
}

DrafterCost::DrafterCost(const TransformerConfig& drafter, const ChipConfig& chip,
                         const EngineConfig& engine, std::size_t rows_max,
                         std::size_t sequences_max, const PartsS& power_w)
    : further_passes_(engine.speculative->num_speculative_tokens - 1) {
  const LayerCosts layers(drafter, chip, drafter_engine(drafter, engine));
  by_rows_ = RowTable(rows_max, [layers, power_w](std::int64_t rows) {
    return layers_cost(layers, rows, false, power_w);
  });
  by_sequences_ = RowTable(sequences_max, [layers, power_w](std::int64_t rows) {
    return head_cost(layers, rows, power_w);
  });
}

void DrafterCost::add(std::size_t rows, std::size_t sequences, StepWork& work) const {
  add_row_cost(by_rows_[rows], 1, work);
  add_row_cost(by_rows_[sequences], further_passes_, work);
  add_row_cost(by_sequences_[sequences], 1 + further_passes_, work);
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "tests/validation/steady_batch.hpp"

#include <algorithm>
#include <cmath>

#include "models/serving/transformer_step_model.hpp"

namespace tokenfab::validation {

SteadyEstimate estimate(const SteadyBatch& steady) {
  auto point = steady.point;
  point.isl = point.osl = 16;  // the workload is not played
  point.max_num_seqs = 4096;
  const auto scenario = scenario_of(point);
  const auto& pool = scenario.pools.front();
  return estimate(steady, *pool.model, pool.node->chip, *pool.config->engine);
}

SteadyEstimate estimate(const SteadyBatch& steady, const TransformerConfig& transformer,
                        const ChipConfig& chip, const EngineConfig& engine) {
  const TransformerStepModel model(transformer, chip, engine, Watts(0));
  const double context = steady.batch * (steady.prompt_tokens + steady.answer_tokens / 2);
  StepShape shape{static_cast<std::uint32_t>(std::lround(steady.batch)),
                  static_cast<std::uint64_t>(context),
                  {}};
  if (const auto cap = model.context_cap()) {
    const auto capped = std::min(context, steady.batch * static_cast<double>(*cap));
    shape.decode_capped_tokens = static_cast<std::uint64_t>(capped);
  }
  const auto decode = model.cost(shape).first;
  const double share = 1 - std::exp(-steady.starts_per_step());  // of the steps, with prefill
  const auto together = std::max(1L, std::lround(steady.starts_per_step() / share));
  const std::vector<PrefillChunk> prompts(
      static_cast<std::size_t>(together),
      {static_cast<std::uint32_t>(steady.prompt_tokens), 0, true});
  shape.prefills = prompts;
  const auto mixed = model.cost(shape).first;
  const double energy_j = (1 - share) * decode.dynamic_energy_j + share * mixed.dynamic_energy_j;
  const double time_s = (1 - share) * decode.time().seconds() + share * mixed.time().seconds();
  SteadyEstimate result;
  result.chip_power_w =
      chip.power_idle.si() + energy_j / time_s / static_cast<double>(engine.chips());
  result.itl_s = (share < 0.5 ? decode : mixed).time().seconds();
  for (std::size_t i = 0; i < time_part_count; ++i) {
    result.time_share[i] =
        ((1 - share) * decode.time_by_part[i].seconds() + share * mixed.time_by_part[i].seconds()) /
        time_s;
  }
  return result;
}

}  // namespace tokenfab::validation

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
  const TransformerStepModel model(*pool.model, pool.node->chip, *pool.config->engine, Watts(0));
  const double context = steady.batch * (steady.prompt_tokens + steady.answer_tokens / 2);
  StepShape shape{static_cast<std::uint32_t>(std::lround(steady.batch)),
                  static_cast<std::uint64_t>(context),
                  {}};
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
  const auto chips = static_cast<double>(point.tensor_parallel_size);
  return {pool.node->chip.power_idle.si() + energy_j / time_s / chips,
          (share < 0.5 ? decode : mixed).time().seconds()};
}

}  // namespace tokenfab::validation

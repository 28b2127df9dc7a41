// SPDX-License-Identifier: Apache-2.0
#include "models/training/pipeline_schedule.hpp"

#include <algorithm>

namespace tokenfab {

std::vector<std::int64_t> stage_layers(const TrainingConfig& config, std::int64_t layers) {
  const auto stages = config.pipeline_parallel_size;
  const auto chunks = stages * config.chunks_per_stage();
  std::vector<std::int64_t> of_chunk(static_cast<std::size_t>(chunks), layers / chunks);
  auto left = layers % chunks;
  for (std::int64_t i = 1; i + 1 < chunks && left > 0; ++i, --left) {
    ++of_chunk[static_cast<std::size_t>(i)];
  }
  if (left > 0) {  // one more than there are chunks in the middle: the embedding costs least
    ++of_chunk.front();
  }
  std::vector<std::int64_t> of_stage(static_cast<std::size_t>(stages), 0);
  for (std::int64_t i = 0; i < chunks; ++i) {
    of_stage[static_cast<std::size_t>(i % stages)] += of_chunk[static_cast<std::size_t>(i)];
  }
  return of_stage;
}

std::int64_t fullest_stage(const std::vector<std::int64_t>& layers) {
  return *std::max_element(layers.begin(), layers.end());
}

double bubble_s(const TrainingConfig& config, const std::vector<StageTime>& stages) {
  const auto slowest = *std::max_element(
      stages.begin(), stages.end(),
      [](const StageTime& a, const StageTime& b) { return a.total() < b.total(); });
  const auto count = static_cast<double>(stages.size());
  switch (config.pipeline_schedule) {
    case PipelineSchedule::ZeroBubble:
      return (count - 1) * std::max(0.0, slowest.total() - 2 * slowest.weight_gradient);
    case PipelineSchedule::DualPipe:
      return std::max(0.0, count / 2 - 1) *
             std::max(0.0, slowest.total() + slowest.backward - 3 * slowest.weight_gradient);
    case PipelineSchedule::OneForwardOneBackward:
    case PipelineSchedule::Interleaved:
      break;
  }
  double others = -slowest.total();
  for (const auto& stage : stages) {
    others += stage.total();
  }
  return others / static_cast<double>(config.chunks_per_stage());
}

double micro_batches_kept(const TrainingConfig& config) {
  const auto stages = static_cast<double>(config.pipeline_parallel_size);
  double kept = stages;
  switch (config.pipeline_schedule) {
    case PipelineSchedule::Interleaved:
      kept += (stages - 1) / static_cast<double>(config.chunks_per_stage());
      break;
    case PipelineSchedule::ZeroBubble:
      kept = 2 * stages - 1;
      break;
    case PipelineSchedule::DualPipe:
      kept = stages + 1;
      break;
    case PipelineSchedule::OneForwardOneBackward:
      break;
  }
  return std::min(kept, static_cast<double>(config.micro_batches()));
}

}  // namespace tokenfab

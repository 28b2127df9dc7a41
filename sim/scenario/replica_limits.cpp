// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/replica_limits.hpp"

namespace tokenfab {

ReplicaLimits limits_of(const PoolPlan& plan, const ServiceConfig& service) {
  const auto& engine = *plan.config->engine;
  ReplicaLimits limits;
  // Data-parallel ranks have a scheduler each, and so have the micro-batches of a pipeline.
  limits.max_num_seqs = static_cast<std::uint32_t>(engine.max_num_seqs * engine.data_parallel_size);
  limits.max_num_batched_tokens = static_cast<std::uint32_t>(
      engine.max_num_batched_tokens * engine.data_parallel_size * engine.pipeline_parallel_size);
  limits.block_size = static_cast<std::uint32_t>(engine.block_size);
  limits.kv_blocks = plan.placement.kv_blocks;
  limits.chunked_prefill = engine.enable_chunked_prefill;
  limits.sequence_blocks = plan.placement.sequence_blocks;
  limits.policy = engine.scheduling_policy;
  limits.role = plan.config->role;
  // What a decode replica computes anew it shares with nobody.
  limits.prefix_caching = engine.enable_prefix_caching && limits.role != ReplicaRole::Decode;
  if (service.admission.deadline) {
    limits.queue_deadline = Duration::from_seconds(service.admission.deadline->si());
  }
  return limits;
}

}  // namespace tokenfab

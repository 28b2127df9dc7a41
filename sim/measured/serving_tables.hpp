// SPDX-License-Identifier: Apache-2.0
// Tables of served latency and throughput, every row a scenario of its own: one replica (or a pair
// of pools) in closed loop, or a queue that is full from the start.
#pragma once

#include "sim/measured/case_formats.hpp"

namespace tokenfab {

/// InferenceX points (SemiAnalysis InferenceX, formerly InferenceMAX): time to first token and time
/// per output token at a fixed number of users.
CaseFormat inferencex_format();

/// Offline and served benchmarks of many sources: TensorRT-LLM's performance overview, MLPerf
/// Inference, published rates of production systems.
CaseFormat benchmark_format();

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// A point of a cost curve as a scenario: the service of the user's scenario on nodes of another
// kind, full of replicas, in closed loop.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/scenario/loader.hpp"

namespace tokenfab::tools {

/// What of the user's scenario every point keeps, and where it stands.
struct CurveSubject {
  std::string cluster;  // JSON pointers
  std::string service;
  std::string pool;
  std::string workload;
  std::string service_name;
  std::string model;
  std::string isl;  // the distributions, as JSON
  std::string osl;
  std::string lengths;  // for people
  std::string format;   // of the weights
  bool has_autoscaler = false;
  bool spreads_experts = false;
  std::int64_t tensor_parallel_size = 1;  // as the scenario says
  std::int64_t other_parallel_size = 1;   // pipeline x data
};

/// Throws ConfigError with every reason why no curve can be drawn from the scenario: it must be one
/// service of a language model in one pool on the only cluster, under one synthetic workload.
CurveSubject curve_subject(const Scenario& scenario);

struct CurveSetting {
  std::string node;
  std::int64_t chips_per_node = 8;
  std::string profile;  // of the engine; empty: as the scenario says
  std::int64_t tensor_parallel_size = 1;
  std::int64_t concurrency = 1;  // of one replica
};

/// The scenario of a point: nodes of one kind filled with replicas, `concurrency` users for each
/// and ten requests for each user, at least 20, as the benchmarks that are drawn like this do
/// (InferenceX, benchmark_serving with num_prompts = 10 x max_concurrency).
ScenarioRequest point_request(const ScenarioRequest& base, const CurveSubject& subject,
                              const CurveSetting& setting);

}  // namespace tokenfab::tools

// SPDX-License-Identifier: Apache-2.0
// What of a scenario is planned: one service of a language model that has its cluster for itself.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/config/document.hpp"
#include "sim/plan/plan_demand.hpp"
#include "sim/plan/plan_request.hpp"

namespace tokenfab {

struct PlanSubject {
  std::string service;
  std::string service_pointer;
  std::string cluster_pointer;
  std::string model;  // as the service names it
  Node document;      // the scenario as written, over its bases, with the request's overrides
  std::string mixed_name = "main";
  Node mixed;  // pools as templates, as written
  Node prefill;
  Node decode;
  PlanNode node;  // the scenario's own
  PoolSplit split;
  std::int64_t tensor_parallel_size = 1;
  std::int64_t pipeline_parallel_size = 1;
  std::int64_t data_parallel_size = 1;
  ExpertChoice experts = ExpertChoice::Cut;
  std::string quantization;
  std::int64_t chips = 1;  // that its replicas hold
  bool has_experts = false;
  bool has_autoscaler = false;
  bool is_alone = false;  // the scenario's costs are this service's
  PlanDemand demand;
};

/// Throws ConfigError with every reason why the service cannot be planned.
PlanSubject plan_subject(const PlanRequest& request, const Scenario& scenario);

}  // namespace tokenfab

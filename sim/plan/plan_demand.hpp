// SPDX-License-Identifier: Apache-2.0
// What the workloads of a service ask for, as far as it is known without playing them.
#pragma once

#include <optional>
#include <string>

#include "sim/scenario/loader.hpp"

namespace tokenfab {

struct PlanDemand {
  std::optional<double> input_tokens;  // of a request, mean
  std::optional<double> output_tokens;
  std::optional<double> rate_per_s;  // requests; absent in a closed loop
  std::optional<double> requests;
  std::optional<double> span_s;    // from the start to the last arrival or the horizon
  bool may_share_prompts = false;  // so that caches may save any part of the prompts
};

/// Of all workloads of the service together; what one of them leaves open is open.
PlanDemand plan_demand(const Scenario& scenario, const std::string& service);

}  // namespace tokenfab

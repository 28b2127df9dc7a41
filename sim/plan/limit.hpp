// SPDX-License-Identifier: Apache-2.0
// What a configuration must reach (a service level) and what it may cost (a budget): assertions
// about the metrics of a run. Metrics without a section are the service's, where a service has
// them, else the whole factory's. capex_usd is the price of the planned cluster: chips, servers,
// network and facility.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/metrics/assertion.hpp"
#include "sim/plan/plan_request.hpp"
#include "sim/sweep/run_answer.hpp"

namespace tokenfab {

inline constexpr const char* capex_metric = "capex_usd";
/// Requests completed over those completed, rejected and failed. Always at least 99 %, the share
/// of the default service level: who is turned away waits for nothing.
inline constexpr const char* served_metric = "served_share";

struct Limit {
  std::string text;    // as written
  std::string metric;  // as a flat report names it
  Comparison comparison = Comparison::Less;
  double value = 0;
  bool is_budget = false;  // grows with the size of the service

  bool is_upper() const {
    return comparison == Comparison::Less || comparison == Comparison::AtMost;
  }
};

struct PlanLimits {
  std::vector<Limit> limits;
  std::vector<Problem> problems;  // what is wrong with them, all of it
  std::vector<std::string> warnings;
};

/// Those of the request; the scenario's own service level where it asks for none.
PlanLimits plan_limits(const PlanRequest& request, const Scenario& scenario,
                       const std::string& service);

/// That metric of a run, of the service if it has it.
std::optional<double> metric_of(const RunAnswer& answer, const std::string& service,
                                const std::string& metric);

/// How far a value is from a limit, as a share of it: 0 where it holds, 0.1 at 33 ms of 30 ms.
/// Infinite without a value.
double miss_of(const Limit& limit, const std::optional<double>& value);

/// "misses tpot_p50_s < 30 ms by 12 %".
std::string miss_text(const Limit& limit, double miss);
/// All that are missed, with commas between; `misses` by limit.
std::string misses_text(const std::vector<Limit>& limits, const std::vector<double>& misses);

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "sim/plan/unbeaten.hpp"

#include <algorithm>

namespace tokenfab {
namespace {

Criteria criteria_of(const PlanContext& context, const Verdict& verdict) {
  const auto metric = [&](const char* name) {
    return metric_of(verdict.answer, context.subject.service, name);
  };
  auto speed = metric("interactivity_tokens_per_s_per_user");
  if (speed) {
    speed = -*speed;
  }
  return {verdict.objective, speed, metric("ttft_p99_s"), metric("peak_site_power_w"),
          metric("carbon_per_mtok_g")};
}

}  // namespace

bool beats(const Criteria& a, const Criteria& b) {
  bool is_better = false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] && b[i] && *a[i] > *b[i]) {
      return false;
    }
    is_better = is_better || (a[i] && b[i] && *a[i] < *b[i]);
  }
  return is_better;
}

std::vector<std::size_t> unbeaten_layouts(const PlanContext& context, const PlanResult& result,
                                          const Trials& trials) {
  std::vector<std::size_t> feasible;
  std::vector<Criteria> criteria;
  for (std::size_t i = 0; i < result.layouts.size(); ++i) {
    if (const auto& best = result.layouts[i].best) {
      feasible.push_back(i);
      criteria.push_back(criteria_of(context, trials.verdict(*best)));
    }
  }
  std::vector<std::size_t> unbeaten;
  for (std::size_t i = 0; i < feasible.size(); ++i) {
    const bool is_beaten = std::any_of(criteria.begin(), criteria.end(), [&](const auto& other) {
      return beats(other, criteria[i]);
    });
    if (!is_beaten) {
      unbeaten.push_back(feasible[i]);
    }
  }
  return unbeaten;
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "sim/plan/layout_bounds.hpp"

#include <algorithm>
#include <limits>

namespace tokenfab {
namespace {

constexpr const char* bounded_objective = "cost_per_mtok_usd";
/// Estimate: services that meet a latency run at about that share of the rate of full batches.
constexpr double first_utilization = 0.7;
constexpr std::int64_t units_auto_least = 8;
constexpr std::int64_t units_auto_factor = 4;

}  // namespace

std::int64_t first_units(const PlanContext& context, std::size_t layout) {
  const auto& screened = context.screened[layout];
  const auto& demand = context.subject.demand;
  if (screened.rate_max_per_s && demand.rate_per_s) {
    return units_needed(screened, demand, first_utilization);
  }
  const auto chips = context.layouts[layout].chips_per_unit();
  return std::max<std::int64_t>(1, (context.subject.chips + chips - 1) / chips);
}

std::pair<std::int64_t, std::int64_t> unit_range(const PlanContext& context, std::size_t layout) {
  if (context.request.space.units) {
    return *context.request.space.units;
  }
  const auto first = first_units(context, layout);
  return {1, std::max(units_auto_least, units_auto_factor * first)};
}

double layout_bound_usd(const PlanContext& context, std::size_t layout,
                        const std::optional<double>& tokens_per_s) {
  if (!context.subject.is_alone || context.request.objective != bounded_objective) {
    return 0;
  }
  auto offered = offered_tokens_per_s(context.subject.demand);
  if (offered && tokens_per_s) {
    offered = std::max(*offered, *tokens_per_s);
  }
  const auto& screened = context.screened[layout];
  const auto [least, most] = unit_range(context, layout);
  // Beyond what a known demand needs a layout only gets dearer.
  const auto last =
      offered ? std::clamp(units_needed(screened, context.subject.demand, 1), least, most) : most;
  double bound = std::numeric_limits<double>::infinity();
  for (auto units = least; units <= last; ++units) {
    bound = std::min(bound, cost_bound_usd(screened, context.layouts[layout],
                                           context.subject.demand, offered, units));
  }
  return bound;
}

std::string speed_miss(const PlanContext& context, std::size_t layout) {
  for (const auto& limit : context.limits) {
    const double least_s = 1 / context.screened[layout].interactivity_max_per_s;
    const double miss = limit.metric.starts_with("tpot_") ? miss_of(limit, least_s) : 0;
    if (limit.is_upper() && miss > 0) {
      return miss_text(limit, miss) + " at least";
    }
  }
  return "";
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// What the screening says of a layout at any size: where its sizing begins and ends, and whether it
// is worth a run at all.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "sim/plan/plan_context.hpp"

namespace tokenfab {

/// Where sizing begins: at 70 % of the highest rate, or, where no rate is known, with as many chips
/// as the scenario gives the service.
std::int64_t first_units(const PlanContext& context, std::size_t layout);

/// Units between which a layout is searched.
std::pair<std::int64_t, std::int64_t> unit_range(const PlanContext& context, std::size_t layout);

/// Least cost per million tokens of a layout at any size; 0 where no bound is known: for another
/// objective, and where other services or jobs bear a part of the costs.
double layout_bound_usd(const PlanContext& context, std::size_t layout,
                        const std::optional<double>& tokens_per_s);

/// Which limit of tpot even a lone sequence misses, and by how much at least; empty if none.
std::string speed_miss(const PlanContext& context, std::size_t layout);

}  // namespace tokenfab

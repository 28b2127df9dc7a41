// SPDX-License-Identifier: Apache-2.0
// What a replica of a pool may hold and do, as its configuration and its placement say.
#pragma once

#include "models/serving/replica.hpp"
#include "sim/scenario/config.hpp"
#include "sim/scenario/loader.hpp"

namespace tokenfab {

ReplicaLimits limits_of(const PoolPlan& plan, const ServiceConfig& service);

}  // namespace tokenfab

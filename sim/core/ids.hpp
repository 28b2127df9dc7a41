// SPDX-License-Identifier: Apache-2.0
// Index types that do not mix: a replica's number is not a request's slot.
#pragma once

#include <compare>
#include <cstdint>

namespace tokenfab {

template <class Tag>
struct Id {
  std::uint32_t index = 0;
  friend constexpr auto operator<=>(const Id&, const Id&) = default;
};

using ServiceId = Id<struct ServiceTag>;
using PoolId = Id<struct PoolTag>;
using ReplicaId = Id<struct ReplicaTag>;
using ClusterId = Id<struct ClusterTag>;
using SiteId = Id<struct SiteTag>;
using WorkloadId = Id<struct WorkloadTag>;
using SlotId = Id<struct SlotTag>;

}  // namespace tokenfab

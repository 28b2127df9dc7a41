// SPDX-License-Identifier: Apache-2.0
#include "models/scheduler/weighted.hpp"

namespace tokenfab {

void Weighted::start(const ReplicaView& view, RandomStream) {
  view_ = &view;
  pools_.assign(view.pool_count(), Pool{});
}

std::optional<std::uint32_t> Weighted::route(const RoutingRequest&) {
  for (auto& pool : pools_) {
    pool.idlest.reset();
  }
  for_each_eligible(*view_, [this](std::uint32_t i) {
    auto& pool = pools_[view_->pool(i)];
    const auto outstanding = view_->outstanding(i);
    if (!pool.idlest || outstanding < pool.outstanding) {
      pool.idlest = i;
      pool.outstanding = outstanding;
    }
  });
  double total = 0;
  Pool* chosen = nullptr;
  for (std::uint32_t number = 0; number < pools_.size(); ++number) {
    auto& pool = pools_[number];
    if (!pool.idlest) {
      continue;
    }
    const double weight = view_->pool_weight(number);
    pool.credit += weight;
    total += weight;
    if (chosen == nullptr || pool.credit > chosen->credit) {
      chosen = &pool;
    }
  }
  if (chosen == nullptr) {
    return std::nullopt;
  }
  chosen->credit -= total;
  return chosen->idlest;
}

}  // namespace tokenfab

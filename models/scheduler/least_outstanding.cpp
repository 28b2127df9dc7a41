// SPDX-License-Identifier: Apache-2.0
#include "models/scheduler/least_outstanding.hpp"

#include <algorithm>
#include <bit>
#include <limits>

namespace tokenfab {

void LeastOutstanding::start(const ReplicaView& view, RandomStream) {
  view_ = &view;
  const auto replicas = view.replicas();
  leaves_ = std::bit_ceil(replicas);
  outstanding_.assign(leaves_, std::numeric_limits<std::uint32_t>::max());
  std::fill_n(outstanding_.begin(), replicas, 0U);
  winners_.assign(2 * std::size_t{leaves_}, 0);
  for (std::uint32_t i = 0; i < leaves_; ++i) {
    winners_[leaves_ + i] = i;
  }
  for (auto node = leaves_ - 1; node >= 1; --node) {
    winners_[node] = winner_of(winners_[2 * node], winners_[2 * node + 1]);
  }
}

std::optional<std::uint32_t> LeastOutstanding::route(const RoutingRequest&) {
  if (view_->all_eligible()) {
    return winners_[1];
  }
  std::optional<std::uint32_t> best;
  for (std::uint32_t i = 0; i < view_->replicas(); ++i) {
    if (view_->is_eligible(i) && (!best || outstanding_[i] < outstanding_[*best])) {
      best = i;
    }
  }
  return best;
}

void LeastOutstanding::outstanding_changed(std::uint32_t replica, std::uint32_t outstanding) {
  outstanding_[replica] = outstanding;
  for (auto node = (leaves_ + replica) / 2; node >= 1; node /= 2) {
    winners_[node] = winner_of(winners_[2 * node], winners_[2 * node + 1]);
  }
}

}  // namespace tokenfab

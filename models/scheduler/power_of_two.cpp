// SPDX-License-Identifier: Apache-2.0
#include "models/scheduler/power_of_two.hpp"

#include <numeric>

#include "sim/core/instant.hpp"

namespace tokenfab {
namespace {

/// A number below `count`: the high half of a 64 x 32 bit product, uneven by less than 2^-32.
std::uint32_t draw_below(std::uint32_t count, RandomStream& random) {
  return static_cast<std::uint32_t>(static_cast<UInt128>(random.next_u64()) * count >> 64);
}

}  // namespace

void PowerOfTwo::start(const ReplicaView& view, RandomStream random) {
  view_ = &view;
  random_ = random;
  outstanding_.assign(view.replicas(), 0);
  eligible_.resize(view.replicas());
  std::iota(eligible_.begin(), eligible_.end(), 0U);
}

std::optional<std::uint32_t> PowerOfTwo::route(const RoutingRequest&) {
  if (!view_->all_eligible() || eligible_.size() < view_->replicas()) {
    eligible_.clear();
    for (std::uint32_t i = 0; i < view_->replicas(); ++i) {
      if (view_->is_eligible(i)) {
        eligible_.push_back(i);
      }
    }
  }
  const auto choices = static_cast<std::uint32_t>(eligible_.size());
  if (choices <= 1) {
    return choices == 0 ? std::nullopt : std::optional(eligible_.front());
  }
  const auto first = draw_below(choices, *random_);
  // One of the others: those from `first` on are one up.
  auto second = draw_below(choices - 1, *random_);
  second += second >= first ? 1 : 0;
  const auto a = eligible_[first];
  const auto b = eligible_[second];
  return outstanding_[b] < outstanding_[a] ? b : a;
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "models/scheduler/power_of_two.hpp"

#include "sim/core/instant.hpp"

namespace tokenfab {
namespace {

/// A number below `count`: the high half of a 64 x 32 bit product, uneven by less than 2^-32.
std::uint32_t draw_below(std::uint32_t count, RandomStream& random) {
  return static_cast<std::uint32_t>(static_cast<UInt128>(random.next_u64()) * count >> 64);
}

}  // namespace

void PowerOfTwo::start(std::uint32_t replicas, RandomStream random) {
  random_ = random;
  outstanding_.assign(replicas, 0);
}

std::uint32_t PowerOfTwo::route() {
  const auto replicas = static_cast<std::uint32_t>(outstanding_.size());
  if (replicas == 1) {
    return 0;
  }
  const auto first = draw_below(replicas, *random_);
  // One of the others: those from `first` on are one up.
  auto second = draw_below(replicas - 1, *random_);
  second += second >= first ? 1 : 0;
  return outstanding_[second] < outstanding_[first] ? second : first;
}

}  // namespace tokenfab

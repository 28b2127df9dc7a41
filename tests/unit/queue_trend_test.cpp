// SPDX-License-Identifier: Apache-2.0
#include "sim/metrics/queue_trend.hpp"

#include <catch2/catch.hpp>
#include <functional>

namespace tokenfab {
namespace {

QueueGrowth growth_of(std::uint64_t arrivals,
                      const std::function<std::uint64_t(std::uint64_t)>& waiting,
                      std::uint64_t replicas = 1) {
  QueueTrend trend;
  for (std::uint64_t i = 0; i < arrivals; ++i) {
    if (trend.arrives()) {
      trend.sample(waiting(i));
    }
  }
  return trend.growth(replicas);
}

TEST_CASE("queue trend: a queue that grows with the arrivals still grows") {
  for (const std::uint64_t arrivals : {100, 257, 1000, 5000, 1'000'000}) {
    const auto growth = growth_of(arrivals, [](std::uint64_t i) { return i / 5; });
    INFO(arrivals);
    CHECK(growth.still_grows);
    CHECK(growth.last_quarter == Approx(0.875 * arrivals / 5).epsilon(0.1));
    CHECK(growth.second_quarter == Approx(0.375 * arrivals / 5).epsilon(0.1));
  }
}

TEST_CASE("queue trend: what is no growth") {
  CHECK_FALSE(growth_of(99, [](std::uint64_t i) { return i; }).still_grows);
  CHECK_FALSE(growth_of(10000, [](std::uint64_t) { return 500; }).still_grows);
  CHECK_FALSE(growth_of(10000, [](std::uint64_t i) { return i % 37; }).still_grows);
  CHECK_FALSE(
      growth_of(10000, [](std::uint64_t i) { return i < 5000 ? i : 10000 - i; }).still_grows);
  // Too few to be more than chance: under one per replica, under 1 % of the arrivals.
  CHECK_FALSE(growth_of(
                  1000, [](std::uint64_t i) { return i / 50; }, 100)
                  .still_grows);
  CHECK_FALSE(growth_of(10000, [](std::uint64_t i) { return i / 200; }).still_grows);
}

}  // namespace
}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "models/workload/length_distribution.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <memory>
#include <stdexcept>

#include "models/workload/synthetic.hpp"

using namespace tokenfab;

namespace {

constexpr int draws = 400'000;

/// Sorted samples.
std::vector<std::uint32_t> samples_of(const LengthDistribution& distribution) {
  RandomStream random(21, 0, "lengths", "test");
  std::vector<std::uint32_t> samples;
  for (int i = 0; i < draws; ++i) {
    samples.push_back(distribution.sample(random));
  }
  std::sort(samples.begin(), samples.end());
  return samples;
}

/// The samples' mean is within 4 of its own standard deviations of mean(), and none is too long.
void check_mean_and_max(const LengthDistribution& distribution) {
  const auto samples = samples_of(distribution);
  double sum = 0;
  double squares = 0;
  for (const double x : samples) {
    sum += x;
    squares += x * x;
  }
  const double mean = sum / draws;
  const double deviation = std::sqrt(std::max(0.0, squares / draws - mean * mean) / draws);
  CHECK(distribution.mean() == Approx(mean).margin(4 * deviation + 1e-3 * mean));
  CHECK(samples.back() <= distribution.max());
  CHECK(samples.front() >= 1);
}

}  // namespace

TEST_CASE("a fixed length is always the same", "[lengths]") {
  const FixedLength fixed({.value = 128});
  check_mean_and_max(fixed);
  CHECK(fixed.mean() == 128);
  CHECK(samples_of(fixed).front() == 128);
}

TEST_CASE("a uniform length takes every integer alike", "[lengths]") {
  const UniformLength dice({.low = 3, .high = 8});
  check_mean_and_max(dice);
  CHECK(dice.mean() == 5.5);
  const auto samples = samples_of(dice);
  for (std::uint32_t value = 3; value <= 8; ++value) {
    const auto n = std::count(samples.begin(), samples.end(), value);
    // Binomial(n, 1/6), 4 standard deviations.
    CHECK(static_cast<double>(n) == Approx(draws / 6.0).margin(4 * std::sqrt(draws * 5 / 36.0)));
  }
  const UniformLength widest({.low = 0, .high = std::numeric_limits<std::uint32_t>::max()});
  CHECK(samples_of(widest).back() > 0.999 * widest.max());
}

TEST_CASE("a lognormal length has its median and mean", "[lengths]") {
  const LognormalLength lengths({.median = 1000, .sigma = 0.5, .max = 1'000'000, .min = 1});
  check_mean_and_max(lengths);
  CHECK(lengths.mean() == Approx(1000 * std::exp(0.125)).epsilon(1e-6));
  const auto samples = samples_of(lengths);
  // p-quantile = median exp(sigma z_p), with z_0.9 = 1.2815515655446004.
  CHECK(samples[draws / 2] == Approx(1000).epsilon(0.01));
  CHECK(samples[draws * 9 / 10] == Approx(1000 * std::exp(0.5 * 1.2815515655446004)).epsilon(0.01));
}

TEST_CASE("a cut lognormal keeps its shape inside the cut", "[lengths]") {
  // Cut on both sides; above the median only (upper tail); far below it (lower tail).
  const auto config = GENERATE(LognormalLengthConfig{500, 1.2, 4096, 32},
                               LognormalLengthConfig{100, 0.5, 2000, 1000},
                               LognormalLengthConfig{5000, 0.5, 300, 200});
  const LognormalLength lengths(config);
  check_mean_and_max(lengths);
  const auto samples = samples_of(lengths);
  CHECK(samples.front() == config.min);
  CHECK(samples.back() <= config.max);
  // P(X <= x) within the cut from the normal distribution function, by erfc.
  const auto below = [&](double x) {
    return 0.5 * std::erfc(-std::log(x / config.median) / config.sigma / std::sqrt(2.0));
  };
  const double middle = std::sqrt(1.0 * config.min * config.max);
  const double expected = (below(std::floor(middle) + 0.5) - below(config.min - 0.5)) /
                          (below(config.max + 0.5) - below(config.min - 0.5));
  const auto n = std::upper_bound(samples.begin(), samples.end(), middle) - samples.begin();
  CHECK(static_cast<double>(n) / draws == Approx(expected).margin(4 * 0.5 / std::sqrt(draws)));
}

TEST_CASE("lengths from quantiles go through the points", "[lengths]") {
  // Out of numeric order as text ("0.05" < "0.5" but "1e-1" > "0.5"); one flat part.
  const QuantileLength lengths(
      {.points = {
           {"0", 1}, {"0.5", 1020}, {"0.05", 50}, {"1e-1", 90}, {"0.9", 1020}, {"1", 9000}}});
  check_mean_and_max(lengths);
  CHECK(lengths.max() == 9000);
  const auto samples = samples_of(lengths);
  CHECK(samples[draws / 20] == Approx(50).epsilon(0.02));
  CHECK(samples[draws / 10] == Approx(90).epsilon(0.02));
  CHECK(samples[draws * 3 / 10] == Approx((90 + 1020) / 2.0).epsilon(0.02));
  CHECK(samples[draws * 6 / 10] == 1020);
  CHECK(samples[draws * 8 / 10] == 1020);
  CHECK(samples[draws * 95 / 100] == Approx((1020 + 9000) / 2.0).epsilon(0.02));
}

TEST_CASE("contradicting length parameters are refused with a reason", "[lengths]") {
  CHECK_THROWS_WITH(UniformLength({.low = 9, .high = 8}), "low (9) is above high (8)");
  CHECK_THROWS_WITH(LognormalLength({.median = 5, .sigma = 0, .max = 9, .min = 1}),
                    "median (5) and sigma (0) must be positive");
  CHECK_THROWS_WITH(LognormalLength({.median = 5, .sigma = 1, .max = 9, .min = 10}),
                    "min (10) must be at least 1 and not above max (9)");
  CHECK_THROWS_WITH(
      LognormalLength({.median = 10, .sigma = 0.1, .max = 9000, .min = 8000}),
      "a lognormal with median 10 and sigma 0.1 has next to nothing between 8000 and 9000");
}

TEST_CASE("bad quantile points are refused with a reason", "[lengths]") {
  const auto make = [](std::map<std::string, double> points) {
    return QuantileLength({.points = std::move(points)});
  };
  CHECK_THROWS_WITH(make({}), "points: the probabilities \"0\" and \"1\" must be given");
  CHECK_THROWS_WITH(make({{"0", 1}, {"0.9", 2}}),
                    "points: the probabilities \"0\" and \"1\" must be given");
  CHECK_THROWS_WITH(make({{"0", 1}, {"p50", 2}, {"1", 3}}),
                    "points: the key \"p50\" is not a number between 0 and 1");
  CHECK_THROWS_WITH(make({{"0", 1}, {"1.5", 2}, {"1", 3}}),
                    "points: the key \"1.5\" is not a number between 0 and 1");
  CHECK_THROWS_WITH(make({{"0", 1}, {"nan", 2}, {"1", 3}}),
                    "points: the key \"nan\" is not a number between 0 and 1");
  CHECK_THROWS_WITH(make({{"0", 1}, {"0.5", 2}, {"0.50", 2}, {"1", 3}}),
                    "points: probability 0.5 is given twice");
  CHECK_THROWS_WITH(make({{"0", 1}, {"0.5", 4}, {"1", 3}}),
                    "points: 3 tokens at 1 are fewer than 4 at 0.5");
  CHECK_THROWS_WITH(make({{"0", 0}, {"1", 3}}),
                    "points: 0 tokens at \"0\"; a length is between 1 and 1000000000");
}

TEST_CASE("gamma arrivals have the rate and the burstiness asked for", "[lengths]") {
  const double burstiness = GENERATE(0.25, 1.0, 4.0);
  const ArrivalProcess arrivals(PerSecond(5), burstiness);
  RandomStream random(2, 0, "chat", "arrivals");
  double sum = 0;
  double squares = 0;
  for (int i = 0; i < draws; ++i) {
    const double gap = arrivals.next_gap(random).seconds();
    sum += gap;
    squares += gap * gap;
  }
  const double mean = sum / draws;
  const double variation = std::sqrt(squares / draws - mean * mean) / mean;
  CHECK(mean == Approx(0.2).epsilon(4 / std::sqrt(burstiness * draws)));
  CHECK(variation == Approx(1 / std::sqrt(burstiness)).epsilon(0.02));
}

TEST_CASE("impossible arrivals are refused with a reason", "[lengths]") {
  CHECK_THROWS_WITH(ArrivalProcess(PerSecond(0), 1),
                    "an arrival rate of 0 / s is not between 1e-12 / s and 1e12 / s");
  CHECK_THROWS_AS(ArrivalProcess(PerSecond(1), 0), std::invalid_argument);
}

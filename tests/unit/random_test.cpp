// SPDX-License-Identifier: Apache-2.0
#include "sim/core/random.hpp"

#include <algorithm>
#include <boost/math/special_functions/erf.hpp>
#include <catch2/catch.hpp>
#include <cmath>
#include <set>
#include <stdexcept>

using namespace tokenfab;

namespace {

struct Moments {
  double mean;
  double variance;
};

template <class Draw>
Moments moments_of(int draws, const Draw& draw) {
  double sum = 0;
  double squares = 0;
  for (int i = 0; i < draws; ++i) {
    const double x = draw();
    sum += x;
    squares += x * x;
  }
  const double mean = sum / draws;
  return {mean, squares / draws - mean * mean};
}

double relative_error(double value, double truth) { return std::abs(value - truth) / truth; }

}  // namespace

TEST_CASE("Philox4x32-10 gives the known answers", "[random]") {
  // Random123 1.14, tests/kat_vectors, lines "philox4x32 10".
  CHECK(philox4x32_10({0, 0, 0, 0}, {0, 0}) ==
        std::array<std::uint32_t, 4>{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  constexpr std::uint32_t ones = 0xffffffff;
  CHECK(philox4x32_10({ones, ones, ones, ones}, {ones, ones}) ==
        std::array<std::uint32_t, 4>{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  CHECK(philox4x32_10({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
        std::array<std::uint32_t, 4>{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("a stream is its key's Philox blocks in order", "[random]") {
  RandomStream stream(7, 3, "site/pool", "lengths");
  const std::uint64_t key = stream_key(7, 3, "site/pool", "lengths");
  const auto low = static_cast<std::uint32_t>(key);
  const auto high = static_cast<std::uint32_t>(key >> 32);
  for (std::uint32_t block = 0; block < 3; ++block) {
    const auto words = philox4x32_10({block, 0, 0, 0}, {low, high});
    CHECK(stream.next_u64() == (std::uint64_t{words[1]} << 32 | words[0]));
    CHECK(stream.next_u64() == (std::uint64_t{words[3]} << 32 | words[2]));
  }
}

TEST_CASE("stream keys are frozen", "[random]") {
  // Computed by an independent implementation (Python). A change of these changes every result.
  CHECK(stream_key(0, 0, "", "") == 0xb866c305c9207e99u);
  CHECK(stream_key(42, 1, "chat/pool-0", "arrivals") == 0x5d426810cb347048u);
}

TEST_CASE("every part of the key matters, and so does where the strings part", "[random]") {
  const std::set<std::uint64_t> keys = {stream_key(1, 0, "ab", "c"), stream_key(2, 0, "ab", "c"),
                                        stream_key(1, 1, "ab", "c"), stream_key(1, 0, "a", "bc"),
                                        stream_key(1, 0, "abc", ""), stream_key(1, 0, "", "abc"),
                                        stream_key(0, 1, "ab", "c"), stream_key(1, 0, "ab", "d")};
  CHECK(keys.size() == 8);
}

TEST_CASE("another stream changes nobody's draws", "[random]") {
  RandomStream alone(1, 0, "replica/7", "lengths");
  RandomStream among(1, 0, "replica/7", "lengths");
  RandomStream other(1, 0, "replica/8", "lengths");
  double product_sum = 0;
  constexpr int draws = 100'000;
  for (int i = 0; i < draws; ++i) {
    const double a = alone.uniform();
    const double b = other.uniform();
    REQUIRE(among.uniform() == a);
    product_sum += (a - 0.5) * (b - 0.5);
  }
  // Uncorrelated: the mean product has standard deviation (1/12) / sqrt(n).
  CHECK(std::abs(product_sum / draws) < 4.0 / 12 / std::sqrt(draws));
}

TEST_CASE("uniform numbers stay inside (0, 1) and are even", "[random]") {
  RandomStream stream(11, 0, "entity", "test");
  constexpr int draws = 1'000'000;
  std::array<int, 100> cells{};
  double smallest = 1;
  double largest = 0;
  for (int i = 0; i < draws; ++i) {
    const double u = stream.uniform();
    smallest = std::min(smallest, u);
    largest = std::max(largest, u);
    ++cells[static_cast<std::size_t>(u * 100)];
  }
  CHECK(smallest > 0);
  CHECK(largest < 1);
  double chi_square = 0;
  for (const int cell : cells) {
    chi_square += (cell - draws / 100.0) * (cell - draws / 100.0) / (draws / 100.0);
  }
  // 99 degrees of freedom: mean 99, standard deviation 14.
  CHECK(chi_square > 99 - 4 * 14);
  CHECK(chi_square < 99 + 4 * 14);
}

TEST_CASE("the normal quantile is exact far into both tails", "[random]") {
  // Tables of the normal distribution.
  CHECK(relative_error(normal_quantile(0.975), 1.959963984540054) < 1e-14);
  CHECK(normal_quantile(0.5) == 0);
  for (double p = 0x1p-53; p < 0.5; p *= 1.01) {
    const double truth = std::sqrt(2.0) * boost::math::erfc_inv(2 * p);
    REQUIRE(relative_error(-normal_quantile(p), truth) < 1e-13);
  }
  for (double q = 0x1p-53; q < 0.5; q *= 2) {
    REQUIRE(normal_quantile(1 - q) == -normal_quantile(q));
  }
}

TEST_CASE("exponential draws are the logarithm of the uniform ones", "[random]") {
  RandomStream stream(5, 0, "entity", "test");
  RandomStream twin(5, 0, "entity", "test");
  const auto [mean, variance] = moments_of(1'000'000, [&] {
    const double x = stream.standard_exponential();
    REQUIRE(relative_error(x, -std::log(twin.uniform())) < 1e-15);
    return x;
  });
  // Standard deviations of the estimates: 1e-3 and sqrt(8) 1e-3.
  CHECK(mean == Approx(1).margin(4e-3));
  CHECK(variance == Approx(1).margin(4 * 2.9e-3));
}

TEST_CASE("normal draws have mean 0 and variance 1", "[random]") {
  RandomStream stream(5, 0, "entity", "test");
  const auto [mean, variance] = moments_of(1'000'000, [&] { return stream.standard_normal(); });
  CHECK(mean == Approx(0).margin(4e-3));
  CHECK(variance == Approx(1).margin(4 * 1.5e-3));
}

TEST_CASE("the gamma quantile agrees with its closed forms", "[random]") {
  for (double p = 1e-12; p < 1; p += 0.0173) {
    CHECK(gamma_quantile(1, p) == Approx(-std::log1p(-p)).epsilon(1e-12));
    // Gamma(1/2) is half the square of a normal variable.
    const double z = std::sqrt(2.0) * boost::math::erf_inv(p);
    CHECK(gamma_quantile(0.5, p) == Approx(z * z / 2).epsilon(1e-12));
  }
}

TEST_CASE("the gamma table keeps its error bound and rises", "[random]") {
  const double shape = GENERATE(0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 100.0, 1e6);
  const GammaSampler sampler(shape);
  double worst = 0;
  double before = 0;
  constexpr int steps = 40'000;
  for (int i = 1; i < steps; ++i) {
    const double p = static_cast<double>(i) / steps;
    const double x = sampler.quantile(p);
    REQUIRE(x > before);
    before = x;
    worst = std::max(worst, relative_error(x, gamma_quantile(shape, p)));
  }
  CAPTURE(shape, worst);
  CHECK(worst < 1e-7);
  CHECK(sampler.quantile(0x1p-40) == gamma_quantile(shape, 0x1p-40));
  CHECK(sampler.quantile(1 - 0x1p-40) == gamma_quantile(shape, 1 - 0x1p-40));
  CHECK(sampler.quantile(0.5) == gamma_quantile(shape, 0.5));
}

TEST_CASE("gamma draws have mean and variance equal to the shape", "[random]") {
  const double shape = GENERATE(0.1, 0.5, 3.0);
  RandomStream stream(9, 0, "entity", "test");
  const GammaSampler sampler(shape);
  constexpr int draws = 1'000'000;
  const auto [mean, variance] = moments_of(draws, [&] { return sampler.sample(stream); });
  // Fourth central moment of gamma: 3 a^2 + 6 a.
  CHECK(mean == Approx(shape).margin(4 * std::sqrt(shape / draws)));
  CHECK(variance == Approx(shape).margin(4 * std::sqrt((2 * shape * shape + 6 * shape) / draws)));
}

TEST_CASE("a gamma shape out of range is refused", "[random]") {
  CHECK_THROWS_AS(GammaSampler(0.01), std::invalid_argument);
  CHECK_THROWS_WITH(GammaSampler(std::nan("")), "gamma shape nan is not between 0.02 and 1000000");
}

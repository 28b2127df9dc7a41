// SPDX-License-Identifier: Apache-2.0
#include "sim/core/quantile_sketch.hpp"

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <functional>
#include <string>

#include "sim/core/random.hpp"

using namespace tokenfab;

namespace {

constexpr std::array qs = {0.0, 0.001, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999, 0.99999, 1.0};

Duration ticks(Int128 n) { return Duration::from_ticks(n); }
Duration seconds(double s) { return Duration::from_seconds(s); }

/// numpy's default, on sorted values.
double exact_quantile_s(const std::vector<Int128>& sorted, double q) {
  const double position = q * static_cast<double>(sorted.size() - 1);
  const auto rank = static_cast<std::size_t>(position);
  const auto low = static_cast<double>(sorted[rank]);
  const auto high = static_cast<double>(sorted[std::min(rank + 1, sorted.size() - 1)]);
  return (low + (position - static_cast<double>(rank)) * (high - low)) / 1e15;
}

struct Run {
  Duration first;
  Duration step;
  std::uint64_t count;
  std::uint64_t weight;
};

void add(QuantileSketch& sketch, const Run& run) {
  sketch.add_progression(run.first, run.step, run.count, run.weight);
}

/// Decode-like progressions, some descending, some constant, some beyond 2^63 ticks.
std::vector<Run> random_runs(int runs) {
  RandomStream random(1, 0, "sketch", "runs");
  std::vector<Run> result;
  for (int i = 0; i < runs; ++i) {
    const auto count = 1 + random.next_u64() % 60;
    const auto weight = 1 + random.next_u64() % 8;
    const double first = 0.02 * std::exp(random.standard_normal()) + (i % 97 == 0 ? 20'000.0 : 0);
    const double step = i % 3 == 0 ? 0 : (random.uniform() - 0.3) * first / 60;
    result.push_back({seconds(first), seconds(step), count, weight});
  }
  return result;
}

/// The same values, cut into other progressions, backwards, in another order.
std::vector<Run> recut(const std::vector<Run>& runs, std::uint64_t seed) {
  RandomStream random(seed, 0, "sketch", "recut");
  std::vector<Run> result;
  for (Run rest : runs) {
    while (rest.count > 0) {
      const auto count = 1 + random.next_u64() % rest.count;
      const auto last = rest.first + rest.step * static_cast<std::int64_t>(count - 1);
      const auto weight = random.next_u64() % (rest.weight + 1);
      result.push_back({rest.first, rest.step, count, weight});
      result.push_back({last, -rest.step, count, rest.weight - weight});
      rest.first = last + rest.step;
      rest.count -= count;
    }
  }
  for (std::size_t i = result.size(); i > 1; --i) {
    std::swap(result[i - 1], result[random.next_u64() % i]);
  }
  return result;
}

void require_same(const QuantileSketch& a, const QuantileSketch& b) {
  REQUIRE(a.count() == b.count());
  REQUIRE((a.sum_ticks() == b.sum_ticks()));
  REQUIRE((a.min() == b.min()));
  REQUIRE((a.max() == b.max()));
  REQUIRE(a.quantiles_s(qs) == b.quantiles_s(qs));
}

}  // namespace

TEST_CASE("an empty sketch has no quantiles", "[sketch]") {
  QuantileSketch sketch;
  sketch.add(seconds(1), 0);
  sketch.add_progression(seconds(1), seconds(1), 0);
  sketch.merge(QuantileSketch());
  CHECK(sketch.count() == 0);
  CHECK(sketch.mean_s() == 0);
  CHECK_FALSE(sketch.quantile_s(0.5).has_value());
  CHECK_FALSE(sketch.min().has_value());
  CHECK_FALSE(sketch.max().has_value());
}

TEST_CASE("few values: quantiles are those of numpy", "[sketch]") {
  // numpy.quantile([1, 2, 2, 4, 10], [0, .25, .5, .6, .9, 1]) = [1, 2, 2, 2.8, 7.6, 10]
  QuantileSketch sketch;
  sketch.add(seconds(10));
  sketch.add(seconds(2), 2);
  sketch.add_progression(seconds(4), seconds(-3), 2);
  CHECK(sketch.count() == 5);
  CHECK(sketch.mean_s() == Approx(3.8));
  CHECK((sketch.min() == seconds(1)));
  CHECK((sketch.max() == seconds(10)));
  const std::vector<double> expected = {1, 2, 2, 2.8, 7.6, 10};
  const auto answers = sketch.quantiles_s(std::array{0.0, 0.25, 0.5, 0.6, 0.9, 1.0});
  for (std::size_t i = 0; i < expected.size(); ++i) {
    CHECK(answers.at(i) == Approx(expected[i]).epsilon(1e-14));
  }
}

TEST_CASE("below a million values the sketch is exact", "[sketch]") {
  QuantileSketch sketch;
  std::vector<Int128> values;
  Int128 sum = 0;
  for (const auto& run : random_runs(7'000)) {
    add(sketch, run);
    for (std::uint64_t i = 0; i < run.count; ++i) {
      const auto value = (run.first + run.step * static_cast<std::int64_t>(i)).ticks();
      values.insert(values.end(), run.weight, value);
      sum += value * run.weight;
    }
  }
  REQUIRE(values.size() < QuantileSketch::binned_count_min);
  REQUIRE(sketch.count() == values.size());
  CHECK((sketch.sum_ticks() == sum));
  std::sort(values.begin(), values.end());
  for (const double q : qs) {
    CHECK(sketch.quantile_s(q) == exact_quantile_s(values, q));
  }
}

TEST_CASE("the millionth value turns records into bins", "[sketch]") {
  QuantileSketch sketch;
  sketch.add_progression(ticks(1), ticks(1), QuantileSketch::binned_count_min - 2);
  sketch.add(ticks(777'777'777'777));
  CHECK(sketch.quantile_s(0.3) == (1 + 0.3 * 999'998) / 1e15);
  sketch.add(ticks(1'000'000));
  CHECK(sketch.quantile_s(0.3) == Approx(300'000 / 1e15).epsilon(1e-3));
  // Each tick below 2048 has its own bin.
  CHECK(sketch.quantile_s(1000 / 999'999.0) == Approx(1001 / 1e15).epsilon(1e-12));
}

TEST_CASE("in bins every quantile is within 0.1 %", "[sketch]") {
  using Draw = std::function<double(RandomStream&)>;
  const auto [name, draw] = GENERATE(table<std::string, Draw>({
      {"uniform", [](RandomStream& r) { return 1e-3 + 1e-2 * r.uniform(); }},
      {"exponential", [](RandomStream& r) { return 0.5 * r.standard_exponential(); }},
      {"lognormal", [](RandomStream& r) { return std::exp(2 * r.standard_normal()); }},
      {"few ticks", [](RandomStream& r) { return 5000e-15 * r.uniform(); }},
      {"days", [](RandomStream& r) { return 1e4 + 1e6 * r.standard_exponential(); }},
      {"two values", [](RandomStream& r) { return r.uniform() < 0.7 ? 0.031 : 7.3; }},
      {"constant", [](RandomStream&) { return 0.0123456789; }},
  }));
  CAPTURE(name);
  RandomStream random(3, 0, name, "sketch");
  QuantileSketch sketch;
  std::vector<Int128> values;
  for (int i = 0; i < 1'200'000; ++i) {
    const Duration value = seconds(draw(random));
    sketch.add(value);
    values.push_back(value.ticks());
  }
  std::sort(values.begin(), values.end());
  for (int i = 0; i <= 1000; ++i) {
    const double truth = exact_quantile_s(values, i / 1000.0);
    const double answer = sketch.quantile_s(i / 1000.0).value();
    REQUIRE(std::abs(answer - truth) <= truth / 1024);
  }
  CHECK(sketch.quantile_s(0) == exact_quantile_s(values, 0));
  CHECK(sketch.quantile_s(1) == exact_quantile_s(values, 1));
}

TEST_CASE("neither order nor cuts nor merges change an answer", "[sketch]") {
  const int runs = GENERATE(3'000, 30'000);  // exact, binned
  const auto original = random_runs(runs);
  QuantileSketch reference;
  for (const auto& run : original) {
    add(reference, run);
  }
  REQUIRE((reference.count() >= QuantileSketch::binned_count_min) == (runs == 30'000));
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    QuantileSketch whole;
    std::array<QuantileSketch, 3> parts;
    for (const auto& run : recut(original, seed)) {
      add(whole, run);
      add(parts[run.count % 7 == 0 ? 0 : run.weight % 2 + 1], run);
    }
    require_same(whole, reference);
    parts[0].merge(parts[1]);
    parts[2].merge(parts[0]);
    require_same(parts[2], reference);
  }
}

TEST_CASE("a long progression equals its values one by one", "[sketch]") {
  const auto step = GENERATE(0.0, 1e-15, 1e-12, 1e-9, 3e-5);
  const Duration first = seconds(GENERATE(0.0, 0.031, 9'223.3));  // the last crosses 2^63 ticks
  constexpr std::int64_t count = 1'100'000;
  QuantileSketch at_once;
  QuantileSketch one_by_one;
  at_once.add_progression(first, seconds(step), count, 3);
  for (std::int64_t i = 0; i < count; ++i) {
    one_by_one.add(first + seconds(step) * i, 3);
  }
  require_same(at_once, one_by_one);
}

TEST_CASE("values beyond 2^63 ticks and long counts are exact in the sum", "[sketch]") {
  QuantileSketch sketch;
  const Int128 day = Int128{86'400} * Duration::ticks_per_second;
  sketch.add(ticks(day * 365));
  sketch.add_progression(ticks(day), ticks(day), 364);
  CHECK((sketch.sum_ticks() == day * (365 * 366 / 2)));
  CHECK(sketch.quantile_s(0.5) == Approx(183 * 86'400.0).epsilon(1e-14));
  sketch.add_progression(ticks(day), ticks(0), 1, std::uint64_t{1} << 40);
  CHECK((sketch.sum_ticks() == day * (365 * 366 / 2) + (day << 40)));
  CHECK(sketch.quantile_s(0.5) == Approx(86'400.0).epsilon(1e-3));
  CHECK(sketch.quantile_s(1) == 365 * 86'400.0);
}

TEST_CASE("a sketch may be merged with itself", "[sketch]") {
  const std::uint64_t weight = GENERATE(1, 600'000);
  QuantileSketch sketch;
  sketch.add_progression(seconds(1), seconds(1), 2, weight);
  sketch.merge(sketch);
  QuantileSketch twice;
  twice.add_progression(seconds(1), seconds(1), 2, 2 * weight);
  require_same(sketch, twice);
}

// SPDX-License-Identifier: Apache-2.0
// Laws of the render server: two advances equal one, nothing vanishes, and the mean wait of one
// server with fixed service times is the closed form's.
#include <algorithm>

#include "sim/core/random.hpp"
#include "tests/render_play.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

GenerationShape random_shape(RandomStream& random) {
  GenerationShape shape{512, 512, 1, 20, 1};
  shape.width = random.uniform() < 0.5 ? 512 : 1024;
  shape.images = static_cast<std::uint16_t>(1 + 3 * random.uniform());
  return shape;
}

struct Outcome {
  RenderDiary diary;
  double energy_j = 0;
};

/// Plays 300 arrivals; between them the server advances in `cuts` steps, harvesting at each.
Outcome play(std::uint64_t seed, int cuts) {
  FakeRenderModel model;
  model.setup = Duration::from_seconds(0.7);
  Outcome outcome;
  RenderServer server(1 + static_cast<std::int64_t>(seed % 5), model, outcome.diary);
  RandomStream random(seed, 0, "render", "arrivals");
  Instant date;
  const auto advance = [&](Instant from, Instant to) {
    for (int i = 1; i <= cuts; ++i) {
      const auto at = i == cuts ? to : from + (to - from) * i / cuts;
      server.advance_to(at);
      outcome.energy_j += server.harvest_energy_j(at);
    }
  };
  for (std::uint64_t i = 0; i < 300; ++i) {
    const auto next = date + Duration::from_seconds(2 * random.standard_exponential());
    advance(date, next);
    date = next;
    server.submit(i, random_shape(random), date);
  }
  advance(date, at_s(1e6));
  REQUIRE(server.waiting() == 0);
  return outcome;
}

}  // namespace

TEST_CASE("render server: advancing in parts equals advancing at once") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    INFO("seed " << seed);
    const auto once = play(seed, 1);
    const auto cut = play(seed, 7);
    REQUIRE(once.diary.order == cut.diary.order);
    REQUIRE(once.diary.entries == cut.diary.entries);
    REQUIRE(once.energy_j == Approx(cut.energy_j));
  }
}

TEST_CASE("render server: every request is made once, and all energy is told") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    INFO("seed " << seed);
    const auto outcome = play(seed, 1);
    auto order = outcome.diary.order;
    std::sort(order.begin(), order.end());
    REQUIRE(order.size() == 300);
    REQUIRE(std::adjacent_find(order.begin(), order.end()) == order.end());
    double energy = 0;
    Instant end;
    for (const auto& batch : outcome.diary.batches) {
      energy += batch.work.dynamic_energy_j;
      REQUIRE(batch.start >= end);  // one at a time
      end = batch.end;
    }
    REQUIRE(outcome.energy_j == Approx(energy));
  }
}

TEST_CASE("render server: mean wait of M/D/1") {
  // Pollaczek-Khinchine with fixed service time S and load r: r S / (2 (1 - r)).
  for (const double load : {0.3, 0.6, 0.8}) {
    FakeRenderModel model;
    RenderDiary diary;
    RenderServer server(1, model, diary);
    RandomStream random(3, 0, "render", "queue");
    constexpr std::uint64_t requests = 100'000;
    std::vector<Instant> arrivals;
    Instant date;
    for (std::uint64_t i = 0; i < requests; ++i) {
      date += Duration::from_seconds(random.standard_exponential() / load);
      arrivals.push_back(date);
      server.advance_to(date);
      server.submit(i, {512, 512, 1, 20, 1}, date);
    }
    server.advance_to(date + Duration::from_seconds(1e6));
    double wait_s = 0;
    for (std::uint64_t i = 0; i < requests; ++i) {
      wait_s += (diary.entries[i].start - arrivals[i]).seconds();
    }
    const double expected = load / (2 * (1 - load));
    REQUIRE(wait_s / requests == Approx(expected).epsilon(0.04));
  }
}

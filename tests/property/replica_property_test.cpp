// SPDX-License-Identifier: Apache-2.0
// Random small replicas: the jumps of many steps against one step at a time, and both against a
// scheduler that walks its lists.
#include "tests/property/naive_replica.hpp"
#include "tests/property/random_replica.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

struct Coverage {
  int preempting = 0;
  int mixing = 0;
  int jumping = 0;
};

void compare_steppings(std::uint64_t seed, Coverage& coverage) {
  INFO("case " << seed);
  const auto made = random_case(seed);
  Bench fast(made.limits, made.model, Stepping::Request);
  fast.play(made.jobs);
  Bench slow(made.limits, made.model, Stepping::Iteration);
  slow.play(made.jobs);
  REQUIRE(fast.diary.entries == slow.diary.entries);
  REQUIRE(fast.diary.entries.size() == made.jobs.size());
  require_same_totals(fast.diary, slow.diary);
  REQUIRE(fast.events <= slow.events);
  REQUIRE(fast.replica.kv_blocks_used(Instant()) == 0);
  const auto end = Instant(Duration::from_seconds(1e6));
  const double energy = fast.replica.harvest_energy_j(end);
  require_close(energy, slow.replica.harvest_energy_j(end));
  require_close(energy, fast.diary.work.dynamic_energy_j);
  std::uint64_t tokens = 0;
  for (const auto& job : made.jobs) {
    tokens += job.output;
  }
  REQUIRE(fast.replica.harvest_tokens(end) == tokens);
  REQUIRE(fast.diary.gaps.count() == tokens - made.jobs.size());
  coverage.preempting += fast.diary.preemptions > 0 ? 1 : 0;
  coverage.mixing += fast.diary.mixed_steps > 0 ? 1 : 0;
  coverage.jumping += 2 * fast.events < slow.events ? 1 : 0;
}

/// Remembers the largest batch it was asked about.
struct Watched : StepModel {
  explicit Watched(const StepModel& model) : inner(model) {}
  StepCost cost(const StepShape& shape) const override {
    std::uint64_t in_step = shape.decode_sequences;
    for (const auto& chunk : shape.prefills) {
      REQUIRE(chunk.tokens > 0);
      in_step += chunk.tokens;
    }
    tokens = std::max(tokens, in_step);
    sequences = std::max<std::uint64_t>(sequences, shape.decode_sequences + shape.prefills.size());
    REQUIRE(in_step > 0);
    return inner.cost(shape);
  }
  const StepModel& inner;
  mutable std::uint64_t tokens = 0;
  mutable std::uint64_t sequences = 0;
};

}  // namespace

TEST_CASE("replica: jumps equal single steps on random cases") {
  Coverage coverage;
  for (std::uint64_t seed = 1; seed <= 600; ++seed) {
    compare_steppings(seed, coverage);
  }
  REQUIRE(coverage.preempting > 150);
  REQUIRE(coverage.mixing > 300);
  REQUIRE(coverage.jumping > 100);
}

TEST_CASE("replica: does what the list-walking scheduler does") {
  for (std::uint64_t seed = 1; seed <= 600; ++seed) {
    INFO("case " << seed);
    const auto made = random_case(seed);
    Bench fast(made.limits, made.model);
    fast.play(made.jobs);
    REQUIRE(fast.diary.entries == NaiveReplica(made.limits, made.model).play(made.jobs));
  }
}

TEST_CASE("replica: never exceeds its blocks, token budget or sequences") {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    INFO("case " << seed);
    const auto made = random_case(seed);
    const Watched watched(made.model);
    Bench bench(made.limits, watched);
    for (const auto& job : made.jobs) {
      bench.advance_before(job.arrival);
      REQUIRE(bench.replica.kv_blocks_used(Instant()) <= made.limits.kv_blocks);
      bench.submit(job);
    }
    while (bench.replica.next_event()) {
      bench.replica.advance_to(*bench.replica.next_event());
      REQUIRE(bench.replica.kv_blocks_used(Instant()) <= made.limits.kv_blocks);
      REQUIRE(bench.replica.running() <= made.limits.max_num_seqs);
    }
    REQUIRE(watched.tokens <= made.limits.max_num_batched_tokens);
    REQUIRE(watched.sequences <= made.limits.max_num_seqs);
  }
}

TEST_CASE("replica: a first token takes at least the prefill alone") {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    const auto made = random_case(seed);
    Bench bench(made.limits, made.model);
    bench.play(made.jobs);
    for (std::size_t i = 0; i < made.jobs.size(); ++i) {
      Bench alone(made.limits, made.model);
      alone.play({{at_us(0), made.jobs[i].input, 1}});
      const auto& entry = bench.of(i);
      REQUIRE(*entry.first_token - made.jobs[i].arrival >= *alone.of(0).end - at_us(0));
      REQUIRE(*entry.end >= *entry.first_token);
    }
  }
}

TEST_CASE("replica: a horizon cuts jumps and single steps alike") {
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    INFO("case " << seed);
    const auto made = random_case(seed);
    Bench fast(made.limits, made.model, Stepping::Request);
    Bench slow(made.limits, made.model, Stepping::Iteration);
    RandomStream random(seed, 0, "replica", "horizons");
    const auto stop = made.jobs[made.jobs.size() / 2].arrival + us(between(random, 0, 50'000));
    std::vector<std::pair<std::uint64_t, std::uint32_t>> left[2];
    Duration dropped[2];
    double energy[2];
    int which = 0;
    for (auto* bench : {&fast, &slow}) {
      for (const auto& job : made.jobs) {
        if (job.arrival <= stop) {
          bench->advance_before(job.arrival);
          bench->submit(job);
        }
      }
      bench->replica.advance_to(stop);
      energy[which] = bench->replica.harvest_energy_j(stop);  // the stop drops the meter
      dropped[which] = bench->replica.stop_at(stop);
      bench->replica.for_each_request([&](SlotId slot, std::uint32_t emitted) {
        left[which].emplace_back(bench->pool[slot].number, emitted);
      });
      REQUIRE(left[which].size() + bench->diary.finish_order.size() == bench->submitted);
      ++which;
    }
    REQUIRE(left[0] == left[1]);
    REQUIRE(dropped[0] == dropped[1]);
    REQUIRE(fast.diary.entries == slow.diary.entries);
    require_same_totals(fast.diary, slow.diary);
    require_close(energy[0], energy[1]);
  }
}

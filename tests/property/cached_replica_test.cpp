// SPDX-License-Identifier: Apache-2.0
// Replicas with shared prompts, speculation, fair queues, deadlines, prefill and decode halves and
// losses: jumps against single steps, and nothing vanishes.
#include <deque>
#include <memory>

#include "tests/property/random_replica.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

struct SharedJob {
  Instant arrival;
  std::vector<PromptSpan> prompt;
  std::uint32_t input = 0;
  std::uint32_t output = 1;
  std::uint32_t tenant = 0;
  std::int32_t priority = 0;
  bool answer_joins_last = false;
};

/// A step costs its rows, and gains their mean number of accepted tokens.
struct SpeculatingModel : FakeStepModel {
  DecodeRate rate;
  StepCost cost(const StepShape& shape) const override {
    auto cost = FakeStepModel::cost(shape);
    if (shape.prefills.empty()) {
      // A context gains the mean: whole ticks, so that cutting a run changes nothing.
      cost.growth.time_by_part[1] = Duration();
      cost.growth.dynamic_energy_j = 0;
      cost.growth.flop = 0;
      cost.growth.memory_bytes = 0;
      cost.first.time_by_part[1] = Duration();
      cost.first.dynamic_energy_j = power_w * cost.first.time().seconds();
      cost.first.flop = 2 * cost.first.time().seconds();
      cost.first.memory_bytes = 3 * cost.first.time().seconds();
    }
    return cost;
  }
  DecodeRate decode_rate() const override { return rate; }
};

struct SharedCase {
  ReplicaLimits limits;
  FakeStepModel plain;
  SpeculatingModel speculating;
  bool speculates = false;
  std::vector<SharedJob> jobs;
  std::optional<Instant> loss;
  Duration repair;

  const StepModel& model() const {
    return speculates ? static_cast<const StepModel&>(speculating) : plain;
  }
};

void add_jobs(SharedCase& made, RandomStream& random, std::uint32_t longest) {
  auto date = at_us(0);
  const auto conversations = between(random, 1, 6);
  std::vector<std::uint32_t> context(conversations, 0);
  const auto head = between(random, 0, longest / 4);
  const auto tenants = between(random, 1, 3);
  for (std::uint32_t i = between(random, 5, 40); i > 0; --i) {
    SharedJob job;
    job.arrival = date;
    job.tenant = between(random, 0, tenants - 1);
    job.priority = static_cast<std::int32_t>(between(random, 0, 2));
    if (head > 0) {
      job.prompt.push_back({1, head});
    }
    const auto which = between(random, 0, conversations - 1);
    const auto room = longest - head - 1;
    auto& tokens = context[which];
    tokens = tokens + 2 > room ? 0 : tokens;  // it begins anew, with the same words
    const auto own = std::min(tokens + between(random, 1, room / 4 + 1), room);
    job.output = between(random, 1, longest - head - own);
    job.prompt.push_back({100 + which, own});
    job.answer_joins_last = random.next_u64() % 2 == 0;
    job.input = head + own;
    tokens = own + (job.answer_joins_last ? job.output : 0);
    made.jobs.push_back(job);
    date += us(1000) * between(random, 0, 1) * between(random, 0, 60);
  }
}

SharedCase shared_case(std::uint64_t seed) {
  RandomStream random(seed, 0, "replica", "shared prompts");
  SharedCase made;
  auto& limits = made.limits;
  const auto longest = between(random, 20, 200);
  limits.block_size = between(random, 1, 24);
  limits.max_num_seqs = between(random, 1, 10);
  limits.prefix_caching = random.next_u64() % 5 != 0;
  static constexpr std::array policies{SchedulingPolicy::Fcfs, SchedulingPolicy::Priority,
                                       SchedulingPolicy::Fair};
  limits.policy = policies[random.next_u64() % policies.size()];
  if (random.next_u64() % 3 == 0) {
    limits.queue_deadline = us(between(random, 1000, 400'000));
  }
  made.speculates = random.next_u64() % 3 == 0;
  auto& rate = made.speculating.rate;
  rate.rows_per_sequence = between(random, 2, 4);
  rate.tokens_per_step =
      DecodeRate::unit + between(random, 0, DecodeRate::unit * (rate.rows_per_sequence - 1));
  limits.lookahead_tokens = made.speculates ? rate.rows_per_sequence - 1 : 0;
  limits.max_num_batched_tokens =
      4 * limits.max_num_seqs + between(random, 0, random.next_u64() % 2 == 0 ? 30 : 200);
  limits.sequence_blocks = random.next_u64() % 3 == 0 ? between(random, 1, 3) : 0;
  limits.kv_blocks = limits.blocks_for(longest + limits.lookahead_tokens) + limits.sequence_blocks +
                     between(random, 0, 16);
  for (auto* model : {&made.plain, static_cast<FakeStepModel*>(&made.speculating)}) {
    model->base = ticks(1 + static_cast<Int128>(random.next_u64() % 1'000'000'000'000));
    model->per_token = ticks(static_cast<Int128>(random.next_u64() % 10'000'000'000));
    model->per_sequence = ticks(static_cast<Int128>(random.next_u64() % 100'000'000'000));
  }
  add_jobs(made, random, longest);
  if (random.next_u64() % 3 == 0) {
    made.loss = made.jobs[made.jobs.size() / 2].arrival + us(between(random, 0, 80'000));
    made.repair = us(between(random, 0, 50'000));
  }
  return made;
}

/// Also counts who was dropped and what was found in the cache.
struct Witness : Diary {
  using Diary::Diary;
  void finished(SlotId slot, Instant now) override {
    const auto& request = (*pool)[slot];
    hits[request.number] = request.cached_tokens;
    Diary::finished(slot, now);
  }
  void expired(SlotId slot, Instant now) override {
    dropped.emplace_back((*pool)[slot].number, now);
    pool->give_back(slot);
  }
  void prefilled(SlotId slot, Instant now) override { ready.emplace_back(slot, now); }
  void reserved(SlotId slot, Instant now) override { room.emplace_back(slot, now); }

  std::map<std::uint64_t, std::uint32_t> hits;
  std::vector<std::pair<std::uint64_t, Instant>> dropped;
  std::vector<std::pair<SlotId, Instant>> ready;
  std::vector<std::pair<SlotId, Instant>> room;
};

/// One replica, or a prefill replica that hands over to a decode replica in a fixed time.
class Table {
 public:
  Table(const SharedCase& made, Stepping stepping, bool has_two) : made_(made) {
    auto limits = made.limits;
    limits.role = has_two ? ReplicaRole::Prefill : ReplicaRole::Mixed;
    replicas_.push_back(make(limits, stepping));
    if (has_two) {
      limits.role = ReplicaRole::Decode;
      limits.prefix_caching = false;
      replicas_.push_back(make(limits, stepping));
    }
  }

  void play() {
    std::size_t next = 0;
    auto loss = made_.loss;
    std::optional<Instant> repaired;
    while (true) {
      std::optional<Instant> date;
      const auto consider = [&](std::optional<Instant> other) {
        date = !date || (other && *other < *date) ? other : date;
      };
      if (next < made_.jobs.size()) {
        consider(made_.jobs[next].arrival);
      }
      if (!transfers_.empty()) {
        consider(transfers_.front().second);
      }
      for (const auto& replica : replicas_) {
        consider(replica->next_event());
      }
      consider(loss);
      consider(repaired);
      if (!date) {
        return;
      }
      // As on the agenda: arrivals, step boundaries, losses.
      while (next < made_.jobs.size() && made_.jobs[next].arrival == *date) {
        submit(made_.jobs[next++]);
      }
      while (!transfers_.empty() && transfers_.front().second == *date) {
        const auto slot = transfers_.front().first;
        transfers_.pop_front();
        replicas_[0]->release(slot, *date);
        replicas_[1]->kv_arrived(slot, *date);
      }
      for (const auto& replica : replicas_) {
        if (replica->next_event() == date) {
          replica->advance_to(*date);
          hand_over();
        }
        REQUIRE(replica->kv_blocks_used(*date) <= made_.limits.kv_blocks);
      }
      if (repaired == date) {
        repaired.reset();
        replicas_[0]->make_available(*date);
      }
      if (loss == date) {
        lose(*date);
        loss.reset();
        repaired = *date + made_.repair;
      }
    }
  }

  Witness diary{pool_};
  std::uint64_t submitted = 0;
  std::uint64_t lost = 0;
  Duration cut;

  Replica& replica(std::size_t number) { return *replicas_[number]; }
  std::size_t replicas() const { return replicas_.size(); }

 private:
  std::unique_ptr<Replica> make(const ReplicaLimits& limits, Stepping stepping) {
    return std::make_unique<Replica>(limits, made_.model(), pool_, diary, stepping,
                                     [](const Request& r) { return 1.0 + r.tenant; });
  }

  void submit(const SharedJob& job) {
    const auto slot = pool_.take();
    auto& request = pool_[slot];
    request.number = submitted++;
    request.arrival = job.arrival;
    request.input_tokens = job.input;
    request.output_tokens = job.output;
    request.tenant = job.tenant;
    request.priority = job.priority;
    request.answer_joins_last = job.answer_joins_last;
    pool_.prompt(slot) = job.prompt;
    replicas_[0]->submit(slot, job.arrival);
  }

  void hand_over() {
    for (const auto& [slot, now] : std::exchange(diary.ready, {})) {
      replicas_[1]->submit_decode(slot, now);
    }
    for (const auto& [slot, now] : std::exchange(diary.room, {})) {
      transfers_.emplace_back(slot, now + us(777));
    }
  }

  /// The first replica is lost; with two of them what it handed over is abandoned.
  void lose(Instant now) {
    std::vector<SlotId> gone;
    cut += replicas_[0]->fail(now, gone);
    lost += gone.size();
    for (const auto slot : gone) {
      if (pool_[slot].kv_arrives) {
        std::erase_if(transfers_, [&](const auto& entry) { return entry.first == slot; });
        replicas_[1]->abandon(slot, now);
      }
      pool_[slot].prefilled_tokens = 0;
      replicas_[0]->submit(slot, now);
    }
  }

  const SharedCase& made_;
  RequestPool pool_;
  std::vector<std::unique_ptr<Replica>> replicas_;
  std::deque<std::pair<SlotId, Instant>> transfers_;  // all take the same time
};

struct Coverage {
  int hitting = 0;
  int preempting = 0;
  int dropping = 0;
  int losing = 0;
  int speculating = 0;
};

void compare(std::uint64_t seed, bool has_two, Coverage& coverage) {
  INFO("case " << seed);
  const auto made = shared_case(seed);
  Table fast(made, Stepping::Request, has_two);
  fast.play();
  Table slow(made, Stepping::Iteration, has_two);
  slow.play();
  REQUIRE(fast.diary.entries == slow.diary.entries);
  REQUIRE(fast.diary.hits == slow.diary.hits);
  REQUIRE(fast.diary.dropped == slow.diary.dropped);
  REQUIRE(fast.lost == slow.lost);
  REQUIRE(fast.cut == slow.cut);
  require_same_totals(fast.diary, slow.diary);
  REQUIRE(fast.diary.finish_order.size() + fast.diary.dropped.size() == made.jobs.size());
  std::uint64_t tokens = 0;
  for (const auto number : fast.diary.finish_order) {
    tokens += made.jobs[number].output;
    REQUIRE(fast.diary.hits[number] < made.jobs[number].input);
    coverage.hitting += fast.diary.hits[number] > 0 ? 1 : 0;
  }
  const auto end = Instant(Duration::from_seconds(1e6));
  std::uint64_t metered = 0;
  for (std::size_t i = 0; i < fast.replicas(); ++i) {
    REQUIRE(fast.replica(i).is_empty());
    REQUIRE(fast.replica(i).kv_blocks_used(end) == 0);
    metered += fast.replica(i).harvest_tokens(end);
    require_close(fast.replica(i).harvest_energy_j(end), slow.replica(i).harvest_energy_j(end));
  }
  REQUIRE(metered == tokens);
  coverage.preempting += fast.diary.preemptions > 0 ? 1 : 0;
  coverage.dropping += fast.diary.dropped.empty() ? 0 : 1;
  coverage.losing += fast.lost > 0 ? 1 : 0;
  coverage.speculating += made.speculates ? 1 : 0;
}

void compare_many(std::uint64_t first, std::uint64_t count, bool has_two) {
  Coverage coverage;
  for (auto seed = first; seed < first + count; ++seed) {
    compare(seed, has_two, coverage);
  }
  CAPTURE(coverage.hitting, coverage.preempting, coverage.dropping, coverage.losing,
          coverage.speculating);
  REQUIRE(coverage.hitting > 500);
  REQUIRE(coverage.preempting > 50);
  REQUIRE(coverage.dropping > 30);
  REQUIRE(coverage.losing > 50);
  REQUIRE(coverage.speculating > 100);
}

}  // namespace

TEST_CASE("cached replica: jumps equal single steps, and nothing vanishes") {
  compare_many(1, 800, false);
}

TEST_CASE("cached replica: the same with a prefill and a decode replica") {
  compare_many(1001, 800, true);
}

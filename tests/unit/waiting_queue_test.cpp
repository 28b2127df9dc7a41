// SPDX-License-Identifier: Apache-2.0
// The waiting line against naive lists, and the fairness bound of virtual token counters.
#include "models/serving/waiting_queue.hpp"

#include <algorithm>
#include <map>
#include <vector>

#include "sim/core/random.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;

namespace {

/// Takes requests from a pool, with arrivals a second apart.
class Requests {
 public:
  SlotId add(std::uint32_t tenant, std::int32_t priority = 0) {
    const auto slot = pool_.take();
    auto& request = pool_[slot];
    request.tenant = tenant;
    request.priority = priority;
    request.number = number_++;
    request.arrival = Instant(Duration::from_seconds(static_cast<double>(request.number)));
    return slot;
  }
  const RequestPool& pool() const { return pool_; }
  const Request& operator[](SlotId slot) const { return pool_[slot]; }

 private:
  RequestPool pool_;
  std::uint64_t number_ = 0;
};

std::vector<std::uint32_t> contents(const WaitingQueue& queue) {
  std::vector<std::uint32_t> slots;
  queue.for_each([&](SlotId slot) { slots.push_back(slot.index); });
  return slots;
}

std::vector<std::uint32_t> contents(const std::vector<SlotId>& line) {
  std::vector<std::uint32_t> slots;
  for (const auto slot : line) {
    slots.push_back(slot.index);
  }
  return slots;
}

/// Virtual token counters as in the paper's algorithm 2, for equal weights, without haste.
struct NaiveFair {
  const RequestPool* pool;
  std::map<std::uint32_t, std::uint64_t> counters;
  std::vector<SlotId> line;
  std::uint32_t last_left = 0;
  bool has_left = false;

  bool waits(std::uint32_t tenant) const {
    return std::any_of(line.begin(), line.end(),
                       [&](SlotId slot) { return (*pool)[slot].tenant == tenant; });
  }
  void push(SlotId slot, bool has_arrived) {
    const auto tenant = (*pool)[slot].tenant;
    if (has_arrived && !waits(tenant)) {
      if (!line.empty()) {
        counters[tenant] = std::max(counters[tenant], counters[(*pool)[front()].tenant]);
      } else if (has_left) {
        counters[tenant] = std::max(counters[tenant], counters[last_left]);
      }
    }
    line.push_back(slot);
  }
  SlotId front() {
    const auto rank = [this](SlotId slot) {
      const auto& request = (*pool)[slot];
      return std::pair(counters[request.tenant], request.number);
    };
    return *std::min_element(line.begin(), line.end(),
                             [&](SlotId a, SlotId b) { return rank(a) < rank(b); });
  }
  void erase(SlotId slot) {
    line.erase(std::find(line.begin(), line.end(), slot));
    const auto tenant = (*pool)[slot].tenant;
    if (!waits(tenant)) {
      last_left = tenant;
      has_left = true;
    }
  }
};

}  // namespace

TEST_CASE("waiting queue: fcfs is a deque") {
  Requests requests;
  WaitingQueue queue(SchedulingPolicy::Fcfs, requests.pool());
  REQUIRE(queue.empty());
  const auto a = requests.add(0);
  const auto b = requests.add(0);
  const auto c = requests.add(1, -5);
  queue.push(b);
  queue.push(c);
  queue.push_preempted(a);
  REQUIRE(contents(queue) == contents({a, b, c}));
  REQUIRE(queue.front() == a);
  queue.erase(b);
  queue.pop_front();
  REQUIRE(queue.front() == c);
  REQUIRE(queue.size() == 1);
  REQUIRE(queue.steps_to_new_front() == StepCost::unlimited);
}

TEST_CASE("waiting queue: priority equals a sorted list") {
  Requests requests;
  RandomStream random(1, 0, "queue", "priority");
  WaitingQueue queue(SchedulingPolicy::Priority, requests.pool());
  std::vector<SlotId> sorted;
  for (int i = 0; i < 3000; ++i) {
    const auto draw = random.next_u64() % 10;
    if (draw < 5 || sorted.empty()) {
      const auto slot = requests.add(0, static_cast<std::int32_t>(random.next_u64() % 5) - 2);
      draw % 2 == 0 ? queue.push(slot) : queue.push_preempted(slot);
      sorted.push_back(slot);
      std::sort(sorted.begin(), sorted.end(), [&](SlotId a, SlotId b) {
        return std::pair(requests[a].priority, requests[a].number) <
               std::pair(requests[b].priority, requests[b].number);
      });
    } else if (draw < 9) {
      REQUIRE(queue.front() == sorted.front());
      queue.pop_front();
      sorted.erase(sorted.begin());
    } else {
      const auto place = random.next_u64() % sorted.size();
      queue.erase(sorted[place]);
      sorted.erase(sorted.begin() + static_cast<std::ptrdiff_t>(place));
    }
    REQUIRE(queue.size() == sorted.size());
    REQUIRE(contents(queue) == contents(sorted));
  }
}

// Tenant 1 sends three requests, then tenant 2 two. Every request is charged 100 input tokens as it
// is admitted.
TEST_CASE("waiting queue: fair takes turns between tenants, first come first inside") {
  Requests requests;
  WaitingQueue queue(SchedulingPolicy::Fair, requests.pool());
  std::vector<SlotId> slots;
  for (const std::uint32_t tenant : {1, 1, 1, 2, 2}) {
    slots.push_back(requests.add(tenant));
    queue.push(slots.back());
  }
  for (const std::size_t expected : {0, 3, 1, 4, 2}) {
    const auto slot = queue.front();
    REQUIRE(slot == slots[expected]);
    queue.pop_front();
    queue.charge(slot, 100, 0);
  }
  REQUIRE(queue.empty());
}

TEST_CASE("waiting queue: an output token weighs as two input tokens") {
  Requests requests;
  WaitingQueue queue(SchedulingPolicy::Fair, requests.pool());
  const auto a = requests.add(1);
  const auto b = requests.add(2);
  queue.push(a);
  queue.push(b);
  queue.charge(a, 0, 50);
  queue.charge(b, 99, 0);
  REQUIRE(queue.front() == b);
  queue.charge(b, 2, 0);
  REQUIRE(queue.front() == a);
  REQUIRE(contents(queue) == contents({a, b}));
}

TEST_CASE("waiting queue: a tenant of weight 3 gets three times the service") {
  Requests requests;
  WaitingQueue queue(SchedulingPolicy::Fair, requests.pool(),
                     [](const Request& request) { return request.tenant == 1 ? 3.0 : 1.0; });
  for (int i = 0; i < 400; ++i) {
    queue.push(requests.add(1));
    queue.push(requests.add(2));
  }
  std::map<std::uint32_t, int> served;
  for (int i = 0; i < 400; ++i) {
    const auto slot = queue.front();
    ++served[requests[slot].tenant];
    queue.pop_front();
    queue.charge(slot, 100, 50);
  }
  REQUIRE(std::abs(served[1] - 300) <= 1);
}

TEST_CASE("waiting queue: idle time earns no credit") {
  Requests requests;
  WaitingQueue queue(SchedulingPolicy::Fair, requests.pool());
  const auto first = requests.add(1);
  queue.push(first);
  queue.pop_front();
  queue.charge(first, 1000, 0);
  // Lifted to tenant 1, which left the line last: the earlier of equals goes first.
  const auto late = requests.add(2);
  const auto again = requests.add(1);
  queue.push(late);
  queue.push(again);
  queue.charge(late, 1, 0);
  REQUIRE(queue.front() == again);
  // Tenant 3 is lifted to the smallest counter that waits, 1000, and wins no more than that.
  const auto third = requests.add(3);
  queue.push(third);
  REQUIRE(queue.front() == again);
  queue.charge(again, 1, 0);
  REQUIRE(queue.front() == third);
}

TEST_CASE("waiting queue: a preempted request is neither lifted nor moved behind later ones") {
  Requests requests;
  WaitingQueue queue(SchedulingPolicy::Fair, requests.pool());
  const auto early = requests.add(1);
  const auto later = requests.add(1);
  const auto other = requests.add(2);
  queue.push(early);
  queue.push(other);
  queue.charge(early, 10, 0);
  queue.charge(other, 500, 0);
  queue.pop_front();
  queue.push_preempted(early);  // still at 10
  queue.push(later);
  REQUIRE(contents(queue) == contents({early, later, other}));
}

TEST_CASE("waiting queue: fair equals a naive list, and erases anywhere") {
  for (int run = 0; run < 20; ++run) {
    Requests requests;
    RandomStream random(static_cast<std::uint64_t>(run), 0, "queue", "fair");
    WaitingQueue queue(SchedulingPolicy::Fair, requests.pool());
    NaiveFair naive{&requests.pool(), {}, {}};
    std::vector<SlotId> running;
    for (int i = 0; i < 500; ++i) {
      const auto draw = random.next_u64() % 10;
      if (draw < 4 || naive.line.empty()) {
        const auto slot = requests.add(static_cast<std::uint32_t>(random.next_u64() % 5));
        queue.push(slot);
        naive.push(slot, true);
      } else if (draw < 8) {
        const auto slot = naive.front();
        REQUIRE(queue.front() == slot);
        queue.pop_front();
        naive.erase(slot);
        const auto tokens = random.next_u64() % 100;
        queue.charge(slot, tokens, tokens);
        naive.counters[requests[slot].tenant] += 3 * tokens;
        running.push_back(slot);
      } else if (draw == 8 && !running.empty()) {
        queue.push_preempted(running.back());
        naive.push(running.back(), false);
        running.pop_back();
      } else {
        const auto slot = naive.line[random.next_u64() % naive.line.size()];
        queue.erase(slot);
        naive.erase(slot);
      }
      REQUIRE(queue.size() == naive.line.size());
    }
  }
}

TEST_CASE("waiting queue: the front changes after exactly the steps foretold") {
  for (int run = 0; run < 200; ++run) {
    Requests requests;
    RandomStream random(static_cast<std::uint64_t>(run), 0, "queue", "front");
    WaitingQueue queue(SchedulingPolicy::Fair, requests.pool(),
                       [](const Request& request) { return 0.5 + request.tenant; });
    const auto tokens_per_step =
        DecodeRate::unit + static_cast<std::uint32_t>(random.next_u64() % 2000);
    for (std::uint32_t tenant = 0; tenant < 4; ++tenant) {
      const auto waiting = requests.add(tenant);
      queue.push(waiting);
      queue.charge(waiting, random.next_u64() % 1000, 0);
      for (auto decodes = random.next_u64() % 4; decodes > 0; --decodes) {
        queue.decode_joined(requests.add(tenant));
      }
    }
    const auto front = queue.front();
    const auto steps = queue.steps_to_new_front(tokens_per_step);
    REQUIRE(steps >= 1);
    if (steps == StepCost::unlimited) {
      queue.decoded(1'000'000, tokens_per_step);
      REQUIRE(queue.front() == front);
      continue;
    }
    // In two calls and one by one alike: the counters are whole numbers.
    queue.decoded((steps - 1) / 2, tokens_per_step);
    queue.decoded(steps - 1 - (steps - 1) / 2, tokens_per_step);
    REQUIRE(queue.front() == front);
    REQUIRE(queue.steps_to_new_front(tokens_per_step) == 1);
    queue.decoded(1, tokens_per_step);
    REQUIRE_FALSE(queue.front() == front);
  }
}

TEST_CASE("waiting queue: decodes that left are charged no more") {
  Requests requests;
  WaitingQueue queue(SchedulingPolicy::Fair, requests.pool());
  const auto a = requests.add(1);
  const auto b = requests.add(2);
  const auto decode = requests.add(1);
  queue.push(a);
  queue.push(b);
  queue.charge(b, 10, 0);
  queue.decode_joined(decode);
  REQUIRE(queue.steps_to_new_front() == 6);  // 2 per step: 10 ties, and a is earlier
  queue.decoded(5);
  queue.decode_left(decode);
  queue.decoded(100);
  REQUIRE(queue.front() == a);
  REQUIRE(queue.steps_to_new_front() == StepCost::unlimited);
}

// Who is admitted has the smallest counter; from then on it gains its input at once and no more
// than the outputs of a full batch before it must be the smallest again. So backlogged tenants
// differ by at most input_price x longest input + output_price x outputs of a batch (the counter
// bound of Sheng et al. 2024, section 4, with the batch limited by slots).
TEST_CASE("waiting queue: backlogged tenants stay within the paper's bound") {
  Requests requests;
  RandomStream random(5, 0, "queue", "bound");
  WaitingQueue queue(SchedulingPolicy::Fair, requests.pool());
  constexpr std::uint64_t input_max = 2000;
  constexpr std::uint32_t tenants = 3;
  std::map<std::uint32_t, double> served;
  struct Running {
    SlotId slot;
    std::uint64_t remaining;
  };
  std::vector<Running> running;
  constexpr std::size_t slots = 8;
  constexpr std::uint64_t output_max = 200;
  constexpr double bound = input_max + 2.0 * slots * output_max;
  for (std::uint32_t tenant = 0; tenant < tenants; ++tenant) {
    for (int i = 0; i < 3; ++i) {
      queue.push(requests.add(tenant));
    }
  }
  // Tenant 0 sends long prompts, tenant 1 asks for long answers, tenant 2 neither.
  for (int step = 0; step < 20'000; ++step) {
    while (running.size() < slots) {
      const auto slot = queue.front();
      const auto tenant = requests[slot].tenant;
      queue.push(requests.add(tenant));  // always backlogged
      queue.erase(slot);
      const std::uint64_t input = 1 + random.next_u64() % (tenant == 0 ? input_max : 100);
      queue.charge(slot, input, 0);
      served[tenant] += static_cast<double>(input);
      running.push_back({slot, 1 + random.next_u64() % (tenant == 1 ? output_max : 20)});
      queue.decode_joined(slot);
    }
    queue.decoded(1);
    for (auto& request : running) {
      --request.remaining;
      served[requests[request.slot].tenant] += 2;
      if (request.remaining == 0) {
        queue.decode_left(request.slot);
      }
    }
    running.erase(std::remove_if(running.begin(), running.end(),
                                 [](const Running& r) { return r.remaining == 0; }),
                  running.end());
    const auto [least, most] = std::minmax({served[0], served[1], served[2]});
    REQUIRE(most - least <= bound);
  }
  REQUIRE(served[0] > 10 * bound);
}

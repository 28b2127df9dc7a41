// SPDX-License-Identifier: Apache-2.0
// Transfers as flows against a naive fluid simulation, and against their closed form.
#include "sim/scenario/transfers.hpp"

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <optional>
#include <string>

#include "sim/core/random.hpp"
#include "tests/property/fluid_network.hpp"
#include "tests/run_in_child.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using engine::HostPlace;

namespace {

constexpr std::uint32_t node_count = 8;
constexpr double port_rate = 50e9;
constexpr double fabric_rate = 450e9;
constexpr double storage_rate = 80e9;

std::vector<engine::SitePlatform> site() {
  return {{"site",
           {{"pool", node_count, BytesPerSecond(fabric_rate), BytesPerSecond(port_rate)}},
           BytesPerSecond(storage_rate)}};
}

struct Planned {
  Instant start;
  TransferRequest request;
  std::optional<Instant> cancel = std::nullopt;
};
using Plan = std::vector<Planned>;

HostPlace random_place(RandomStream& random) {
  const auto draw = random.next_u64() % (node_count + 1);
  return draw == node_count ? HostPlace{0, 0, 0, true}
                            : HostPlace{0, 0, static_cast<std::uint32_t>(draw), false};
}

/// `gap_s` is the mean time between two starts: a transfer of the mean size takes some 20 ms.
Plan random_plan(RandomStream& random, std::size_t count, double gap_s) {
  Plan plan;
  double start = 0;
  while (plan.size() < count) {
    start += gap_s * random.standard_exponential();
    // Now and then several at the same date.
    const auto together = random.next_u64() % 8 == 0 ? 3 : 1;
    for (int i = 0; i < together; ++i) {
      Planned planned{Instant(Duration::from_seconds(start)), {}};
      auto& movement = planned.request.movement;
      movement.from = random_place(random);
      movement.to = random_place(random);
      if (movement.from.is_storage && movement.to.is_storage) {
        movement.to = {0, 0, 3, false};
      }
      movement.size = Bytes(std::floor(1e9 * random.standard_exponential()) + 1);
      if (random.next_u64() % 3 == 0) {
        movement.bound = BytesPerSecond(port_rate * (0.05 + random.uniform()));
      }
      if (random.next_u64() % 2 == 0) {
        planned.request.latency = Duration::from_seconds(1e-3 * random.uniform());
      }
      plan.push_back(planned);
    }
  }
  return plan;
}

/// Plays a plan on an agenda: starts and cancels each transfer at its dates and notes its end.
class Player : public engine::EventHandler, public TransferHandler {
 public:
  Player(engine::Agenda& agenda, Transfers& transfers, const Plan& plan)
      : agenda_(agenda),
        transfers_(transfers),
        plan_(plan),
        slot_(agenda.add(engine::EventPriority::StepBoundary, *this)),
        ids_(plan.size()),
        ends(plan.size()) {
    for (std::size_t i = 0; i < plan.size(); ++i) {
      acts_.emplace(plan[i].start, Act{i, false});
      if (plan[i].cancel) {
        acts_.emplace(*plan[i].cancel, Act{i, true});
      }
    }
    agenda.schedule(slot_, acts_.begin()->first);
  }
  void handle_event(Instant now) override {
    for (; !acts_.empty() && acts_.begin()->first <= now; acts_.erase(acts_.begin())) {
      const auto [index, is_cancel] = acts_.begin()->second;
      if (is_cancel) {
        transfers_.cancel(now, ids_[index]);
      } else {
        ids_[index] = transfers_.start(now, plan_[index].request, *this);
        index_of_[ids_[index]] = index;
      }
    }
    if (!acts_.empty()) {
      agenda_.schedule(slot_, acts_.begin()->first);
    }
  }
  void transfer_ended(TransferId transfer, Instant now, bool delivered) override {
    REQUIRE(delivered);
    ends[index_of_.at(transfer)] = now;
  }

 private:
  engine::Agenda& agenda_;
  Transfers& transfers_;
  const Plan& plan_;
  engine::Agenda::Slot slot_;
  struct Act {
    std::size_t index;
    bool is_cancel;
  };
  std::multimap<Instant, Act> acts_;
  std::vector<TransferId> ids_;
  std::map<TransferId, std::size_t> index_of_;

 public:
  std::vector<std::optional<Instant>> ends;  // none: cancelled
};

using Ends = std::vector<std::optional<Instant>>;

void require_conserved(const Transfers& transfers, const Plan& plan, const Ends& ends) {
  Bytes bytes;
  std::uint64_t delivered = 0;
  for (std::size_t i = 0; i < plan.size(); ++i) {
    if (ends[i]) {
      bytes += plan[i].request.movement.size;
      ++delivered;
    }
    REQUIRE((ends[i] || plan[i].cancel));
  }
  const auto& counts = transfers.counts();
  REQUIRE(transfers.live() == 0);
  REQUIRE(counts.started == plan.size());
  REQUIRE(counts.delivered == delivered);
  REQUIRE(counts.cancelled == plan.size() - delivered);
  REQUIRE(counts.bytes.si() == Approx(bytes.si()).epsilon(1e-12));
}

Ends play_closed_form(const Plan& plan) {
  engine::Agenda agenda;
  Transfers transfers(agenda, site());
  Player player(agenda, transfers, plan);
  while (agenda.next()) {
    agenda.run_due(*agenda.next());
  }
  require_conserved(transfers, plan, player.ends);
  return player.ends;
}

/// The one call of this process.
Ends play_flows(const Plan& plan) {
  engine::Engine simgrid(site());
  Transfers transfers(simgrid);
  Player player(simgrid.agenda(), transfers, plan);
  simgrid.run();
  require_conserved(transfers, plan, player.ends);
  return player.ends;
}

std::vector<double> play_fluid(const Plan& plan) {
  enum Link { Out = 0, In = 100, Fabric = 200, StorageOut = 300, StorageIn = 301 };
  std::map<int, double> capacities{{StorageOut, storage_rate}, {StorageIn, storage_rate}};
  for (int i = 0; i < static_cast<int>(node_count); ++i) {
    capacities[Out + i] = port_rate;
    capacities[In + i] = port_rate;
    capacities[Fabric + i] = fabric_rate;
  }
  std::vector<testing::FluidFlow> flows;
  for (const auto& [start, request, cancel] : plan) {
    auto& flow = flows.emplace_back();
    const auto& [from, to, size, bound] = request.movement;
    flow.start_s = (start + request.latency).seconds();
    flow.bytes = size.si();
    if (bound) {
      flow.bound = bound->si();
    }
    if (cancel) {  // in its latency too: then it begins and ends without moving a byte
      flow.cancel_s = std::max(cancel->seconds(), flow.start_s);
    }
    const auto number = [](const HostPlace& place) { return static_cast<int>(place.node); };
    if (from == to) {
      flow.links = {Fabric + number(from)};
    } else {
      flow.links = {from.is_storage ? int{StorageOut} : Out + number(from),
                    to.is_storage ? int{StorageIn} : In + number(to)};
    }
  }
  testing::FluidNetwork(capacities).play(flows);
  std::vector<double> ends;
  for (const auto& flow : flows) {
    ends.push_back(flow.end_s);
  }
  return ends;
}

double mean_time_s(const Plan& plan, const Ends& ends) {
  double sum = 0;
  for (std::size_t i = 0; i < plan.size(); ++i) {
    sum += (*ends[i] - plan[i].start).seconds();
  }
  return sum / static_cast<double>(plan.size());
}

RandomStream stream(std::uint64_t seed) { return {seed, 0, "transfers", "plan"}; }

/// The ticks of all ends.
std::string text_of(const Ends& ends) {
  std::string text;
  for (const auto& end : ends) {
    text += fmt::format("{} ", static_cast<std::int64_t>(end->since_start().ticks()));
  }
  return text;
}

}  // namespace

TEST_CASE("transfers: lone ones take equal time as flows and in closed form") {
  auto random = stream(1);
  auto plan = random_plan(random, 200, 1);
  for (std::size_t i = 0; i < plan.size(); ++i) {  // 25 GB take 10 s over the narrowest bound
    plan[i].start = Instant(Duration::from_seconds(100.0 * static_cast<double>(i)));
  }
  const auto closed = play_closed_form(plan);
  const auto flows = play_flows(plan);
  for (std::size_t i = 0; i < plan.size(); ++i) {
    REQUIRE(std::abs((*closed[i] - *flows[i]).seconds()) < 2e-9);
  }
}

TEST_CASE("transfers: flows end as in a naive max-min fair simulation") {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    auto random = stream(seed);
    const double gap_s = seed % 3 == 0 ? 1e-3 : (seed % 3 == 1 ? 5e-3 : 2e-2);
    auto plan = random_plan(random, 200, gap_s);
    for (auto& planned : plan) {  // half of the plans cancel a third of their transfers
      if (seed % 2 == 0 && random.next_u64() % 3 == 0) {
        planned.cancel = planned.start + Duration::from_seconds(0.1 * random.uniform());
      }
    }
    const auto expected = play_fluid(plan);
    const auto worst = std::stod(testing::run_in_child([&] {
      const auto ends = play_flows(plan);
      double largest = 0;
      for (std::size_t i = 0; i < plan.size(); ++i) {
        const auto end = ends[i].value_or(plan[i].cancel.value_or(Instant()));
        const auto after_latency = plan[i].start + plan[i].request.latency;
        largest = std::max(largest, std::abs(std::max(end, after_latency).seconds() - expected[i]));
      }
      return fmt::format("{}", largest);
    }));
    INFO("seed " << seed);
    REQUIRE(worst < 2e-9 * static_cast<double>(plan.size()));
  }
}

TEST_CASE("transfers: closed form against flows under contention") {
  fmt::print("mean time of a transfer in ms, random plans of 2000 transfers:\n");
  for (const double gap_s : {2e-2, 1e-2, 5e-3, 4e-3, 3.5e-3}) {
    auto random = stream(99);
    const auto plan = random_plan(random, 2000, gap_s);
    const double closed = mean_time_s(plan, play_closed_form(plan));
    const double flows = std::stod(testing::run_in_child(
        [&] { return fmt::format("{}", mean_time_s(plan, play_flows(plan))); }));
    fmt::print("  gap {:5.1f} ms: flows {:8.3f}, closed form {:8.3f}, {:+.1f} %\n", gap_s * 1e3,
               flows * 1e3, closed * 1e3, 100 * (closed / flows - 1));
    REQUIRE(closed > 0.8 * flows);
    REQUIRE(closed < 1.2 * flows);
  }
}

TEST_CASE("transfers: the same plan ends on the same ticks") {
  auto random = stream(5);
  const auto plan = random_plan(random, 200, 3e-3);
  REQUIRE(text_of(play_closed_form(plan)) == text_of(play_closed_form(plan)));
  const auto first = testing::run_in_child([&] { return text_of(play_flows(plan)); });
  const auto second = testing::run_in_child([&] { return text_of(play_flows(plan)); });
  REQUIRE(first == second);
}

TEST_CASE("transfers: in closed form no port carries more than its bandwidth") {
  // Over any busy stretch of one port: bytes <= bandwidth x (last end - first start).
  auto random = stream(6);
  auto plan = random_plan(random, 500, 1e-4);
  for (auto& planned : plan) {
    planned.start = Instant();
    planned.request.latency = Duration();
    planned.request.movement.from = {0, 0, 0, false};
    if (planned.request.movement.to.is_storage || planned.request.movement.to.node == 0) {
      planned.request.movement.to = {0, 0, 1, false};
    }
  }
  const auto ends = play_closed_form(plan);
  double bytes = 0;
  for (std::size_t i = 0; i < plan.size(); ++i) {
    bytes += plan[i].request.movement.size.si();
    REQUIRE(ends[i]->seconds() >= bytes / port_rate * (1 - 1e-9));
  }
}
